"""The MySQL drill: a group of three fails in every way that it can, under load, and nothing acknowledged is lost or doubled.

For each event it prints how long no write was acknowledged, how long no link was followed, what the clients saw, and what the
bar is. The server is started once and never again.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

from load import Load
from server import Server, receive

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts")
FIRST = int(os.environ.get("INVITER_TEST_GROUP_PORT", "3411"))
# Whatever is set for the one who runs the drill is not for what is started here.
BARE = {name: value for name, value in os.environ.items() if not name.startswith("INVITER_")}
MEMBERS = [f"127.0.0.1:{FIRST + number}" for number in range(3)]


def group(*words):
    done = subprocess.run([os.path.join(SCRIPTS, "mysql-group.sh"), *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"mysql-group.sh {' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def members():
    """State and role of each member, by number."""
    rows = (line.split() for line in group("status").splitlines())
    return {int(row[0]): (row[3], row[4]) for row in rows}


def primary():
    return next((number for number, (_, role) in members().items() if role == "PRIMARY"), None)


def secondaries():
    return [number for number, (_, role) in members().items() if role == "SECONDARY"]


def sees(number):
    """How many members this one sees ONLINE. One that has just woken up believes for a moment what it last knew."""
    script = os.path.join(SCRIPTS, "mysql-group.sh")
    question = "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'"
    asked = subprocess.run(["timeout", "3", script, "mysql", str(number), "-NB", "-e", question], capture_output=True, text=True)
    return int(asked.stdout) if asked.returncode == 0 else 0


def whole(limit=180):
    """Waits until each of three members sees three, for two seconds; gives how long that took."""
    begun, since = time.monotonic(), None
    while time.monotonic() - begun < limit:
        if [sees(number) for number in (1, 2, 3)] != [3, 3, 3]:
            since = None
        elif since is None:
            since = time.monotonic()
        elif time.monotonic() - since > 2:
            return since - begun
        time.sleep(0.3)
    sys.exit(f"the group is not whole after {limit} s: {members()}")


class Guards:
    """One guard beside each member, as in a deployment."""

    def __init__(self, binary, home):
        self.processes = []
        self.env = dict(line.split("=", 1) for line in group("env").splitlines())
        for number, member in enumerate(MEMBERS, 1):
            log = open(os.path.join(home, f"guard-{number}.log"), "ab")
            own = {"INVITER_MYSQL_GUARD__MEMBER": member, "INVITER_MYSQL_GUARD__BIND": f"127.0.0.1:{FIRST + 100 + number}"}
            process = subprocess.Popen([binary, "mysql-guard"], env=BARE | self.env | own, stdout=log, stderr=log)
            self.processes.append(process)

    def end(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(10)


def hang(number):
    group("hang", number)
    time.sleep(15)
    group("resume", number)


def stop(number):
    group("stop-member", number)
    group("start-member", number)


def lose(*numbers):
    group("kill", *numbers)
    time.sleep(15)
    group("start-member", *numbers)


def lose_all():
    group("kill", 1, 2, 3)
    group("start-member", 1, 2, 3)


def stray(number):
    """A member that is out of the group and takes writes: nobody may write to it."""
    group("mysql", number, "-e", "STOP GROUP_REPLICATION; SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF")


# What happens, to whom, and for how many seconds at most no write may be acknowledged.
EVENTS = {
    "switchover": (lambda: group("switch", secondaries()[0]), 2),
    "SIGTERM of the primary": (lambda: stop(primary()), 5),
    "kill -9 of the primary": (lambda: lose(primary()), 12),
    "SIGSTOP and CONT of the primary": (lambda: hang(primary()), 12),
    "kill -9 of a secondary": (lambda: lose(secondaries()[0]), 12),
    "a secondary astray and writable": (lambda: stray(secondaries()[0]), 2),
    "kill -9 of both secondaries": (lambda: lose(*secondaries()), 60),
    "kill -9 of all three": (lose_all, 60),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--only", action="append", help="an event of the list; may be repeated")
    parser.add_argument("--slack", type=float, default=1, help="times that an event may take longer, on a machine that does other things as well")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    port = receive()
    group("wipe")
    group("start")
    with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
        guards = Guards(binary, home)
        print(f"three members are ONLINE after {whole():.1f} s", flush=True)
        server = Server(binary, os.path.join(home, "server"), guards.env)
        server.run("migrate")
        load = Load([server], server.make_project())
        server.start()
        load.set_up(port)
        load.start(options.workers)
        time.sleep(3)
        faults = []
        print(f"{'event':34} {'no write for':>12} {'bar':>6} {'no link for':>12} {'repeated':>9} {'whole after':>12}", flush=True)
        for name, (happen, bar) in EVENTS.items():
            if options.only and name not in options.only:
                continue
            since, repeated = time.monotonic(), len(load.errors)
            happen()
            rejoined = whole()
            time.sleep(2)
            write, link = load.gap(load.written, since), load.gap(load.followed, since)
            print(f"{name:34} {write:10.1f} s {bar:4} s {link:10.1f} s {len(load.errors) - repeated:9} {rejoined:10.1f} s", flush=True)
            if write > bar * options.slack:
                faults.append(f"{name}: no write for {write:.1f} s, at most {bar} s are allowed")
            if server.process.poll() is not None:
                sys.exit(f"the server ended; see {server.log.name}")
        load.end()
        load.settle()
        found, rows = load.verify()
        if not server.stop():
            found.append("the server did not stop cleanly")
        server.run("ledger", "verify")
        guards.end()
        return load.report(rows, faults + found)


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        group("stop")
