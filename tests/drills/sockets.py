"""Browsers that watch a page while things happen: WebSockets that come back when they are cut, and miss nothing."""

import asyncio
import base64
import json
import os
import random
import threading
import time

from watch import Page


class Watchers(threading.Thread):
    """Any number of WebSockets on the live feed of a project."""

    def __init__(self, public, origin, path, cookie, count):
        super().__init__(daemon=True)
        self.public, self.origin, self.path, self.cookie = public, origin, path, cookie
        self.sockets = [Watcher(self) for _ in range(count)]
        self.over = threading.Event()

    def run(self):
        asyncio.run(self.watch())

    async def watch(self):
        tasks = [asyncio.create_task(one.live()) for one in self.sockets]
        while not self.over.is_set():
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()

    def open(self):
        return sum(1 for one in self.sockets if one.since is None)

    def wait_open(self, seconds):
        end = time.monotonic() + seconds
        while self.open() < len(self.sockets) and time.monotonic() < end:
            time.sleep(0.1)
        return self.open() == len(self.sockets)

    def longest(self, since):
        """The longest time that one of them was away since then, and how many were."""
        now, away = time.monotonic(), []
        for one in self.sockets:
            outages = [back - gone for gone, back in one.outages if back >= since]
            if one.since is not None:
                outages.append(now - one.since)
            away += [max(outages)] if outages else []
        return (max(away) if away else 0.0), len(away)

    def faults(self):
        """What some of them were told twice, in the wrong order, or not at all."""
        faults = []
        everything = set().union(*(one.page.told for one in self.sockets))
        for number, one in enumerate(self.sockets):
            told = one.page.told
            # Not all begin and end at the same moment.
            due = {position for position in everything if told and told[0] < position < told[-1]}
            faults += one.page.faults(f"watcher {number}", due)
        return faults

    def gaps(self):
        """How often one of them was told that it had missed more than it would be told."""
        return sum(len(one.page.gaps) for one in self.sockets)


class Watcher:
    """One WebSocket. `since` says since when it is down."""

    def __init__(self, all_of_them):
        self.all, self.since, self.outages, self.page = all_of_them, time.monotonic(), [], Page()

    async def live(self):
        while True:
            try:
                reader, writer = await asyncio.wait_for(self.connect(), 10)
            except (OSError, EOFError, asyncio.TimeoutError, ValueError):
                # A browser's page waits a little, and not all wait for the same time.
                await asyncio.sleep(random.uniform(0.2, 1.0))
                continue
            if self.page.told or self.outages:
                self.outages.append((self.since, time.monotonic()))
            else:
                self.outages.append((0.0, 0.0))
            self.since = None
            try:
                await self.listen(reader, writer)
            except (OSError, EOFError, asyncio.TimeoutError):
                pass
            self.since = time.monotonic()
            writer.close()
            await asyncio.sleep(random.uniform(0.0, 0.5))

    async def connect(self):
        public = self.all.public
        reader, writer = await asyncio.open_connection(public.host, public.port, ssl=public.tls, server_hostname=public.host)
        after = f"?after={self.page.position}" if self.page.position else ""
        key = base64.b64encode(os.urandom(16)).decode()
        host = self.all.origin.removeprefix("https://")
        writer.write((f"GET {self.all.path}{after} HTTP/1.1\r\nHost: {host}\r\nOrigin: {self.all.origin}\r\nCookie: {self.all.cookie}\r\n"
                      f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            writer.close()
            raise ValueError(head.decode(errors="replace"))
        return reader, writer

    async def listen(self, reader, writer):
        while True:
            # The server sends a beat every 25 seconds.
            first, second = await asyncio.wait_for(reader.readexactly(2), 60)
            length = second & 0x7F
            if length == 126:
                length = int.from_bytes(await reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await reader.readexactly(8), "big")
            text = await reader.readexactly(length)
            kind = first & 0x0F
            if kind == 8:
                return
            if kind == 9:
                mask = os.urandom(4)
                writer.write(bytes([0x8A, 0x80 | length]) + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(text)))
                await writer.drain()
            elif kind == 1:
                self.page.take(json.loads(text))
