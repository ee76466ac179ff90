"""A real MySQL group under its guards, while a client writes all the time.

For each event it prints how long no write was acknowledged, when all three members took part again, how many writes were
acknowledged, and how many of them are missing on any member.
"""

import argparse
import contextlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from group import FIRST, HOME, MEMBERS, Guards, address, group, lead_astray, others, primary, sql, wait
from load import longest_gap


class Session:
    """The mysql client, kept open to one member."""

    def __init__(self, n):
        host, port = address(n).split(":")
        command = [HOME / "mysql-root/tools/mysql", "--no-defaults", f"-h{host}", f"-P{port}", "-uinviter", "-ptest-app",
                   "--connect-timeout=1", "-NB", "--unbuffered", "inviter"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, bufsize=1)

    def write(self, row):
        """Whether the row was acknowledged; a client knows no more."""
        try:
            self.process.stdin.write(f"INSERT INTO drill VALUES ({row}); SELECT 'kept {row}';\n")
            self.process.stdin.flush()
        except OSError:
            return False
        ready, _, _ = select.select([self.process.stdout], [], [], 2)
        return bool(ready) and self.process.stdout.readline().strip() == f"kept {row}"

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        with contextlib.suppress(BrokenPipeError):  # of what was written and not sent
            self.process.stdin.close()


class Client(threading.Thread):
    """Writes a row after the other to whichever member takes it, and remembers what was acknowledged and when."""

    def __init__(self):
        super().__init__(daemon=True)
        self.acknowledged, self.running, self.row = [], True, 0

    def run(self):
        session, n = None, 0
        while self.running:
            if session is None:
                n = n % len(MEMBERS) + 1
                session = Session(n)
            self.row += 1
            if session.write(self.row):
                self.acknowledged.append((self.row, time.monotonic()))
                time.sleep(0.005)
            else:
                session.close()
                session = None
                time.sleep(0.02)

    def gap(self, since):
        """The longest time between two acknowledgements."""
        return longest_gap([at for _, at in self.acknowledged], since)

    def kept_since(self, since):
        return sum(1 for _, at in self.acknowledged if at >= since)

    def end(self):
        self.running = False
        self.join(5)


class Drill:
    def __init__(self, guards):
        self.guards, self.client = guards, None

    def back(self, limit=90):
        return wait("all members take part", limit, self.guards.well)

    def fresh(self):
        """Empty directories: the guards begin the group by themselves."""
        group("start")
        back = self.back()
        sql(primary(), "CREATE TABLE inviter.drill (id INT PRIMARY KEY)")
        self.client = Client()
        self.client.start()
        wait("the first write", 10, lambda: self.client.acknowledged)
        return back, ""

    def switchover(self):
        code, said = self.guards.inviter("switchover", "--to", address(others(primary())[0]))
        assert code == 0, said
        return self.back(), said.rsplit("; ", 1)[-1]

    def sigterm_primary(self):
        n = primary()
        begun = time.monotonic()
        group("stop-member", n)
        ended = time.monotonic() - begun
        wait("another primary", 60, lambda: primary() not in (None, n))
        time.sleep(2)
        group("start-member", n)
        return self.back(), f"it took {ended:.1f} s to end"

    def kill_primary(self):
        n = primary()
        group("kill", n)
        wait("another primary", 60, lambda: primary() not in (None, n))
        time.sleep(2)
        group("start-member", n)
        return self.back(), ""

    def hang_primary(self):
        n = primary()
        group("hang", n)
        wait("another primary", 60, lambda: any(self.guards.asked(m, "writer")[0] == 200 for m in MEMBERS if m != n))
        time.sleep(10)
        group("resume", n)
        back = self.back()
        writers = [m for m in MEMBERS if self.guards.asked(m, "writer")[0] == 200]
        assert len(writers) == 1 and writers != [n], f"{writers} are said to take writes, {n} did before it hung"
        return back, ""

    def kill_secondary(self):
        n = others(primary())[0]
        group("kill", n)
        time.sleep(10)
        group("start-member", n)
        return self.back(), ""

    def kill_both_secondaries(self):
        survivor = primary()
        lost = others(survivor)
        group("kill", *lost)
        wait("the survivor gives up", 60, lambda: self.guards.asked(survivor, "writer")[0] == 503)
        time.sleep(15)
        assert primary() is None, "a member without majority is still the primary"
        group("start-member", *lost)
        return self.back(), "the survivor gave up; members started 15 s later"

    def kill_all(self):
        group("kill", *MEMBERS)
        group("start-member", *MEMBERS)
        return self.back(), "from the moment when all answer"

    def kill_all_one_stays_away(self):
        away = others(primary())[0]
        rest = [n for n in MEMBERS if n != away]
        group("kill", *MEMBERS)
        group("start-member", *rest)
        wait("the guards wait for it", 20, lambda: all(self.guards.verdict(n) == "wait_missing" for n in rest))
        time.sleep(5)
        assert primary() is None, "the group was begun without a member that may know more"
        code, said = self.guards.inviter("recover", "--accept-missing")
        assert code == 0, said
        wait("a primary", 30, primary)
        group("start-member", away)
        return self.back(), "guards waited; recover --accept-missing"

    def loose_member(self):
        n = others(primary())[0]
        lead_astray(n)
        closed = wait("the guard closes it", 10, lambda: sql(n, "SELECT @@global.super_read_only").strip() == "1", 0.02)
        return self.back(), f"read-only again after {closed:.1f} s"

    def errant_member(self):
        n = others(primary())[0]
        self.guards.processes[n].send_signal(signal.SIGSTOP)
        lead_astray(n)
        sql(n, "CREATE TABLE inviter.stray (id INT PRIMARY KEY)")
        self.guards.processes[n].send_signal(signal.SIGCONT)
        wait("the guard keeps it out", 20, lambda: self.guards.verdict(n) == "errant")
        time.sleep(3)
        assert sql(n, "SELECT @@global.super_read_only").strip() == "1", "an errant member takes writes"
        self.guards.stop(n)
        self.guards.start(n, "--set", "mysql_guard.replace_errant=true")
        wait("it was copied and stopped", 120, lambda: f"{n} {address(n)} stopped" in group("status"), 1)
        group("start-member", n)
        back = self.back()
        assert sql(n, "SHOW TABLES IN inviter LIKE 'stray'") == "", "what was written elsewhere is still there"
        return back, "kept out; copied anew with replace_errant"

    def lost(self):
        """What was acknowledged and is not there, on any member, when all have had time to apply it."""
        kept = {row for row, _ in list(self.client.acknowledged)}
        missing = len(kept)
        for _ in range(20):
            time.sleep(1)
            there = [{int(row) for row in sql(n, "SELECT id FROM inviter.drill").split()} for n in MEMBERS]
            missing = max(len(kept - rows) for rows in there)
            if not missing:
                break
        return missing


EVENTS = ["switchover", "sigterm_primary", "kill_primary", "hang_primary", "kill_secondary", "kill_both_secondaries",
          "kill_all", "kill_all_one_stays_away", "loose_member", "errant_member"]


def row(event, gap, back, kept, lost, note):
    print(f"{event:24}  {gap:>9}  {back:>9}  {kept:>6}  {lost:>5}  {note}", flush=True)


def live_through(drill, events):
    """Gives how many events failed."""
    failures = 0
    try:
        row("event", "no writes", "all back", "kept", "lost", "")
        back, note = drill.fresh()
        row("fresh", "-", f"{back:.1f} s", "-", "-", note)
        for event in events:
            begun = time.monotonic()
            back, note = getattr(drill, event)()
            wait("a write", 20, lambda: drill.client.kept_since(time.monotonic() - 0.5))
            gap, lost = drill.client.gap(begun), drill.lost()
            row(event, f"{gap:.2f} s", f"{back:.1f} s", drill.client.kept_since(begun), lost, note)
            failures += bool(lost)
    except (AssertionError, TimeoutError) as error:
        print(f"FAILED: {error}\n{drill.guards.inviter('status')[1]}\nlogs: {drill.guards.folder}", flush=True)
        failures += 1
    finally:
        if drill.client:
            drill.client.end()
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("events", nargs="*", choices=[[], *EVENTS], metavar="EVENT", help=f"only these: {', '.join(EVENTS)}")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="inviter-drill-guard-")
    group("wipe")
    try:
        with Guards(Path(options.binary).resolve(), folder) as guards:
            failures = live_through(Drill(guards), options.events or EVENTS)
        for n in MEMBERS:
            shutil.copy(HOME / f"mysql-group-{FIRST}/{n}/mysqld.log", f"{folder}/mysqld-{n}.log")
    finally:
        group("wipe")
    if not failures:
        shutil.rmtree(folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
