"""The app drill: three servers share a database and the load; one of them is killed every few seconds.

The others take over its jobs when its leases end; its clicks go on their way when it is back.
"""

import argparse
import os
import random
import sys
import tempfile
import time

from load import Load
from server import Server, receive, scratch_database


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--workers", type=int, default=8)
    options = parser.parse_args()
    database = scratch_database()
    if not database:
        sys.exit("TEST_DATABASE_URL has to name a MySQL server: a SQLite file belongs to one process")
    settings = database | {"INVITER_SECURITY__SECRET": "the same for all three of the drill"}
    port = receive()
    with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
        servers = [Server(os.path.abspath(options.binary), f"{home}/{number}", settings) for number in range(3)]
        servers[0].run("migrate")
        load = Load(servers, servers[0].make_project())
        for server in servers:
            server.start()
        load.set_up(port)
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
        faults, rows = load.verify()
        for number, server in enumerate(servers):
            if not server.stop():
                faults.append(f"server {number} did not stop cleanly")
        servers[0].run("ledger", "verify")
        return load.report(rows, faults)


if __name__ == "__main__":
    sys.exit(main())
