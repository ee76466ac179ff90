"""A mistake is undone to the second: under load every referral is deleted, and a restore brings back all of them.

    tests/drills/restore.py --binary FILE [--only mysql|sqlite]...

The agent is killed meanwhile, and on MySQL a member of the group is stopped, the one that the changes are taken from. Prints what was lost (RPO) and how long it
took (RTO), and that damage to a backup is found.
"""

import argparse
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

os.environ.setdefault("INVITER_TEST_GROUP_PORT", "3441")

from group import HOME, SCRIPT, group, settings, wait
from load import Load, told
from server import BARE, Server, free_port

WITH_TOOLS = BARE | {"PATH": f"{HOME}/mysql-root/tools:{BARE['PATH']}"}
# A restore writes that it was one; and each process that opens the database says so.
OWN = {"audit", "heads", "fences", "journals"}


class Place:
    """An installation, its agent, and what of it has to be the same before and after."""

    def __init__(self, binary, home):
        self.binary, self.home = binary, Path(home)
        self.backups = self.home / "backups"
        self.port = free_port()
        keys = subprocess.run([binary, "backup", "keygen"], capture_output=True, text=True, check=True, env=WITH_TOOLS).stdout
        (self.home / "identity").write_text(keys)
        (self.home / "recipient").write_text(re.search("age1[a-z0-9]+", keys)[0])
        self.agent = None

    def env(self):
        return WITH_TOOLS | self.database() | {
            "INVITER_BACKUP__DIR": str(self.backups), "INVITER_BACKUP__BIND": f"127.0.0.1:{self.port}",
            "INVITER_BACKUP__RECIPIENT_FILE": str(self.home / "recipient"), "INVITER_BACKUP__IDENTITY_FILE": str(self.home / "identity"),
            "INVITER_LOG__FORMAT": "json"}

    def start_agent(self):
        log = open(self.home / "agent.log", "ab")
        self.agent = subprocess.Popen([self.binary, "backup-agent"], env=self.env(), stdout=log, stderr=log)

    def crash_agent(self):
        self.agent.kill()
        self.agent.wait()
        self.start_agent()

    def inviter(self, *words, **env):
        done = subprocess.run([self.binary, *words], env=self.env() | env, capture_output=True, text=True, timeout=100)
        return done.returncode, done.stdout + done.stderr

    def figure(self, name):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=3) as answer:
                found = re.search(rf"^inviter_backup_{name} (\S+)", answer.read().decode(), re.M)
        except OSError:
            return None
        return float(found[1]) if found else None

    def archived(self):
        """Up to when changes are archived."""
        found = re.search(r"to (\S+Z): any", self.inviter("restore", "--list")[1])
        return datetime.fromisoformat(found[1]) if found else datetime.fromtimestamp(0, timezone.utc)


class Sqlite(Place):
    name = "SQLite"

    def database(self):
        return {"INVITER_DATA_DIR": str(self.home / "data")}

    def server(self):
        return Server(self.binary, str(self.home / "data"))

    def rows(self, place="data"):
        with contextlib.closing(sqlite3.connect(self.home / place / "inviter.db")) as db:
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: sorted(map(repr, db.execute(f"SELECT * FROM {table}"))) for table in tables if table not in OWN}

    def delete(self):
        with contextlib.closing(sqlite3.connect(self.home / "data/inviter.db", timeout=10)) as db, db:
            db.execute("DELETE FROM referrals")

    def disturb(self):
        pass

    def restore(self, to):
        return self.inviter("restore", "--to", to, "--into", str(self.home / "restored")), self.rows

    def restored(self):
        return self.rows("restored")

    def end(self):
        pass


class Mysql(Place):
    name = "MySQL"

    def __init__(self, binary, home):
        super().__init__(binary, home)
        group("wipe")
        group("start-member", 1, 2)
        group("bootstrap", 1)
        group("join", 2)
        self.account = settings()
        self.members = ",".join(self.account["INVITER_DATABASE__MEMBERS"].split(",")[:2])

    def at(self, url):
        secret = {"INVITER_SECURITY__SECRET": "a secret of thirty-two bytes or more"}
        return secret | {"INVITER_DATABASE__URL": self.account[url], "INVITER_DATABASE__MEMBERS": self.members}

    def database(self):
        return self.at("BACKUP_URL") | {"INVITER_DATA_DIR": str(self.home / "agent")}

    def server(self):
        self.inviter("migrate", **self.at("MIGRATOR_URL"))
        return Server(self.binary, str(self.home / "data"), self.at("INVITER_DATABASE__URL"))

    def sql(self, statement, database="inviter"):
        return group("mysql", 1, "-NB", "--binary-as-hex", database, "-e", statement)

    def rows(self, database="inviter"):
        tables = [table for table in self.sql("SHOW TABLES", database).split() if table not in OWN]
        sums = self.sql(f"CHECKSUM TABLE {', '.join(tables)}", database).split()[1::2]
        rows = self.sql("SELECT * FROM referrals ORDER BY id", database).splitlines()
        return dict(zip(tables, sums)) | {"referrals": rows}

    def delete(self):
        self.sql("DELETE FROM referrals")

    def disturb(self):
        """The agent takes the changes from the secondary, as long as that is there."""
        group("stop-member", 2)

    def restore(self, to):
        return self.inviter("restore", "--to", to, "--into", "inviter_before", **self.at("MIGRATOR_URL")), self.rows

    def restored(self):
        return self.rows("inviter_before")

    def end(self):
        subprocess.run([SCRIPT, "wipe"], capture_output=True, check=True)


class Lag(threading.Thread):
    """How far behind the agent says that it is, several times a second."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place, self.most, self.running = place, 0.0, True

    def run(self):
        while self.running:
            self.most = max(self.most, self.place.figure("stream_lag_seconds") or 0.0)
            time.sleep(0.2)


def damage(place):
    """What `verify` and `restore` say of backups that are not what they were; gives the faults."""
    faults = []
    broken = place.home / "broken"
    for what in ("truncated", "bit flipped", "change flipped"):
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(place.backups, broken)
        largest = max(broken.glob("inviter-*/*.age"), key=lambda file: file.stat().st_size)
        if what == "change flipped":
            largest = max(broken.glob("stream/*"), key=lambda file: file.stat().st_size)
        data = bytearray(largest.read_bytes())
        if what == "truncated":
            del data[-1:]
        else:
            data[len(data) // 2] ^= 1
        largest.write_bytes(data)
        code, said = place.inviter("backup", "verify", "--from", str(broken))
        if code == 0 or "damaged" not in said:
            faults.append(f"{what}: not found: {said}")
    return faults


def drill(kind, binary, home):
    """Gives a row of the table, and the faults."""
    place = kind(binary, home)
    server = place.server()
    try:
        load = Load([server], server.make_project())
        server.start()
        load.set_up()
        place.start_agent()
        wait("the first backup is made and brought to life", 60, lambda: place.figure("verified") == 1)
        wait("the changes are archived", 20, lambda: place.figure("stream_lag_seconds") is not None)
        lag = Lag(place)
        lag.start()
        load.start(4)
        time.sleep(3)
        steady = lag.most
        place.disturb()
        time.sleep(3)
        place.crash_agent()
        time.sleep(2)
        load.end()
        faults = list(load.faults)
        if not server.stop():
            faults.append("the server did not stop cleanly")
        # SQLite's log does not say when a commit was: what is archived is known to half a second.
        time.sleep(1)
        before, last = place.rows(), datetime.now(timezone.utc)
        time.sleep(1)
        place.delete()
        if place.rows()["referrals"]:
            faults.append("the mistake was not made")
        begun = time.monotonic()
        wait("the mistake is archived", 30, lambda: place.archived() > last)
        rpo = time.monotonic() - begun
        lag.running = False
        begun = time.monotonic()
        (code, said), _ = place.restore(last.isoformat())
        rto = time.monotonic() - begun
        if code or "The ledger is sound" not in said:
            faults.append(f"restore ended with {code}: {said}")
        after = place.restored()
        faults += [f"{table} is not what it was" for table in before if before[table] != after.get(table)]
        faults += damage(place)
        row = [place.name, str(len(load.sign_ups)), str(len(before["referrals"])), str(len(after["referrals"])),
               f"{steady:.1f} s", f"{lag.most:.1f} s", f"{rpo:.1f} s", f"{rto:.1f} s"]
        return row, faults
    finally:
        server.end()
        if place.agent:
            place.agent.terminate()
            place.agent.wait(20)
        place.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", choices=["mysql", "sqlite"], action="append")
    options = parser.parse_args()
    binary, begun = os.path.abspath(options.binary), time.monotonic()
    head = ["", "sign-ups", "rows before", "rows after", "lag, most", "and in the event", "until archived", "restored in"]
    table, faults = [head], []
    for name, kind in {"sqlite": Sqlite, "mysql": Mysql}.items():
        if name in (options.only or ["sqlite", "mysql"]):
            with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
                row, found = drill(kind, binary, home)
            table.append(row)
            faults += [f"{kind.name}: {fault}" for fault in found]
    for row in table:
        print("| " + " | ".join(row) + " |")
        if row is head:
            print("|" + "---|" * len(head))
    print(f"in {time.monotonic() - begun:.0f} s")
    return told(faults)


if __name__ == "__main__":
    sys.exit(main())
