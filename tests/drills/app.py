"""The app drill: three servers share a database and the load; one of them is killed every few seconds.

The others take over its jobs when its leases end; its clicks go on their way when it is back. With --redis they share a Redis as
well, which is flushed every second and hangs now and then: the answers are the same.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

from load import Load
from server import Server, receive, scratch_database

REDIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/test-redis.sh")


class Nuisance(threading.Thread):
    """A real Redis that is flushed every second and hangs for two of every seven."""

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.flushes, self.hangs = threading.Event(), 0, 0
        self.url = self.do("start").strip()
        self.settings = {"INVITER_REDIS__MODE": "single", "INVITER_REDIS__URLS": self.url, "INVITER_REDIS__PASSWORD": "inviter"}

    def do(self, verb, *words):
        node = [self.url.rsplit(":", 1)[1]] if verb not in ("start", "stop") else []
        command = [REDIS, verb, "single", *node, *words]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def run(self):
        while not self.over.is_set():
            for _ in range(5):
                self.do("cli", "flushall")
                self.flushes += 1
                time.sleep(1)
            self.do("pause")
            time.sleep(2)
            self.do("resume")
            self.hangs += 1

    def end(self):
        self.over.set()
        self.join(30)
        self.do("stop")
        print(f"Redis was flushed {self.flushes} times and hung {self.hangs} times")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--redis", action="store_true", help="share a Redis that is not left in peace")
    options = parser.parse_args()
    database = scratch_database()
    if not database:
        sys.exit("TEST_DATABASE_URL has to name a MySQL server: a SQLite file belongs to one process")
    settings = database | {"INVITER_SECURITY__SECRET": "the same for all three of the drill"}
    nuisance = Nuisance() if options.redis else None
    if nuisance:
        settings |= nuisance.settings
        nuisance.start()
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
        if nuisance:
            nuisance.end()
        return load.report(rows, faults)


if __name__ == "__main__":
    sys.exit(main())
