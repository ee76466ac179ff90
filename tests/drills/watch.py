"""Browsers that watch the live feed of the console, and go on at another server when theirs is gone."""

import base64
import collections
import json
import os
import random
import re
import socket
import struct
import threading
import time
import urllib.parse

PLACE = "/console/drill/live"


def sign_in(server):
    """Makes an operator who chooses a password by the link that the command prints; gives the cookie of the session."""
    made = server.run("admin", "create", "--email", "watcher@drill.example", "--name", "Watcher")
    path = urllib.parse.urlparse(re.search(r"http\S+/console/reset/\S+", made)[0]).path
    form = {"content-type": "application/x-www-form-urlencoded"}
    status, headers, text = server.request("POST", path, headers=form, text="password=three+quiet+words+here")
    found = re.search(r"inviter_session=([^;]+)", headers.get("set-cookie", ""))
    if not found:
        raise RuntimeError(f"no session: {status} {text.decode()}")
    return found[1]


class Feed:
    """A WebSocket to one server, as a browser opens it."""

    def __init__(self, server, cookie, after):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.reader = self.socket.makefile("rb")
        host, key = f"127.0.0.1:{server.port}", base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {PLACE}/live?after={after} HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", f"Cookie: inviter_session={cookie}",
                 "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        status = self.reader.readline().decode().strip()
        while self.reader.readline() not in (b"\r\n", b""):
            pass
        if " 101 " not in status:
            raise OSError(f"the feed answers {status}")

    def read(self, size):
        data = self.reader.read(size)
        if len(data) < size:
            raise OSError("the connection is gone")
        return data

    def next(self):
        """The next message; pings are answered on the way."""
        while True:
            first, size = self.read(2)
            if size == 126:
                size = struct.unpack("!H", self.read(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.read(8))[0]
            said, kind = self.read(size), first & 15
            if kind == 1:
                return json.loads(said)
            if kind == 8:
                raise OSError("the server says goodbye")
            if kind == 9:  # a pong, masked by nothing
                self.socket.sendall(bytes([0x8A, 0x80 | size, 0, 0, 0, 0]) + said)

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was first
        self.reader.close()
        self.socket.close()


class Page:
    """What a page was told by the feed, and where there was too much to tell: there it reads its figures anew."""

    def __init__(self, position=0):
        self.position, self.told, self.gaps = position, [], []

    def take(self, news):
        if "html" in news:
            self.told.append(news["position"])
        else:
            self.gaps.append((self.position, news["position"]))
        self.position = news["position"]

    def faults(self, who, due):
        """What of `due` it was told twice, in the wrong order, or not at all."""
        faults = []
        if self.told != sorted(set(self.told)):
            faults.append(f"{who} was told something twice or in the wrong order")
        missed = [position for position in due - set(self.told) if not any(begin < position <= end for begin, end in self.gaps)]
        if missed:
            faults.append(f"{who} was not told of {len(missed)} events, the first at {min(missed)}")
        return faults


class Watcher(threading.Thread):
    """One browser."""

    def __init__(self, servers, cookie, position):
        super().__init__(daemon=True)
        self.servers, self.cookie, self.page, self.html = servers, cookie, Page(position), {}
        self.returns, self.over, self.feed = -1, threading.Event(), None

    def run(self):
        while not self.over.is_set():
            try:
                self.feed = Feed(random.choice(self.servers), self.cookie, self.page.position)
                self.returns += 1
                while True:
                    self.take(self.feed.next())
            except OSError:
                self.over.wait(random.uniform(0.1, 0.5))

    def take(self, news):
        self.page.take(news)
        if "html" in news:
            self.html[news["position"]] = news["html"]

    def end(self):
        self.over.set()
        if self.feed:
            self.feed.close()
        self.join(10)


class Watchers:
    """So many browsers, all of which have to be told the same."""

    def __init__(self, servers, count):
        cookie = sign_in(servers[0])
        _, _, page = servers[0].request("GET", PLACE, headers={"cookie": f"inviter_session={cookie}"})
        position = int(re.search(r'data-position="(\d+)"', page.decode())[1])
        self.all = [Watcher(servers, cookie, position) for _ in range(count)]
        for watcher in self.all:
            watcher.start()

    def end(self):
        """Waits until nothing is told any more."""
        before, quiet = None, 0
        for _ in range(120):
            now = [watcher.page.position for watcher in self.all]
            quiet = quiet + 1 if now == before and len(set(now)) == 1 else 0
            if quiet >= 6:
                break
            before = now
            time.sleep(0.5)
        for watcher in self.all:
            watcher.end()

    def verify(self, sign_ups):
        """All were told each event once and in order, and of every sign-up that was acknowledged."""
        faults, everything = [], {}
        for watcher in self.all:
            everything.update(watcher.html)
        referrals = {answer["referral_id"] for answer in sign_ups.values()}
        rows = collections.Counter(name for html in everything.values() for name in re.findall(r"ref_\w+", html))
        usual = collections.Counter(rows.values()).most_common(1)
        for number, watcher in enumerate(self.all):
            faults += watcher.page.faults(f"watcher {number}", everything.keys())
        # Each sign-up of the drill makes the same events.
        faults += [f"{rows[name]} events were told of {name}, {usual[0][0]} of others" for name in referrals if rows[name] != usual[0][0]]
        gaps = sum(len(watcher.page.gaps) for watcher in self.all)
        print(f"{len(self.all)} watchers went on at a server {sum(watcher.returns for watcher in self.all)} times, were told {len(everything)} events each, "
              f"{usual[0][0] if usual else 0} of every sign-up, and {gaps} times to read anew")
        return faults
