"""A thousand browsers watch one server: what that costs, and what becomes of those that do not read."""

import asyncio
import concurrent.futures
import json
import re
import resource
import socket
import urllib.request

import websockets

from server import set_up

WATCHERS, JOINS = 1_000, 200
IDLERS, MANY = 20, 8_000


def resident(server):
    """Memory of the server in MiB."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


async def watch(server, cookie, **how):
    address = server.base.replace("http", "ws") + "/console/shop/live/live"
    headers = {"cookie": f"inviter_session={cookie}"}
    # What the library would buffer for a browser that does not read is left in the connection.
    return await websockets.connect(
        address, origin=server.base, additional_headers=headers, compression=None, max_queue=1, open_timeout=60, **how
    )


async def idle(server, cookie):
    """Takes the first bytes of an answer and then nothing, through the narrowest window there is."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", int(server.base.rsplit(":", 1)[1])))
    return await watch(server, cookie, sock=narrow, ping_interval=None)


async def told(socket, joins):
    """Positions of what is told until everybody who joined was."""
    positions = []
    while len(positions) < joins:
        positions.append(json.loads(await socket.recv())["position"])
    return positions


def join(server, key, first, count):
    # Names that are long as HTML, for the system keeps some megabytes for who does not read.
    events = [{"type": "signup", "external_id": f"m{n}", "name": '"' * 99} for n in range(first, first + count)]
    server.ask(key, "POST", "events/batch", events=events)


def listeners(server):
    text = urllib.request.urlopen(f"{server.base}/api/metrics").read().decode()
    return int(re.search(r"inviter_live_listeners (\d+)", text).group(1))


async def a_thousand(server, key, cookie):
    """All are told the same while it happens, and the memory is that of the connections."""
    watchers = []
    for _ in range(WATCHERS // 50):
        watchers += await asyncio.gather(*(watch(server, cookie) for _ in range(50)))
    connected = resident(server)
    waiting = asyncio.gather(*(told(watcher, JOINS) for watcher in watchers))
    for first in range(0, JOINS, 50):
        await asyncio.to_thread(join, server, key, first, 50)
    everything = await asyncio.wait_for(waiting, 120)
    after = resident(server)
    print(f"{WATCHERS} watchers: {connected:.0f} MiB, {after:.0f} MiB when they were told of {JOINS} joins")
    assert all(positions == everything[0] for positions in everything), "all are told the same, in order"
    assert everything[0] == sorted(set(everything[0])), "nothing twice"
    assert after < connected + 64, f"{connected:.0f} MiB became {after:.0f}"
    for one in watchers:
        one.transport.abort()


async def some_idle(server, key, cookie):
    """Who does not read is let go when the connection is full; who does is told on."""
    idlers = [await idle(server, cookie) for _ in range(IDLERS)]
    reader = await watch(server, cookie)
    reading = asyncio.ensure_future(told(reader, MANY))
    before = resident(server)
    for first in range(JOINS, JOINS + MANY, 500):
        await asyncio.to_thread(join, server, key, first, 500)
    await asyncio.wait_for(reading, 120)
    for _ in range(60):
        if listeners(server) == 1:
            break
        await asyncio.sleep(0.5)
    after = resident(server)
    print(f"{IDLERS} idle: {before:.0f} MiB, {after:.0f} MiB when {MANY} had joined")
    assert listeners(server) == 1, "only who reads still listens"
    assert after < before + 64, f"{before:.0f} MiB became {after:.0f}"
    for one in [*idlers, reader]:
        one.transport.abort()


def test_a_thousand_watch_and_the_slow_are_let_go(chromium, server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    context = chromium.new_context()
    set_up(context.new_page(), server)
    cookie = next(one["value"] for one in context.cookies() if one["name"] == "inviter_session")
    context.close()
    server.run("project", "create", "--slug", "shop", "--name", "Shop")
    made = server.run("key", "create", "--project", "shop", "--mode", "live", "--name", "load", "--scope", "all")
    key = re.search(r"inv_live_\w+", made).group()
    idle_memory = resident(server)
    # The browser's driver has a loop in this thread already.
    with concurrent.futures.ThreadPoolExecutor() as beside:
        beside.submit(asyncio.run, a_thousand(server, key, cookie)).result()
        beside.submit(asyncio.run, some_idle(server, key, cookie)).result()
    print(f"{idle_memory:.0f} MiB before anybody watched")
