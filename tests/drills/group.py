"""The MySQL group of scripts/mysql-group.sh, and a guard beside each member."""

import functools
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from server import BARE

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/mysql-group.sh"
os.environ.setdefault("INVITER_TEST_GROUP_PORT", "3411")
FIRST = int(os.environ["INVITER_TEST_GROUP_PORT"])
HOME = Path(os.environ.get("INVITER_TEST_HOME", Path.home() / ".cache/inviter-test"))
# Each member in a network of its own: only so can one be cut off from the others.
APART = bool(os.environ.get("INVITER_TEST_GROUP_NETNS"))
MEMBERS = [1, 2, 3]


def group(*words):
    """A subcommand of mysql-group.sh."""
    done = subprocess.run([SCRIPT, *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"mysql-group.sh {' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@functools.cache
def settings():
    """What guards and servers are told of the group."""
    return BARE | dict(line.split("=", 1) for line in group("env").splitlines())


def address(n):
    return settings()["INVITER_MYSQL_GUARD__MEMBERS"].split(",")[n - 1]


def sql(n, statement):
    return group("mysql", n, "-NB", "-e", statement)


def lead_astray(n):
    """Makes a member leave the group and take writes: nobody may write to it."""
    sql(n, "STOP GROUP_REPLICATION; SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF")


def members():
    """Address, process, state, role and whether it is writable, of each member by number: what they say of themselves."""
    rows = (line.split() for line in group("status").splitlines())
    return {int(row[0]): row[1:] for row in rows}


def primary(among=MEMBERS):
    said = members()
    return next((n for n in among if said[n][2:4] == ["ONLINE", "PRIMARY"]), None)


def secondaries():
    return [n for n, said in members().items() if said[3] == "SECONDARY"]


def others(n):
    return [other for other in MEMBERS if other != n]


def sees(n):
    """How many members this one sees ONLINE. One that has just woken up believes for a moment what it last knew."""
    question = "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'"
    asked = subprocess.run(["timeout", "3", SCRIPT, "mysql", str(n), "-NB", "-e", question], capture_output=True, text=True)
    return int(asked.stdout) if asked.returncode == 0 else 0


def whole(limit=180):
    """Waits until each of three members sees three, for two seconds; gives how long that took."""
    begun, since = time.monotonic(), None
    while time.monotonic() - begun < limit:
        if [sees(n) for n in MEMBERS] != [3, 3, 3]:
            since = None
        elif since is None:
            since = time.monotonic()
        elif time.monotonic() - since > 2:
            return since - begun
        time.sleep(0.3)
    sys.exit(f"the group is not whole after {limit} s: {members()}")


def wait(what, limit, fits, step=0.1):
    """Seconds until it fits."""
    begun = time.monotonic()
    while not fits():
        if time.monotonic() - begun > limit:
            raise TimeoutError(f"not within {limit} s: {what}")
        time.sleep(step)
    return time.monotonic() - begun


class Guards:
    """One guard beside each member, as in a deployment."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.processes = binary, Path(folder), {}
        self.settings = settings()

    def start(self, n, *words):
        log = open(self.folder / f"guard-{n}.log", "a", encoding="utf-8")
        # exec all the way: signals reach the guard.
        command = [SCRIPT, "inside", str(n), self.binary, "mysql-guard", "--member", address(n), "--set", f"mysql_guard.bind={self.at(n)}", *words]
        # The script needs to know which group, and keeps it to itself.
        own = {name: value for name, value in os.environ.items() if name.startswith("INVITER_TEST_")}
        self.processes[n] = subprocess.Popen(command, env=self.settings | own, stdout=log, stderr=log, cwd=self.folder)

    def __enter__(self):
        for n in MEMBERS:
            self.start(n)
        return self

    def __exit__(self, *_):
        for n in list(self.processes):
            self.stop(n)

    def stop(self, n):
        process = self.processes.pop(n)
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(20)

    def at(self, n):
        return f"{address(n).split(':')[0]}:{FIRST + 1000 + n}"

    def asked(self, n, path):
        try:
            with urllib.request.urlopen(f"http://{self.at(n)}/{path}", timeout=3) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def verdict(self, n):
        found = re.search(r'guard_verdict\{verdict="(\w+)"\} 1', self.asked(n, "metrics")[1])
        return found[1] if found else ""

    def inviter(self, *words):
        done = subprocess.run([self.binary, "mysql", *words], env=self.settings, capture_output=True, text=True, cwd=self.folder)
        return done.returncode, (done.stdout + done.stderr).strip()

    def well(self):
        return self.inviter("status")[0] == 0
