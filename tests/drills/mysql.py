"""The MySQL drill: a group of three fails in every way that it can, under load, and nothing acknowledged is lost or doubled.

For each event it prints how long no write was acknowledged, how long no link was followed, what the clients saw, and what the
bar is. The server is started once and never again.
"""

import argparse
import os
import sys
import tempfile
import time

from group import APART, MEMBERS, Guards, group, lead_astray, primary, secondaries, whole
from load import Load, longest_gap
from partition import partition
from server import Server, receive


def switch():
    group("switch", secondaries()[0])


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
    group("kill", *MEMBERS)
    group("start-member", *MEMBERS)


# What happens, to whom, and for how many seconds at most no write may be acknowledged. What it gives is
# called when all members take part again, and tells of faults.
EVENTS = {
    "switchover": (switch, 2),
    "SIGTERM of the primary": (lambda: stop(primary()), 5),
    "kill -9 of the primary": (lambda: lose(primary()), 12),
    "SIGSTOP and CONT of the primary": (lambda: hang(primary()), 12),
    "kill -9 of a secondary": (lambda: lose(secondaries()[0]), 12),
    "a secondary astray and writable": (lambda: lead_astray(secondaries()[0]), 2),
    "kill -9 of both secondaries": (lambda: lose(*secondaries()), 60),
    "kill -9 of all three": (lose_all, 60),
}
if APART:
    EVENTS |= {
        "partition of the primary": (lambda: partition(primary()), 12),
        "primary cut off from all": (lambda: partition(primary(), "all"), 12),
        "partition of a secondary": (lambda: partition(secondaries()[0]), 12),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--only", action="append", choices=EVENTS, metavar="EVENT", help=f"one of: {', '.join(EVENTS)}; may be repeated")
    parser.add_argument("--slack", type=float, default=1, help="times that an event may take longer, on a machine that does other things as well")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    port = receive()
    group("wipe")
    group("start")
    with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home, Guards(binary, home) as guards:
        print(f"three members are ONLINE after {whole():.1f} s", flush=True)
        server = Server(binary, os.path.join(home, "server"), guards.settings)
        server.run("--set", f"database.url={guards.settings['MIGRATOR_URL']}", "migrate")
        load = Load([server], server.make_project())
        server.start()
        load.set_up(port)
        load.start(options.workers)
        time.sleep(3)
        faults = []
        if not APART:
            print("no partitions: they need INVITER_TEST_GROUP_NETNS=1, and root", flush=True)
        print(f"{'event':34} {'no write for':>12} {'bar':>6} {'no link for':>12} {'repeated':>9} {'whole after':>12}", flush=True)
        for name, (happen, bar) in EVENTS.items():
            if options.only and name not in options.only:
                continue
            since, repeated = time.monotonic(), len(load.errors)
            afterwards = happen()
            rejoined = whole()
            faults += [f"{name}: {fault}" for fault in (afterwards() if afterwards else [])]
            time.sleep(2)
            write, link = longest_gap(load.written, since), longest_gap(load.followed, since)
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
        return load.report(rows, faults + found)


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        group("stop")
