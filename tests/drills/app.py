"""The app drill: three servers share a database and the load; one of them is killed every few seconds.

The others take over its jobs when its leases end; its clicks go on their way when it is back; the browsers that watched it watch
another one and miss nothing. With --redis they share a Redis as well, which is flushed every second and hangs now and then: the
answers are the same.
"""

import argparse
import contextlib
import os
import random
import sys
import tempfile
import time

from load import Load
from nuisance import Nuisance, flushed, hung
from server import Server, receive, scratch_database
from watch import Watchers


def live_through(servers, options, nuisance):
    port = receive()
    servers[0].run("migrate")
    load = Load(servers, servers[0].make_project())
    for server in servers:
        server.start()
    load.set_up(port)
    watchers = Watchers(servers, options.watchers)
    load.start(options.workers)
    for kill in range(1, options.kills + 1):
        time.sleep(random.uniform(1, 3))
        number = random.randrange(3)
        servers[number].kill()
        time.sleep(random.uniform(0.5, 3))
        servers[number].start()
        print(f"kill {kill:2} (server {number}): {len(load.clicks)} clicks, {len(load.sign_ups)} sign-ups, {len(load.spends)} spends", flush=True)
    time.sleep(1)
    load.end()
    load.settle()
    watchers.end()
    faults, rows = load.verify()
    faults += watchers.verify(load.sign_ups)
    for number, server in enumerate(servers):
        if not server.stop():
            faults.append(f"server {number} did not stop cleanly")
    servers[0].run("ledger", "verify")
    if nuisance:
        print(f"Redis: {nuisance.end()}")
        faults += nuisance.faults
    return load.report(rows, faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--watchers", type=int, default=12)
    parser.add_argument("--redis", action="store_true", help="share a Redis that is not left in peace")
    options = parser.parse_args()
    database = scratch_database()
    if not database:
        sys.exit("TEST_DATABASE_URL has to name a MySQL server: a SQLite file belongs to one process")
    settings = database | {"INVITER_SECURITY__SECRET": "the same for all three of the drill"}
    with contextlib.ExitStack() as stack:
        nuisance = stack.enter_context(Nuisance("single", *[flushed] * 5, hung)) if options.redis else None
        if nuisance:
            settings |= nuisance.settings
            nuisance.start()
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="inviter-drill-"))
        servers = [Server(os.path.abspath(options.binary), f"{home}/{number}", settings) for number in range(3)]
        for server in servers:
            stack.callback(server.end)
        return live_through(servers, options, nuisance)


if __name__ == "__main__":
    sys.exit(main())
