"""The kill drill: clicks, sign-ups, grants and spends under load while the server is killed with SIGKILL."""

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
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=8)
    options = parser.parse_args()
    port = receive()
    database = scratch_database()
    with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
        server = Server(os.path.abspath(options.binary), home, database)
        if database:
            server.run("migrate")
        load = Load([server], server.make_project())
        server.start()
        load.set_up(port)
        load.start(options.workers)
        for kill in range(1, options.kills + 1):
            time.sleep(random.uniform(0.3, 1.2))
            server.kill()
            server.start()
            print(f"kill {kill:2}: {len(load.clicks)} clicks, {len(load.sign_ups)} sign-ups, {len(load.spends)} spends", flush=True)
        time.sleep(1)
        load.end()
        load.settle()
        faults, rows = load.verify()
        if not server.stop():
            faults.append("the server did not stop cleanly")
        server.run("ledger", "verify")
        return load.report(rows, faults)


if __name__ == "__main__":
    sys.exit(main())
