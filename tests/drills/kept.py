"""What servers keep beside the database: a change through one of them is seen through all of them at once."""

import base64
import hashlib
import hmac
import json
import time

SECRET = "a secret of thirty-two bytes or more"


def token(project, sub):
    """What the host application says of its member."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = {"sub": sub, "name": sub, "aud": project, "exp": int(time.time()) + 600}
    signed = part(b'{"alg":"HS256"}') + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.digest(SECRET.encode(), signed, hashlib.sha256))).decode()


class Story:
    """Changes through the first server; every answer of all three is written down."""

    def __init__(self, servers, project):
        self.servers, self.project, self.told, self.slowest = servers, project, [], (0.0, "")
        self.key = servers[0].make_project(project)

    def ask(self, method, path, body=None, server=0, bearer=None):
        headers = {"authorization": f"Bearer {bearer or self.key}", "inviter-project": self.project}
        status, _, text = self.servers[server].request(method, path, body, headers)
        return status, json.loads(text) if text.startswith(b"{") else None

    def change(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        self.told.append(f"{method} {path.split('/')[3]} {status}")
        if status >= 300:
            raise RuntimeError(f"{method} {path} answers {status}: {answer}")
        return answer

    def seen(self, what, ask, right):
        """Asks each server until all answer so. What they answer then is written down, and how long the slowest change took."""
        begun, answers = time.monotonic(), None
        while time.monotonic() - begun < 15:
            answers = [ask(number) for number in range(len(self.servers))]
            if answers == [right] * len(self.servers):
                break
            time.sleep(0.02)
        self.slowest = max(self.slowest, (time.monotonic() - begun, what))
        self.told.append(f"{what}: {answers}")

    def key_is_revoked(self):
        made = self.change("POST", "/api/v1/keys", {"name": "second", "scopes": ["members:read"]})
        self.seen("a new key", lambda n: self.ask("GET", "/api/v1/members", None, n, made["secret"])[0], 200)
        self.change("POST", f"/api/v1/keys/{made['key']['id']}/revoke")
        self.seen("a revoked key", lambda n: self.ask("GET", "/api/v1/members", None, n, made["secret"])[0], 401)

    def code_is_revoked(self):
        def follow(number):
            return self.servers[number].request("GET", f"/i/{self.code}")[0]

        self.seen("a code", follow, 302)
        self.change("POST", f"/api/v1/codes/{self.code}/revoke")
        self.seen("a revoked code", follow, 410)

    def project_is_changed(self):
        def enter(number):
            return self.ask("GET", "/api/v1/me", None, number, token(self.project, "anna"))[0]

        self.seen("a token of which nobody knows the key", enter, 401)
        keys = [{"algorithm": "HS256", "key": SECRET}]
        self.change("PATCH", "/api/v1/project", {"settings": {"member_tokens": keys}})
        self.seen("a token of which the key is known", enter, 200)

    def leaderboard_moves(self):
        def leaders(number):
            board = self.ask("GET", f"/api/v1/me/leaderboard?program_id={self.program}", None, number, token(self.project, "anna"))[1]
            return [place["qualified"] for place in board["top"]] if board and "top" in board else board

        self.seen("an empty leaderboard", leaders, [])
        for friend in range(1, 4):
            self.change("POST", "/api/v1/events", {"type": "signup", "event_id": f"in-{friend}", "external_id": f"friend-{friend}", "code": self.code})
            self.change("POST", "/api/v1/events", {"type": "activation", "event_id": f"on-{friend}", "external_id": f"friend-{friend}"})
            self.seen(f"friend {friend} on the leaderboard", leaders, [friend])

    def live(self):
        rule = {"key": "one", "on": "activation", "then": {"kind": "fixed", "to": "inviter", "reward": {"type": "units", "unit": "credits", "amount": 5}}}
        made = self.change("POST", "/api/v1/programs", {"slug": "kept", "kind": "referral", "settings": {"name": "Kept", "landing_url": "https://kept.example/", "rules": [rule]}})
        self.program = made["id"]
        self.change("POST", f"/api/v1/programs/{self.program}/activate")
        anna = self.change("PUT", "/api/v1/members", {"external_id": "anna"})["id"]
        self.code = self.change("POST", f"/api/v1/members/{anna}/link", {"program_id": self.program})["code"]["code"]
        self.key_is_revoked()
        self.project_is_changed()
        self.leaderboard_moves()
        self.code_is_revoked()


def live_kept(servers, project):
    """Lives it in a project of its own; gives all that was answered, and which change it took longest until all had seen it, in seconds."""
    story = Story(servers, project)
    story.live()
    return story.told, story.slowest
