"""Instances come, go and move while clients are served: none of them sees a request fail."""

import threading
import time
import uuid

from nginx_client import Client
from nginx_stack import Fault, INSTANCES, docker, expect, wait_for


class Load:
    """Clients that never stop: each request is answered well, or is remembered as failed."""

    def __init__(self, stack, requests, clients=6):
        self.client, self.requests = Client(stack), requests
        self.over, self.lock, self.failed, self.done, self.slowest = threading.Event(), threading.Lock(), [], 0, 0.0
        self.threads = [threading.Thread(target=self.work, args=(number,), daemon=True) for number in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def work(self, number):
        turn = number
        while not self.over.is_set():
            method, path, body, headers, good = self.requests[turn % len(self.requests)]()
            turn += 1
            started = time.monotonic()
            try:
                answer = self.client.ask(method, path, body, headers)
                fault = None if answer.status in good else f"{method} {path} is answered {answer.status} {answer.body[:120]}"
            except OSError as error:
                fault = f"{method} {path}: {error!r}"
            with self.lock:
                self.done += 1
                self.slowest = max(self.slowest, time.monotonic() - started)
                if fault:
                    self.failed.append(fault)
            time.sleep(0.02)

    def verdict(self, least):
        expect(self.done >= least, f"only {self.done} requests were made")
        expect(not self.failed, f"{len(self.failed)} of {self.done} requests failed, such as {self.failed[:1]}")


def kinds(seed):
    """The requests of the real server that may be repeated."""
    keyed = {"authorization": f"Bearer {seed.key}", "content-type": "application/json"}

    def event():
        name = uuid.uuid4().hex
        body = '{"type":"signup","event_id":"%s","external_id":"%s","code":"%s"}' % (name, name, seed.code)
        return "POST", "/api/v1/events", body, {**keyed, "idempotency-key": name}, (200, 201)

    return (
        lambda: ("GET", f"/api/v1/codes/{seed.code}/validate", None, keyed, (200,)),
        lambda: ("GET", f"/i/{seed.code}", None, None, (302,)),
        lambda: ("GET", "/drill/spring", None, None, (200,)),
        event,
    )


def plain_post(seed):
    """A request that nginx must not repeat: only an instance that was taken out before it ends makes it safe."""
    keyed = {"authorization": f"Bearer {seed.key}", "content-type": "application/json"}

    def spent():
        name = uuid.uuid4().hex
        body = '{"type":"signup","event_id":"%s","external_id":"%s","code":"%s"}' % (name, name, seed.code)
        return "POST", "/api/v1/events", body, keyed, (200, 201)

    return spent


def killed(stack, seed):
    """An instance is killed under load, and comes back."""
    with Load(stack, kinds(seed)) as load:
        time.sleep(1.5)
        docker("kill", stack.called("app-2"))
        time.sleep(4)
        docker("start", stack.called("app-2"))
        time.sleep(4)
    load.verdict(150)


def ended(stack, seed):
    """An instance is ended as a supervisor would, without a word to nginx, and comes back."""
    with Load(stack, kinds(seed)) as load:
        time.sleep(1)
        docker("stop", "-t", "20", stack.called("app-3"))
        time.sleep(2)
        docker("start", stack.called("app-3"))
        time.sleep(3)
    load.verdict(150)


def rolled(stack, seed):
    """A rolling update: each instance in turn is taken out, ended, made anew and taken in. Not even a plain POST fails."""
    with Load(stack, (*kinds(seed), plain_post(seed))) as load:
        for name in INSTANCES:
            server = f"server {name}:3000 resolve max_fails=3 fail_timeout=5s"
            stack.configuration.write(f"upstream/{name}.conf", f"{server} down;\n")
            stack.reload()
            # What was sent to it is answered within this time; compose would wait as long.
            time.sleep(2)
            docker("stop", "-t", "20", stack.called(name))
            docker("start", stack.called(name))
            wait_for(lambda name=name: docker("exec", stack.called(name), "inviter", "healthcheck", check=False).returncode == 0, 30, f"{name} does not come back")
            stack.configuration.write(f"upstream/{name}.conf", f"{server};\n")
            stack.reload()
            time.sleep(1)
    load.verdict(150)


def moved(stack, client):
    """An instance that comes back under another address is found, without a reload of nginx."""
    before = address(stack, "app-1")
    stack.discard("app-1")
    # Takes the address that was left.
    stack.backend("squatter")
    stack.backend("app-1")
    expect(address(stack, "app-1") != before, "the test could not move app-1")
    for name in ("app-2", "app-3"):
        stack.discard(name)
    wait_for(lambda: answers(client, "app-1"), 12, "app-1 is not found under its new address within 12 seconds")
    for name in ("app-2", "app-3"):
        stack.backend(name)
    for name in ("app-2", "app-3"):
        wait_for(lambda name=name: answers(client, name), 12, f"{name} is not found again")
    stack.discard("squatter")


def held(stack, client, found):
    """A request that an instance holds for some seconds, on its way; its answer and those before it go to `found`."""
    stack.nginx()
    for _ in range(30):
        thread = threading.Thread(target=lambda: found.append(client.get("/late").status))
        thread.start()
        thread.join(0.7)
        if thread.is_alive():
            return thread
    raise Fault("no request waits")


def not_queued(stack, client):
    """While an instance is slow with a page, another answers others who want the same page."""
    waiting = held(stack, client, [])
    started = time.monotonic()
    client.get("/late")
    took = time.monotonic() - started
    waiting.join(40)
    expect(took < 3, f"a page waited {took:.1f} s for another reader's")


def lost(stack, client):
    """A request that an instance fails while the list of instances changes is answered by another, all the same."""
    found = []
    waiting = held(stack, client, found)
    # The list of addresses changes while the request waits.
    docker("network", "disconnect", stack.name, stack.called("app-3"))
    waiting.join(40)
    docker("network", "connect", "--alias", "app-3", stack.name, stack.called("app-3"))
    expect(set(found) == {200}, f"they are answered {found}")
    ways = [line for line in stack.lines() if '"path":"/late"' in line and "inviter :" in line]
    expect(ways, "the test did not meet the case that it is for")


def answers(client, name):
    answer = client.get("/echo")
    return answer.status == 200 and f"instance={name}\n".encode() in answer.body


def address(stack, name):
    shape = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return docker("inspect", stack.called(name), "--format", shape).stdout.strip()
