"""A real Redis in one of its shapes that is not left in peace."""

import collections
import itertools
import os
import subprocess
import threading
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/test-redis.sh"
FIRST = int(os.environ.get("INVITER_TEST_REDIS_PORT", "6397"))
SENTINEL, ADDED = FIRST + 6, FIRST + 16


class Nuisance(threading.Thread):
    """Does one deed after the other, again and again, until it is told to end; the servers end with it, as a context."""

    def __init__(self, shape, *deeds):
        super().__init__(daemon=True)
        self.shape, self.deeds = shape, deeds
        self.over, self.done, self.faults = threading.Event(), collections.Counter(), []
        try:
            urls = self.do("start").strip()
        except subprocess.CalledProcessError as error:
            self.do("stop")  # what could be started
            raise RuntimeError(f"Redis cannot be started: {error.stderr[-600:]}") from error
        self.settings = {"INVITER_REDIS__MODE": shape, "INVITER_REDIS__URLS": urls, "INVITER_REDIS__PASSWORD": "inviter"}
        if shape == "sentinel":
            self.settings |= {"INVITER_REDIS__MASTER": "inviter", "INVITER_REDIS__SENTINEL_PASSWORD": "sentinel"}

    def do(self, verb, *words):
        return subprocess.run([SCRIPT, verb, self.shape, *map(str, words)], check=True, capture_output=True, text=True).stdout

    def run(self):
        try:
            for deed in itertools.cycle(self.deeds):
                if self.over.is_set():
                    return
                self.done[deed.__name__] += 1
                deed(self)
        except subprocess.CalledProcessError as error:
            self.faults.append(f"Redis could not be harassed any further: {error} {error.stderr[-600:]}")

    def all_begun(self):
        """Whether each deed was done, or is being done."""
        return len(self.done) == len(set(self.deeds)) or self.faults

    def end(self):
        """Gives what was done, in words."""
        self.over.set()
        self.join(60)
        return ", ".join(f"{count} × {name.replace('_', ' ')}" for name, count in self.done.items())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.do("stop")


def flushed(redis):
    redis.do("cli", FIRST, "flushall")
    redis.over.wait(1)


def hung(redis):
    redis.do("pause", FIRST)
    redis.over.wait(2)
    redis.do("resume", FIRST)


def stopped(redis):
    """Until the end."""
    redis.do("pause", FIRST)
    redis.over.wait()
    redis.do("resume", FIRST)


def failed_over(redis):
    redis.do("cli", SENTINEL, "sentinel", "failover", "inviter")
    redis.over.wait(4)


def master_killed(redis):
    port = redis.do("kill", "master").strip()
    redis.over.wait(7)
    redis.do("revive", port)
    redis.over.wait(2)


def slots_moved(redis):
    redis.do("move", "master")
    redis.over.wait(1)


def node_added(redis):
    """Once: there is one to add."""
    if redis.done["node_added"] == 1:
        redis.do("add", ADDED)
    redis.done["node_added"] = 1
