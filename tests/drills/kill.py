"""The kill drill: clicks, sign-ups, grants and spends under load while the server is killed with SIGKILL."""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

from load import Load
from server import Server, receive


def scratch_database():
    """An empty database on the server of TEST_DATABASE_URL; none where that is not set."""
    server = os.environ.pop("TEST_DATABASE_URL", None)
    if not server:
        return None
    name = f"inviter_test_drill_{os.getpid()}"
    base = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/test-mysql.sh")
    subprocess.run([base, "mysql", "-e", f"CREATE DATABASE {name}"], check=True)
    return f"{server.rsplit('/', 1)[0]}/{name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=8)
    options = parser.parse_args()
    port = receive()
    database = scratch_database()
    with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
        server = Server(os.path.abspath(options.binary), home, {"INVITER_DATABASE__URL": database} if database else {})
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
