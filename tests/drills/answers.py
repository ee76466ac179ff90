"""The answers drill: the same story is lived on three servers whose Redis is absent, and again with each shape of it harassed.

The story is the tour of the book, each request of it to another server, and then what servers keep in memory or in Redis: a change
through one of them has to be seen through all in under a second. Every answer has to be the one that is given without Redis.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time

import tour
from kept import live_kept
from load import told
from nuisance import Nuisance, failed_over, flushed, hung, master_killed, node_added, slots_moved, stopped
from server import Server, free_port, scratch_database

NOWHERE = {"INVITER_REDIS__MODE": "single", "INVITER_REDIS__URLS": "redis://127.0.0.1:1"}
SCENARIOS = {
    "absent": None,
    "promised and not there": NOWHERE,
    "flushed every second": ("single", flushed),
    "stopped": ("single", stopped),
    "hanging every other second": ("single", hung, flushed),
    "failing over": ("sentinel", failed_over, master_killed),
    "cluster in motion": ("cluster", master_killed, slots_moved, node_added),
}


def live(binary, home, scenario):
    """Gives everything that was answered, the slowest change, what was done to Redis, and the faults."""
    port, hook_port = free_port(), free_port()
    with contextlib.ExitStack() as stack:
        nuisance = stack.enter_context(Nuisance(*scenario)) if isinstance(scenario, tuple) else None
        settings = scratch_database() | {"INVITER_SECURITY__SECRET": "the same for all three of the drill"}
        settings |= {"INVITER_SERVER__PUBLIC_URL": f"http://127.0.0.1:{port}"} | (nuisance.settings if nuisance else scenario or {})
        servers = [Server(binary, f"{home}/{number}", settings) for number in range(3)]
        servers[0].run("migrate")
        for server in servers:
            server.start()
            stack.callback(server.end)
        if nuisance:
            nuisance.start()
        inviter = tour.wrapper(home, binary, [server.port for server in servers], settings | {"INVITER_DATA_DIR": f"{home}/command"})
        said, faults = tour.live(home, inviter, port, hook_port)
        kept, slowest = live_kept(servers, "kept")
        # Whatever is done to Redis, somebody lives meanwhile.
        number, enough = 0, not nuisance
        while not enough:
            number, enough = number + 1, nuisance.all_begun()
            again, took = live_kept(servers, f"kept-{number}")
            slowest = max(slowest, took)
            faults += [f"{there} instead of {here}, time {number + 1}" for here, there in zip(kept, again) if here != there]
        done = nuisance.end() if nuisance else "nothing"
    return said + kept, slowest, done, faults + (nuisance.faults if nuisance else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", action="append", choices=SCENARIOS, metavar="SCENARIO", help=f"one of: {', '.join(SCENARIOS)}; may be repeated")
    parser.add_argument("--slack", type=float, default=1, help="seconds within which a change has to be seen by all")
    options = parser.parse_args()
    if "TEST_DATABASE_URL" not in os.environ:
        sys.exit("TEST_DATABASE_URL has to name a MySQL server: a SQLite file belongs to one process")
    faults, right = [], None
    print("| Redis | what was done to it | answers | others than without Redis | slowest change seen by all | took |\n|---|---|---|---|---|---|", flush=True)
    for name, scenario in SCENARIOS.items():
        if options.only and name not in ["absent", *options.only]:
            continue
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
            said, slowest, done, found = live(os.path.abspath(options.binary), home, scenario)
        right = right or said
        other = [f"{there!r} instead of {here!r}" for here, there in zip(right, said) if here != there]
        if len(said) != len(right):
            other.append(f"{len(said)} lines instead of {len(right)}")
        if slowest[0] > options.slack:
            found.append(f"{slowest[1]} was seen by all after {slowest[0]:.1f} s, {options.slack:.0f} s are allowed")
        print(f"| {name} | {done} | {len(said)} | {len(other)} | {slowest[0]:.2f} s, {slowest[1]} | {time.monotonic() - begun:.0f} s |", flush=True)
        faults += [f"{name}: {fault}" for fault in found + other]
    return told(faults)


if __name__ == "__main__":
    sys.exit(main())
