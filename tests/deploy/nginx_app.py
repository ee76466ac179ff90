"""nginx in front of the real server: sessions, pictures, live news, health and metrics, as people and programs use them."""

import json
import re
import uuid

from nginx_edge import HSTS, line_of, once
from nginx_stack import expect

TOKEN = "the token of the test for figures"
SETTINGS = {
    "INVITER_METRICS__TOKEN": TOKEN, "INVITER_SERVER__DRAIN_DELAY": "1s",
    "INVITER_LIMITS__PUBLIC_PER_MINUTE": "1000000", "INVITER_LIMITS__API_PER_MINUTE": "10000000",
}
SECURITY = ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "cache-control", "x-request-id", HSTS)


def people(_, client, seed):
    """Two operators and a stranger ask for the same pages, in turn: each sees their own, the stranger the door."""
    for turn in range(12):
        for name, other in (("Ann", "Bob"), ("Bob", "Ann")):
            answer = client.get("/console/account", cookie=seed.sessions[name])
            expect(answer.status == 200, f"{name} is answered {answer.status} in turn {turn}")
            expect(f"Operator {name}" in answer.body.decode() and f"Operator {other}" not in answer.body.decode(), f"{name} sees somebody else")
        answer = client.get("/console/account")
        expect(answer.status == 303 and b"Operator" not in answer.body, f"a stranger is answered {answer.status}")


def headers(_, client, seed):
    """The headers of the application arrive, each once, over every kind of answer; HTTPS is promised by everything."""
    tag = client.get("/api/openapi.json").headers["etag"]
    cases = (
        (200, "/drill/spring", {}), (200, "/console/sign-in", {}), (200, "/api/openapi.json", {}), (304, "/api/openapi.json", {"if_none_match": tag}),
        (404, "/no/where", {"accept": "text/html"}), (404, "/api/nowhere", {}), (401, "/api/v1/members", {}), (302, f"/i/{seed.code}", {}),
        (200, f"/api/v1/codes/{seed.code}/validate", {"authorization": f"Bearer {seed.key}"}), (200, "/api/health", {}), (200, asset(client), {}),
    )
    for status, path, more in cases:
        answer = client.get(path, **more)
        expect(answer.status == status, f"{path} is answered {answer.status}, not {status}")
        once(answer, HSTS, path)
        for name in SECURITY:
            values = answer.headers.get_all(name) or []
            expect(len(values) <= 1, f"{path}: {name} is there {len(values)} times")
    answer = client.get("/no/where", accept="text/html")
    expect("default-src 'none'" in once(answer, "content-security-policy", "a page"), "the policy is not the application's")


def asset(client):
    page = client.get("/drill/spring").body.decode()
    return re.search(r'href="(/assets/[0-9a-f]+/style\.css)"', page).group(1)


def state_of(stack, client, path, **more):
    name = f"cache-{uuid.uuid4().hex}"
    answer = client.get(path, x_request_id=name, **more)
    return answer, line_of(stack, name)["cache"]


def public(stack, client, seed):
    """What the application marks public is kept, for people who bring cookies, too; pages are not."""
    for path in (asset(client), "/og/drill/spring.png", f"/i/{seed.code}/qr.svg"):
        first, _ = state_of(stack, client, path)
        expect(first.status == 200 and "public" in first.headers["cache-control"], f"{path} is answered {first.status}")
        again, state = state_of(stack, client, path, cookie=seed.sessions["Ann"])
        expect(state == "HIT" and again.body == first.body, f"{path} is {state} the second time")
    english, _ = state_of(stack, client, "/og/drill/spring.png", accept_language="zh")
    chinese, _ = state_of(stack, client, "/og/drill/spring.png?lang=zh")
    expect(english.body != chinese.body, "the Chinese picture is given for the English one")
    for path in ("/drill/spring", "/console/sign-in"):
        state_of(stack, client, path)
        _, state = state_of(stack, client, path)
        expect(state != "HIT", f"{path} is kept")


def live(_, client, seed):
    """The news of a project come over a WebSocket, to whom they may, from pages of this origin."""
    path = "/console/drill/live/live"
    own = {"Cookie": seed.sessions["Ann"], "Origin": "https://localhost"}
    status, frame = client.upgrade(path, own)
    expect(status == 101, f"it is answered {status}")
    expect(frame and frame[0] == 0x89, f"the first frame is {frame[:4]!r}, not a ping")
    status, _ = client.upgrade(path, {"Origin": "https://localhost"})
    expect(status in (303, 401, 403), f"a stranger is answered {status}")
    status, _ = client.upgrade(path, {**own, "Origin": "https://evil.example"})
    expect(status == 403, f"another origin is answered {status}")


def operations(_, client, __):
    """Health for everybody, on HTTP as well; figures for who has the token."""
    for port in (80, 443):
        answer = client.ask("GET", "/api/health", port=port)
        expect(answer.status == 200 and json.loads(answer.body)["version"], f"health on {port} is answered {answer.status}")
        expect(client.ask("GET", "/api/ready", port=port).status == 200, f"it is not ready on {port}")
        answer = client.ask("GET", "/api/metrics", port=port)
        expect(answer.status == 401 and json.loads(answer.body)["code"] == "unauthenticated", f"figures without a token: {answer.status}")
        answer = client.ask("GET", "/api/metrics", port=port, headers={"authorization": f"Bearer {TOKEN}"})
        expect(answer.status == 200 and b"inviter_http" in answer.body, f"figures on {port} are answered {answer.status}")


def once_only(_, client, seed):
    """A repeated event with its key is answered as the first time, whichever instance is asked first."""
    name = uuid.uuid4().hex
    body = json.dumps({"type": "signup", "event_id": name, "external_id": name, "code": seed.code})
    more = {"authorization": f"Bearer {seed.key}", "content-type": "application/json", "idempotency-key": name}
    answer = client.ask("POST", "/api/v1/events", body, more)
    expect(answer.status in (200, 201) and json.loads(answer.body)["referral_id" if "referral_id" in json.loads(answer.body) else "id"], f"{answer}")
    batch = json.dumps({"events": [{"type": "custom", "name": "x", "event_id": f"{name}-{n}", "external_id": name} for n in range(3)]})
    answer = client.ask("POST", "/api/v1/events/batch", batch, {**more, "idempotency-key": f"{name}-batch"})
    expect(answer.status < 500 and answer.status != 404, f"a batch is answered {answer.status} {answer.body[:200]}")


def addresses(stack, client, seed, binary):
    """The application counts by the address that nginx saw: a forged one gains nothing, one of a trusted balancer counts."""
    stack.applications(binary, seed.homes, {**SETTINGS, "INVITER_LIMITS__PUBLIC_PER_MINUTE": "10"})
    stack.nginx()
    statuses = [client.get("/drill/nothing", x_forwarded_for=f"203.0.113.{number}").status for number in range(60)]
    # Three instances that count on their own let through 10 each.
    expect(statuses.count(404) <= 33 and statuses.count(429) >= 27, f"forged addresses are answered {statuses}")
    refused = client.get("/drill/nothing", accept="text/html")
    expect(refused.status == 429 and b"Too many" not in refused.body.split(b"<title>")[0], f"the refusal is {refused.status}")
    stack.configuration.write("local/cdn.conf", f"set_real_ip_from {stack.gateway};\n")
    stack.nginx()
    statuses = [client.get("/drill/nothing", x_forwarded_for=f"203.0.113.{number}").status for number in range(60)]
    stack.configuration.write("local/cdn.conf", "")
    expect(set(statuses) == {404}, f"visitors behind a balancer are answered {statuses}")


CHECKS = (people, headers, public, live, operations, once_only)
