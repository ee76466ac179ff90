#!/usr/bin/env python3
"""The game day: breaks the running stack, part by part, and waits until somebody is told.

    tests/drills/gameday.py [--root FOLDER] [--only EVENT]...    events: redis, mysql, burn, app, nginx, backup

The stack of docker-compose.prod.yml runs already, from FOLDER (by default this repository) with its .env and secrets. A Prometheus and an
Alertmanager with the same rules and routes and less patience stand beside it (gameday_watch.py says what differs); their messages come
here. Every part that was broken is mended again. Prints a table; exits with 1 where an alert did not arrive, or did where it should not.
"""

import argparse
import functools
import json
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
from gameday_sink import Sink  # noqa: E402
from gameday_watch import Watch, docker  # noqa: E402
from server import make_project  # noqa: E402

LIMIT = 240  # seconds for an alert to arrive on a busy machine


class Stack:
    """The compose project, its settings, and its containers."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.secrets = self.root / "secrets"
        lines = (self.root / ".env").read_text().splitlines()
        self.settings = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
        self.project = self.setting("COMPOSE_PROJECT_NAME", "inviter")

    def setting(self, name, default):
        return self.settings.get(name, "").strip("\"'") or default

    def compose(self, *words):
        command = ["docker", "compose", "--progress", "quiet", "--file", "docker-compose.prod.yml", "--env-file", ".env", *words]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"compose {' '.join(words)}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def container(self, service):
        wanted = ["--filter", f"label=com.docker.compose.project={self.project}", "--filter", f"label=com.docker.compose.service={service}"]
        return docker("ps", "--all", "--quiet", *wanted).splitlines()[0]

    def each(self, verb, *services):
        docker(*verb.split(), *[self.container(service) for service in services])

    def inviter(self, service, *words):
        return self.compose("exec", "-T", service, "inviter", *words)


class Traffic:
    """Sign-ups through the public address, from many clients, all the time."""

    def __init__(self, stack):
        slug = f"gameday-{uuid.uuid4().hex[:8]}"
        self.key = make_project(functools.partial(stack.inviter, "app-1"), slug)
        self.base = f"https://127.0.0.1:{stack.setting('HTTPS_PORT', '443')}"
        self.trust = ssl.create_default_context()
        self.trust.check_hostname, self.trust.verify_mode = False, ssl.CERT_NONE
        self.over, self.answers = threading.Event(), {}
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(12)]
        for thread in self.threads:
            thread.start()

    def work(self):
        while not self.over.wait(0.5):
            member = f"gameday-{uuid.uuid4().hex}"
            body = json.dumps({"external_id": member}).encode()
            headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json", "idempotency-key": member}
            request = urllib.request.Request(f"{self.base}/api/v1/members", body, headers, method="PUT")
            try:
                with urllib.request.urlopen(request, timeout=40, context=self.trust) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                status = 0
            self.answers[status] = self.answers.get(status, 0) + 1

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(45)


class Day:
    """Breaks, waits, mends, and remembers."""

    def __init__(self, stack, sink, watch):
        self.stack, self.sink, self.watch = stack, sink, watch
        self.rows, self.problems = [], []

    def wait(self, alert, since, status="firing", limit=LIMIT, channel="webhook"):
        until = time.monotonic() + limit
        while time.monotonic() < until:
            if at := self.sink.arrived(alert, since, status, channel):
                return at - since
            time.sleep(0.5)
        self.problems.append(f"{alert} ({status}) did not arrive within {limit} s")
        return None

    def told(self, what, alert, since, note="", channel="webhook"):
        took = self.wait(alert, since, channel=channel)
        if took is not None:
            time.sleep(6)  # the slower channels
        self.rows.append([what, alert, shown(took), ", ".join(self.sink.channels(alert, since)), "", note])
        return self.rows[-1]

    def over(self, row, since):
        row[4] = shown(self.wait(row[1], since, "resolved"))

    def stopped(self, what, alert, *services):
        since = time.monotonic()
        self.stack.each("stop", *services)
        row = self.told(what, alert, since)
        since = time.monotonic()
        self.stack.each("start", *services)
        self.over(row, since)

    def redis(self):
        self.stopped("redis-6 is stopped", "RedisDown", "redis-6")

    def mysql(self):
        since = time.monotonic()
        self.stack.each("kill --signal KILL", "mysql-2", "mysql-3")
        degraded = self.told("mysql-2 and mysql-3 are killed", "MySQLNoPrimary", since)
        self.held_back(since)
        since = time.monotonic()
        self.stack.each("start", "mysql-2", "mysql-3")
        self.over(degraded, since)

    def held_back(self, since):
        """While nobody takes writes, requests fail; that is not told, since the cause was."""
        until = time.monotonic() + LIMIT
        while time.monotonic() < until and not self.watch.firing("SLOBurnFast"):
            time.sleep(2)
        fires = self.watch.firing("SLOBurnFast")
        time.sleep(15)
        # What was told before the cause was known is no fault of the inhibition.
        told = self.sink.arrived("SLOBurnFast", since + 60)
        if not fires:
            self.problems.append("SLOBurnFast does not fire while writes fail")
        if told:
            self.problems.append("SLOBurnFast was told though MySQLNoPrimary was")
        self.rows.append(["meanwhile writes are answered 503", "SLOBurnFast", "fires", "none: held back", "", "by MySQLNoPrimary"])
        self.since_writes_failed = since

    def burn(self):
        """The cause is gone, and what it burnt is seen."""
        if not hasattr(self, "since_writes_failed"):
            self.mysql()
        self.told("a primary is there again", "SLOBurnFast", time.monotonic(), "told now")

    def app(self):
        self.stopped("app-1, app-2 and app-3 are stopped", "AppDown", "app-1", "app-2", "app-3")

    def nginx(self):
        self.stopped("nginx is stopped", "NginxDown", "nginx")

    def backup(self):
        self.stopped("the backup agent is stopped", "BackupAgentDown", "backup")


EVENTS = ["redis", "mysql", "burn", "app", "nginx", "backup"]


def shown(seconds):
    return "never" if seconds is None else f"{seconds:.0f} s"


def table(rows):
    rows = [["event", "alert", "told after", "by", "over after", ""], *rows]
    widths = [max(len(row[at]) for row in rows) for at in range(6)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    wishes = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wishes.add_argument("--root", default=Path(__file__).resolve().parents[2])
    wishes.add_argument("--only", action="append", choices=EVENTS)
    wish = wishes.parse_args()
    stack, sink = Stack(wish.root), Sink()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        watch = Watch(stack, folder, sink)
        try:
            before = watch.settled()
            print(f"before: {', '.join(before) or 'nothing'} fires")
            day, traffic = Day(stack, sink, watch), Traffic(stack)
            day.told("nothing is broken", "Watchdog", begun, "the dead man's switch", "deadman")
            for event in wish.only or EVENTS:
                print(f"gameday: {event}", flush=True)
                getattr(day, event)()
            traffic.end()
        finally:
            watch.end()
    table(day.rows)
    print(f"answers to sign-ups: {dict(sorted(traffic.answers.items()))}")
    for problem in day.problems + sink.faults:
        print(f"PROBLEM: {problem}")
    return 1 if day.problems or sink.faults else 0


if __name__ == "__main__":
    sys.exit(main())
