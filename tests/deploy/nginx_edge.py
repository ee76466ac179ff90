"""What nginx does with requests, seen from both sides: the client's, and the instance's that echoes what it heard.

Each check takes a stack with echoing instances and a client. It raises a Fault where nginx is wrong.
"""

import json
import re
import threading
import time
import uuid

from nginx_stack import Fault, INSTANCES, expect, wait_for

OWN_HEADERS = (
    "cache-control", "content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
    "referrer-policy", "x-content-type-options", "x-frame-options", "x-request-id", "strict-transport-security",
)
HSTS = "strict-transport-security"


def once(answer, name, where):
    values = answer.headers.get_all(name) or []
    expect(len(values) == 1, f"{where}: {name} is there {len(values)} times, not once")
    return values[0]


def line_of(stack, name):
    """The line in the log of the request with this id."""
    found = []

    def is_there():
        found[:] = [line for line in map(json.loads, stack.lines()) if line["request_id"] == name]
        return found

    wait_for(is_there, 20, f"the log has no line of the request {name}")
    return found[0]


def heard(stack, line):
    """How often the instances heard a request."""
    return sum(stack.logs(name).splitlines().count(line) for name in INSTANCES)


def redirect(_, client):
    """Plain HTTP leads to HTTPS, with path, query and method, and what the user's document asks for is answered as typed."""
    for method in ("GET", "POST"):
        answer = client.ask(method, "/a/b?c=d", port=80)
        expect(answer.status == 308, f"{method} over HTTP is answered {answer.status}")
        expect(answer.headers["location"] == "https://localhost/a/b?c=d", f"it leads to {answer.headers['location']}")
    for path in ("/api/health", "/api/ready", "/api/metrics", "/livez"):
        answer = client.ask("GET", path, port=80)
        expect(answer.status == 200 and answer.body == b"fine", f"http://localhost{path} is answered {answer.status}")
    answer = client.ask("GET", "/api/v1/members", port=80)
    expect(answer.status == 308, f"the API is answered {answer.status} in the clear")


def headers(stack, client):
    """Every answer has the application's headers, once and unchanged; nginx promises HTTPS where the application did not."""
    for place in ("/page", "/api/v1", "/assets", "/i"):
        for status in (200, 304, 404, 429, 500, 503):
            where = f"{place} with {status}"
            answer = client.get(f"{place}/{status}")
            expect(answer.status == status, f"{where} is answered {answer.status}")
            expect(once(answer, "x-marker", where) == "own", where)
            once(answer, HSTS, where)
            if status > 400:
                expect(answer.body == b'{"code":"own","status":%d}' % status, f"{where}: the application's body is {answer.body!r}")


def own_answers(stack, client):
    """Where no instance answers: a problem for programs, a page for people, nothing of nginx or the reason, all headers once."""
    for path, kind in (("/api/v1/own/drop", "application/problem+json"), ("/own/drop", "text/html; charset=utf-8")):
        answer = client.get(path, x_request_id="own-answer")
        expect(answer.status == 502, f"{path} is answered {answer.status}")
        expect(answer.headers["content-type"] == kind, f"{path} is answered with {answer.headers['content-type']}")
        for name in OWN_HEADERS:
            once(answer, name, path)
        expect(answer.headers["retry-after"] == "5", f"{path}: Retry-After is {answer.headers['retry-after']}")
        expect(answer.headers["x-request-id"] == "own-answer", f"{path}: the id is {answer.headers['x-request-id']}")
        expect(not re.search(rb"nginx|bad gateway|upstream|app-\d", answer.body, re.I), f"{path} tells {answer.body!r}")
        if "json" in kind:
            problem = json.loads(answer.body)
            expect((problem["status"], problem["code"], problem["request_id"]) == (502, "unavailable", "own-answer"), f"the problem is {problem}")
    answer = client.ask("POST", "/api/v1/large", body=b"x" * (8 * 1024 * 1024 + 1), headers={"connection": "close"})
    expect(answer.status == 413 and json.loads(answer.body)["code"] == "payload_too_large", f"9 MiB are answered {answer.status} {answer.body!r}")
    expect("nginx/" not in (answer.headers["server"] or ""), "the version of nginx is told")


def forwarded(stack, client):
    """What a client says of its address is nothing: the instance hears the address of the connection."""
    said = {"x_forwarded_for": "203.0.113.7, 198.51.100.1", "x_real_ip": "203.0.113.7", "forwarded": "for=203.0.113.7",
            "x_forwarded_proto": "gopher", "x_forwarded_host": "evil.example"}
    echo = client.echo(**said)
    expect(echo["forwarded_for"] == stack.gateway, f"the instance hears of {echo['forwarded_for']}, the client is {stack.gateway}")
    expect(echo["real"] == "", f"the instance hears {echo['real']}")
    expect(echo["proto"] == "https", f"the scheme is {echo['proto']}")
    expect(echo["host"] == "localhost", f"the host is {echo['host']}")


def behind_cdn(stack, client):
    """A balancer that is named in local/ is believed: the right-most address that is not its own."""
    stack.configuration.write("local/cdn.conf", f"set_real_ip_from {stack.gateway};\n")
    stack.nginx()
    try:
        echo = client.echo(x_forwarded_for="192.0.2.1, 203.0.113.7")
        expect(echo["forwarded_for"] == "203.0.113.7", f"the instance hears of {echo['forwarded_for']}")
    finally:
        stack.configuration.write("local/cdn.conf", "")
        stack.nginx()


def names(stack, client):
    """Request id and trace go through and into the log; an id that is not sane is replaced."""
    trace = "0af7651916cd43dd8448eb211c80319c"
    name, parent = f"check-{uuid.uuid4()}", f"00-{trace}-b7ad6b7169203331-01"
    echo = client.echo(x_request_id=name, traceparent=parent)
    expect((echo["request_id"], echo["traceparent"]) == (name, parent), f"the instance hears {echo}")
    line = line_of(stack, name)
    expect(line["trace_id"] == trace, f"the log has the trace {line['trace_id']}")
    expect(line["status"] == 200 and line["upstream_status"] == "200" and float(line["upstream_seconds"]) >= 0, f"the log has {line}")
    expect(line["client"] == re.sub(r"\d+$", "0", stack.gateway), f"the log has the client {line['client']}")
    echo = client.echo(x_request_id='a"b}{c')
    expect(re.fullmatch(r"[0-9a-f]{32}", echo["request_id"]), f"an id that is not sane is passed on: {echo['request_id']}")


def discretion(stack, client):
    """No secret of an address, a cookie or a header comes into any log, whether the request is answered or fails."""
    # An instance that failed before is left out; that, too, is an error of a request, and told with its query.
    stack.nginx()
    secrets = [f"secret{uuid.uuid4().hex}" for _ in range(6)]
    client.get(f"/me/enter/{secrets[0]}")
    client.get(f"/me/enter?token={secrets[1]}")
    client.get(f"/console/reset/{secrets[2]}/drop")
    client.get(f"/echo?key={secrets[3]}", cookie=f"session={secrets[4]}", authorization=f"Bearer {secrets[5]}")
    client.get("/echo", x_request_id="after-secrets")
    line_of(stack, "after-secrets")
    log = stack.logs("nginx")
    for number, secret in enumerate(secrets):
        expect(secret not in log, f"secret {number} is in the log: {[line for line in log.splitlines() if secret in line]}")


def upgrades(_, client):
    """Nothing but a WebSocket is upgraded, and connections to the instances are used again."""
    echo = client.echo()
    expect(echo["connection"] == "" and echo["upgrade"] == "", f"a plain request has Connection: {echo['connection']}")
    echo = client.echo(connection="Upgrade", upgrade="h2c")
    expect(echo["connection"] == "" and echo["upgrade"] == "", f"h2c is passed on: {echo}")
    echo = client.echo(connection="Upgrade", upgrade="websocket")
    expect((echo["connection"], echo["upgrade"]) == ("upgrade", "websocket"), f"a WebSocket is not passed on: {echo}")
    used = {(echo["instance"], echo["serial"].split(".")[0]) for echo in (client.echo() for _ in range(40))}
    expect({name for name, _ in used} == set(INSTANCES), f"only {used} were asked")
    expect(len(used) <= 20, f"40 requests took {len(used)} connections to the instances")


def repeated(stack, client):
    """Another instance is asked for what may be sent twice, and only for that."""
    mark = uuid.uuid4().hex[:8]
    cases = (
        ("POST", f"/api/{mark}-plain/drop", {}, 1),
        ("PATCH", f"/api/{mark}-patch/drop", {}, 1),
        ("POST", f"/form-{mark}/drop", {"Idempotency-Key": "k"}, 1),
        ("POST", f"/api/{mark}-keyed/drop", {"Idempotency-Key": "k"}, 3),
        ("GET", f"/api/{mark}-get/drop", {}, 3),
    )
    for method, path, more, times in cases:
        # An instance that failed three times is left out for a while.
        stack.nginx()
        answer = client.ask(method, path, headers=more, body=b"{}" if method != "GET" else None)
        expect(answer.status == 502, f"{method} {path} is answered {answer.status}")
        found = heard(stack, f"{method} {path}")
        expect(found == times, f"{method} {path} {more} reached {found} instances, not {times}")


def body_is_whole(_, client):
    """A request with a key comes to the instance with its method and its body."""
    answer = client.ask("POST", "/api/echo", body=b"{}", headers={"Idempotency-Key": "k"})
    expect(answer.status == 200, f"it is answered {answer.status}")


def cache_is_safe(stack, client):
    """Nobody gets what was made for somebody else, even where the application marks it public by mistake."""
    mark = uuid.uuid4().hex[:8]

    def page(path, **more):
        return client.get(f"{path}?{mark}", **more).body.decode()

    expect("cookie=ann" in page("/careless", cookie="ann"), "the page is not Ann's")
    expect("cookie=bob" in page("/careless", cookie="bob"), "Bob gets the page of somebody else")
    expect(page("/careless").endswith("cookie= authorization="), "nobody gets the page of somebody")
    expect("authorization=eve" in page("/careless", authorization="eve"), "Eve gets the page of somebody else")
    expect("cookie=ann" in page("/careless", cookie="ann"), "Ann gets the page of nobody")
    expect("cookie= auth" in page("/assets/careless", cookie="ann"), "the cookie reaches what is public")
    for host in ("localhost", "other.example"):
        expect(f"host={host} " in page("/careless", host=host), f"{host} gets the page of another host")
    for path in ("/private", "/unmarked", "/session"):
        expect(page(path) != page(path), f"{path} is kept though nothing allows that")


def cache_is_used(stack, client):
    """What is public is asked for once, and each copy has the id of its own request."""
    path = f"/assets/careless/{uuid.uuid4().hex}"
    for number, state in enumerate(("MISS", "HIT", "HIT")):
        answer = client.get(path, x_request_id=f"{path[17:]}-{number}", cookie=f"person={number}")
        expect(once(answer, "x-request-id", path) == f"{path[17:]}-{number}", "the id is that of another request")
        line = line_of(stack, f"{path[17:]}-{number}")
        expect(line["cache"] == state, f"request {number} is {line['cache']}, not {state}")
    expect(heard(stack, f"GET {path}") == 1, f"the instances heard {heard(stack, f'GET {path}')} requests")


def compression(_, client):
    """Text is compressed for who can read it, and says that it varies."""
    answer = client.get("/echo?" + "x" * 2000, accept_encoding="gzip", cookie="x" * 1000)
    expect(answer.headers["content-encoding"] == "gzip", f"it comes as {answer.headers['content-encoding']}")
    expect("accept-encoding" in (answer.headers["vary"] or "").lower(), f"it varies by {answer.headers['vary']}")


def brotli(stack, client):
    """NGINX_BROTLI=on: who reads brotli gets it."""
    stack.configuration.switch(brotli="on")
    stack.nginx()
    try:
        answer = client.get("/echo", accept_encoding="gzip, br", cookie="x" * 1000)
        expect(answer.headers["content-encoding"] == "br", f"it comes as {answer.headers['content-encoding']}")
    finally:
        stack.configuration.switch(brotli="off")
        stack.nginx()


def limits(stack, client):
    """A flood from one address is answered 429 with the time to wait, whatever addresses it claims to have; others are not."""
    # A busy machine asks less than pages may be asked for; what is above the burst is refused either way.
    stack.configuration.replace("snippets/limits.conf", "rate=50r/s", "rate=1r/s")
    try:
        for method, path, port in (("GET", "/flood", 443), ("POST", "/flood", 443), ("GET", "/api/health", 80)):
            stack.nginx()
            answers = flood(client, method, path, port)
            statuses = {answer.status for answer in answers}
            expect(statuses == {200, 429}, f"{len(answers)} times {method} {path}: {statuses}")
            refused = next(answer for answer in answers if answer.status == 429)
            expect(refused.headers["retry-after"] == "1", f"Retry-After is {refused.headers['retry-after']}")
            kind = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
            expect(refused.headers["content-type"] == kind, f"{path}: it is told in {refused.headers['content-type']}")
    finally:
        stack.configuration.replace("snippets/limits.conf", "rate=1r/s", "rate=50r/s")
        stack.nginx()


def unlimited(stack, client):
    """An address that local/ names is not counted."""
    stack.configuration.write("local/own.unlimited", f'{stack.gateway} "";\n')
    stack.nginx()
    try:
        statuses = {answer.status for answer in flood(client, "POST", "/flood", 443, 5)}
        expect(statuses == {200}, f"an address that is not to be counted is answered {statuses}")
    finally:
        stack.configuration.write("local/own.unlimited", "")
        stack.nginx()


def flood(client, method, path, port, seconds=30):
    """Asks in a hurry, each time from another address as it claims, until one is refused or the time is over."""
    answers, until = [], time.monotonic() + seconds

    def hurry(worker):
        connection = client.connection(port)
        for number in range(2000):
            forged = {"X-Forwarded-For": f"198.51.{worker}.{number % 250}"}
            answers.append(client.ask(method, path, headers=forged, port=port, connection=connection))
            if answers[-1].status != 200 or time.monotonic() > until:
                break
        connection.close()

    workers = [threading.Thread(target=hurry, args=(worker,)) for worker in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers


def status_page(stack, client):
    """stub_status for the exporter, on its own port only."""
    answer = client.ask("GET", "/stub_status", port=8081)
    expect(answer.status == 200 and b"Active connections" in answer.body, f"it is answered {answer.status}")
    expect(client.ask("GET", "/livez", port=8081).status == 200, "the health check of the container is not answered")
    for port in (80, 443):
        answer = client.ask("GET", "/stub_status", port=port)
        expect(b"Active connections" not in answer.body, f"port {port} tells the status of nginx")


def slow_client(_, client):
    """Who opens a connection and says nothing whole is let go."""
    with client.connect(timeout=25) as connection:
        connection.sendall(b"GET /echo HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        try:
            rest = connection.recv(4096)
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise Fault("a request without an end is waited for longer than 25 seconds") from error
            rest = b""
    expect(rest == b"" or b" 408 " in rest.split(b"\r\n")[0], f"half a request is answered {rest[:80]!r}")


CHECKS = (
    redirect, headers, forwarded, behind_cdn, names, upgrades, body_is_whole, cache_is_safe, cache_is_used, compression, status_page,
    limits, unlimited, repeated, own_answers, discretion, slow_client,
)
