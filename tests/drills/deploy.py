"""The deployment drill: a whole installation by scripts/deploy.sh, then updates, failures and crashes under load through nginx.

It works in a copy of this checkout, on the docker engine of this machine, in a project called inviter-drill that it removes at the end.
For each event it prints how long no sign-up was acknowledged, which requests failed, what was lost or doubled of what was acknowledged
meanwhile, and how long the WebSockets on the live feed were away.
"""

import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import literally
from deployed import Public, Stack
from load import Load, longest_gap
from server import make_project
from sockets import Watchers


class Deployed(Load):
    """Load on the public address. When each thing was acknowledged tells during which event that was."""

    def __init__(self, public, key):
        super().__init__([public], key)
        self.acknowledged, self.public = {}, public

    def until_answered(self, method, path, body=None):
        status, headers, text = super().until_answered(method, path, body)
        if body and status in (200, 201):
            self.acknowledged[body.get("event_id") or body.get("operation_id")] = time.monotonic()
        elif status == 302 and "click_id=" in (headers["location"] or ""):
            self.acknowledged[headers["location"].split("click_id=")[1].split("&")[0]] = time.monotonic()
        return status, headers, text

    def failed(self, since, until):
        with self.public.lock:
            return [what for at, what in self.public.failed if since <= at <= until]


class Pulse(threading.Thread):
    """Something happens in the watched project every half second: a few things, since every watcher is told of each."""

    def __init__(self, public, key):
        super().__init__(daemon=True)
        self.public, self.auth, self.over, self.count = public, {"authorization": f"Bearer {key}"}, threading.Event(), 0

    def run(self):
        while not self.over.wait(0.5):
            self.count += 1
            try:
                self.public.request("PUT", "/api/v1/members", {"external_id": f"pulse-{self.count}"}, self.auth)
            except OSError:
                pass


def derive(source, target, *lines):
    """An image like another one, under a new tag and with another id."""
    text = "\n".join([f"FROM {source}", f'LABEL drill="{target}"', *lines])
    subprocess.run(["docker", "build", "--quiet", "--tag", target, "-"], input=text, text=True, check=True, capture_output=True,
                   env=os.environ | {"DOCKER_BUILDKIT": "1"})


def release(version, tag, *lines):
    """A version of the images the server of which differs by these lines."""
    derive(f"inviter:{version}", f"inviter:{tag}", *lines)
    derive(f"inviter-backup:{version}", f"inviter-backup:{tag}")
    return {"INVITER_VERSION": tag, "INVITER_IMAGE_SOURCE": "present"}


def until(check, what, limit=180):
    begun = time.monotonic()
    while time.monotonic() - begun < limit:
        if check():
            return time.monotonic() - begun
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {limit} s")


class Events:
    """What is done to the installation; each ends when all is well again."""

    def __init__(self, stack, version):
        self.stack, self.version = stack, version

    def whole(self, *services):
        stack = self.stack
        until(lambda: all(stack.is_healthy(service) for service in services), f"{', '.join(services)} healthy again")

    def update(self):
        """A new version, one instance at a time."""
        self.version_next = f"{self.version}-next"
        settings = release(self.version, self.version_next)
        code, said = self.stack.deploy("docker", "production", settings=settings)
        assert code == 0, f"the update ended with {code}:\n{said}"
        for name, _, image in self.stack.containers():
            if name.startswith("app-"):
                assert image == f"inviter:{self.version_next}", f"{name} runs {image}"
        self.version = self.version_next

    def bad(self):
        """A version the server of which never becomes ready: deploy.sh goes back by itself."""
        settings = release(self.version, f"{self.version}-bad", 'CMD ["worker"]')
        code, said = self.stack.deploy("docker", "production", settings=settings | {"DEPLOY_READY_SECONDS": "20"})
        assert code == 1, f"a version that never becomes ready ended with {code}:\n{said}"
        self.whole("app-1", "app-2", "app-3")
        for name, _, image in self.stack.containers():
            if name.startswith("app-"):
                assert image == f"inviter:{self.version}", f"{name} was left with {image}"

    def rollback(self):
        """Back to the version before, because somebody says so."""
        code, said = self.stack.deploy("rollback", settings={"INVITER_IMAGE_SOURCE": "present", "INVITER_VERSION": self.version})
        assert code == 0, f"the rollback ended with {code}:\n{said}"
        self.version = self.version.removesuffix("-next")

    def app(self):
        """An instance crashes."""
        self.stack.kill("app-2")
        self.whole("app-2")

    def mysql(self):
        """The primary crashes."""
        whole, said = self.group()
        assert whole, f"the group was not whole before:\n{said}"
        member = next(line.split(":")[0] for line in said.splitlines() if "PRIMARY" in line)
        self.stack.kill(member)
        until(lambda: self.group()[0], "the group is whole again")

    def group(self):
        """Whether all members take part, and what a guard says of them."""
        done = subprocess.run(["docker", "exec", self.stack.container("guard-1"), "/usr/local/bin/inviter", "mysql", "status"],
                              capture_output=True, text=True)
        return done.returncode == 0, done.stdout + done.stderr

    def redis(self):
        """A master of the cluster crashes."""
        master = next(f"redis-{number}" for number in range(1, 7) if "role:master" in self.redis_cli(f"redis-{number}", "info replication"))
        self.stack.kill(master)
        until(lambda: self.redis_is_whole(), "the Redis cluster is whole again")

    def redis_cli(self, node, words):
        command = f'REDISCLI_AUTH="$(cat /run/secrets/redis_admin)" redis-cli --tls --cacert /run/tls/ca.pem {words}'
        return subprocess.run(["docker", "exec", self.stack.container(node), "sh", "-c", command], capture_output=True, text=True).stdout

    def redis_is_whole(self):
        said = [self.redis_cli(f"redis-{number}", "cluster nodes") for number in range(1, 7)]
        return all(one and "fail" not in one.replace("nofailover", "") for one in said)

    def nginx(self):
        """The way in crashes: for as long as it takes to start, nobody gets in."""
        self.stack.kill("nginx")
        self.whole("nginx")


# For how many seconds no sign-up may be acknowledged, whether any request may fail, and for how long a WebSocket may be away.
BARS = {
    "update": (5, 0, 5),
    "bad": (5, 0, 5),
    "rollback": (5, 0, 5),
    "app": (5, None, 5),
    "mysql": (12, None, 5),
    "redis": (5, 0, 5),
    "nginx": (10, None, 10),
}


def measure(stack):
    """What the installation takes while nobody asks anything."""
    time.sleep(20)
    rows = stack.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}").splitlines()
    project = stack.settings["COMPOSE_PROJECT_NAME"]
    memory = {row.split()[0]: size(row.split()[1]) for row in rows if row.startswith(project)}
    apps = [amount for name, amount in memory.items() if "-app-" in name]
    ready = [json.loads(line) for line in stack.logged("app-1") if '"message":"ready"' in line]
    image = int(stack.docker("image", "inspect", "--format", "{{.Size}}", stack.inspect("app-1", "{{.Image}}"))) / 1e6
    print(f"image {image:.0f} MB; idle memory: one app {sum(apps) / len(apps):.0f} MB, the whole stack ({len(memory)} containers) "
          f"{sum(memory.values()):.0f} MB; an app is ready {ready[-1]['ms']:.0f} ms after its start", flush=True)


def size(text):
    number = float(text.rstrip("KMGiB"))
    return number * {"K": 1024, "M": 1024 ** 2, "G": 1024 ** 3}.get(text.rstrip("iB")[-1], 1) / 1e6


def play(stack, events, options, load, watchers):
    """Every event in turn; gives rows of the table and faults."""
    rows, faults = [], []
    for name, (gap, may_fail, away) in BARS.items():
        if options.only and name not in options.only:
            continue
        if not watchers.wait_open(30):
            faults.append(f"before {name}: only {watchers.open()} WebSockets are open")
        since = time.monotonic()
        try:
            getattr(events, name)()
        except AssertionError as error:
            faults.append(f"{name}: {error}")
        # Connections of nginx's workers of before live for half a minute.
        time.sleep(35 if name in ("update", "bad", "rollback") else 8)
        until_now = time.monotonic()
        failed, (longest, cut) = load.failed(since, until_now), watchers.longest(since)
        quiet = longest_gap(load.written, since)
        rows.append((name, since, until_now, quiet, len(failed), longest, cut))
        print(f"  {name}: {until_now - since:.0f} s, no sign-up for {quiet:.1f} s, {len(failed)} failed, {cut} WebSockets cut, back after {longest:.1f} s", flush=True)
        if quiet > gap * options.slack:
            faults.append(f"{name}: no sign-up was acknowledged for {quiet:.1f} s, at most {gap} s are allowed")
        if may_fail is not None and len(failed) > may_fail:
            faults.append(f"{name}: {len(failed)} requests failed: " + "; ".join(failed[:3]))
        if longest > away * options.slack:
            faults.append(f"{name}: a WebSocket was away for {longest:.1f} s, at most {away} s are allowed")
    return rows, faults


def table(rows, load, lost):
    """Prints it; what was lost or doubled stands where it was acknowledged."""
    count = collections.Counter()
    for fault in lost:
        at = next((at for name, at in load.acknowledged.items() if name and name in fault.split()), None)
        name = next((row[0] for row in rows if at and row[1] <= at <= row[2]), "between")
        count[name, "doubled" if "moved 6" in fault or "messages tell" in fault else "lost"] += 1
    print(f"\n{'event':10} {'longest gap':>12} {'failed':>7} {'lost':>5} {'doubled':>8} {'WebSockets cut':>15} {'back after':>11}")
    for name, _, _, quiet, failed, longest, cut in rows:
        print(f"{name:10} {quiet:10.1f} s {failed:7} {count[name, 'lost']:5} {count[name, 'doubled']:8} {cut:15} {longest:9.1f} s")


def under_load(stack, version, options):
    public = Public(stack)
    keys = {project: make_project(stack.run, project) for project in ("drill", "watched")}
    watchers = Watchers(public, stack.base, "/console/watched/live/live", public.sign_in(stack), options.sockets)
    load, pulse = Deployed(public, keys["drill"]), Pulse(Public(stack), keys["watched"])
    load.set_up()
    for thread in (watchers, pulse):
        thread.start()
    load.start(options.workers)
    if not watchers.wait_open(60):
        sys.exit(f"only {watchers.open()} of {options.sockets} WebSockets open")
    time.sleep(5)
    print(f"under load: {options.workers} clients, {options.sockets} WebSockets", flush=True)
    rows, faults = play(stack, Events(stack, version), options, load, watchers)
    load.end()
    pulse.over.set()
    time.sleep(3)
    watchers.over.set()
    load.settle()
    lost, found = load.verify()
    lost += watchers.faults()
    print(f"watchers were told {watchers.gaps()} times to read anew", flush=True)
    stack.run("ledger", "verify")
    table(rows, load, lost)
    return load.report(found, faults + lost)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", help="take this program instead of compiling one in the build of the image")
    parser.add_argument("--image", metavar="TAG", help="take the images of this tag and build none")
    parser.add_argument("--only", action="append", choices=[*BARS, "nothing"], help="an event of the list; may be repeated")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--slack", type=float, default=1, help="times that an event may take longer, on a machine that does other things as well")
    parser.add_argument("--ports", default="80,443", help="HTTP,HTTPS where these two are taken")
    parser.add_argument("--keep", action="store_true", help="leave the installation up")
    options = parser.parse_args()
    settings = dict(zip(("HTTP_PORT", "HTTPS_PORT"), options.ports.split(",")))
    stack = Stack(settings)
    version = "0.1.0-drill"
    if options.image:
        version = options.image
        stack.settings |= {"INVITER_IMAGE_SOURCE": "present"}
    if options.binary:
        os.makedirs(os.path.join(stack.home, "dist"), exist_ok=True)
        shutil.copy(options.binary, os.path.join(stack.home, "dist/inviter"))
        stack.settings |= {"BINARY": "present"}
    stack.settings |= {"INVITER_VERSION": version}
    print(f"in {stack.home}", flush=True)
    # What a drill left that was kept or killed.
    stack.clear()
    try:
        literally.bring_up(stack)
        measure(stack)
        return 0 if options.only == ["nothing"] else under_load(stack, version, options)
    finally:
        if options.keep:
            print(f"left up: {stack.home}; what deploy.sh said is in drill.log there")
        else:
            stack.remove()


if __name__ == "__main__":
    sys.exit(main())
