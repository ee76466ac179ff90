"""Load of which every answer is remembered, and the check that all of it is there, once.

Every worker repeats a request under the same id until it is answered. Afterwards each remembered answer has to be in the
database, the figures have to equal the rows they count, and each webhook message has to have come under one id with one body.
"""

import base64
import json
import random
import sys
import threading
import time
import uuid

from server import Receiver


def told(faults):
    """Prints the first of them, and how many there are; gives the exit code."""
    for fault in faults[:20]:
        print(f"FAULT {fault[:2000]}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


def longest_gap(times, since):
    """The longest stretch after `since` without an entry in `times`, in seconds. Other threads may add to them."""
    times = [since] + [at for at in times if at >= since] + [time.monotonic()]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


class Load:
    """Works on any number of servers that share a database: each request goes to one of them."""

    def __init__(self, servers, key):
        self.servers, self.auth = servers, {"authorization": f"Bearer {key}"}
        self.stop, self.lock, self.threads = threading.Event(), threading.Lock(), []
        self.clicks, self.sign_ups, self.spends = set(), {}, {}
        self.errors, self.faults, self.written, self.followed = [], [], [], []

    @property
    def server(self):
        return random.choice(self.servers)

    def start(self, workers):
        for number in range(workers):
            thread = threading.Thread(target=self.work, args=(number,), daemon=True)
            thread.start()
            self.threads.append(thread)
        # Links have to go on while writes wait: who only follows them is not held up by anything else.
        thread = threading.Thread(target=self.follow_only, daemon=True)
        thread.start()
        self.threads.append(thread)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(60)

    def api(self, method, path, body=None):
        status, _, text = self.server.request(method, path, body, self.auth)
        if status >= 300:
            sys.exit(f"{method} {path} answers {status}: {text.decode()}")
        return json.loads(text)

    def until_answered(self, method, path, body=None):
        """Repeats a request until the server answers it; its id makes that safe."""
        headers = self.auth if path.startswith("/api/") else {}
        while True:
            try:
                status, answer_headers, text = self.server.request(method, path, body, headers)
                if status < 500:
                    return status, answer_headers, text
            except OSError:
                pass
            with self.lock:
                self.errors.append(time.monotonic())
            time.sleep(0.02)

    def set_up(self, port=None):
        """Makes what is worked on; with the port of a receiver, a webhook to it as well."""
        reward = {"type": "units", "unit": "credits", "amount": 10}
        rules = [{"key": "both", "on": "signup", "then": {"kind": "double_sided", "inviter": reward, "invitee": reward}}]
        program = {"slug": "drill", "kind": "referral", "settings": {"name": "Drill", "rules": rules}}
        self.program = self.api("POST", "/api/v1/programs", program)["id"]
        self.api("POST", f"/api/v1/programs/{self.program}/activate", {})
        self.inviter = self.api("PUT", "/api/v1/members", {"external_id": "inviter"})["id"]
        link = self.api("POST", f"/api/v1/members/{self.inviter}/link", {"program_id": self.program})
        self.code = link["code"]["code"]
        self.hook = None
        if port is None:
            return
        hook = self.api("POST", "/api/v1/webhooks", {"url": f"http://127.0.0.1:{port}/", "events": []})
        self.hook = hook["endpoint"]["id"]
        Receiver.secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))

    def follow(self):
        status, headers, _ = self.until_answered("GET", f"/i/{self.code}")
        if status == 302:
            token = headers["location"].split("click_id=")[1].split("&")[0]
            click = str(uuid.UUID(bytes=base64.urlsafe_b64decode(token + "==")[:16]))
            with self.lock:
                self.clicks.add(click)
                self.followed.append(time.monotonic())

    def follow_only(self):
        while not self.stop.is_set():
            self.follow()
            time.sleep(0.02)

    def work(self, worker):
        turn = 0
        while not self.stop.is_set():
            turn += 1
            name = f"w{worker}-{turn}"
            self.follow()
            event = {"type": "signup", "event_id": name, "external_id": name, "code": self.code}
            status, _, text = self.until_answered("POST", "/api/v1/events", event)
            if status in (200, 201):
                signed_up = json.loads(text)
                with self.lock:
                    self.sign_ups[name] = signed_up
                    self.written.append(time.monotonic())
                self.read_back(signed_up)
                member = signed_up["member_id"]
                spend = {"unit": "credits", "amount": 3, "operation_id": name}
                status, _, text = self.until_answered("POST", f"/api/v1/members/{member}/spend", spend)
                if status in (200, 201):
                    with self.lock:
                        self.spends[name] = member
                else:
                    self.blame(f"the spend of {name} was answered {status}: {text.decode()}")

    def read_back(self, signed_up):
        """What was answered is there at once, whichever server is asked."""
        path = f"/api/v1/events/{signed_up['id']}"
        status, _, text = self.until_answered("GET", path)
        if status != 200 or json.loads(text)["outcome"]["referral_id"] != signed_up["referral_id"]:
            self.blame(f"{path} answered {status} right after it was written")

    def blame(self, fault):
        with self.lock:
            self.faults.append(fault)

    def pages(self, path):
        after = ""
        while True:
            page = self.api("GET", f"{path}{'&' if '?' in path else '?'}limit=200{after}")
            yield from page["items"]
            if not page["next"]:
                return
            after = f"&after={page['next']}"

    def settle(self):
        """Waits until followers, jobs and the click drain have nothing left to do."""
        quiet, before = 0, None
        for _ in range(600):
            pending = self.pages(f"/api/v1/webhooks/{self.hook}/deliveries?state=pending") if self.hook else []
            untried = sum(1 for row in pending if row["attempts"] == 0)
            now = (untried, len(Receiver.seen), self.funnel())
            quiet, before = (quiet + 1 if now == before and not untried else 0), now
            if quiet >= 12:
                return
            time.sleep(0.5)
        sys.exit("the server does not come to rest")

    def funnel(self):
        first, last = (time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86400)) for days in (-1, 1))
        return tuple(sorted(self.api("GET", f"/api/v1/stats/funnel?from={first}&to={last}").items()))

    def report(self, rows, faults):
        """Prints what was acknowledged and what was found; gives the exit code."""
        print(f"acknowledged: {len(self.clicks)} clicks, {len(self.sign_ups)} sign-ups, {len(self.spends)} spends; requests repeated: {len(self.errors)}")
        print(f"found: {rows['clicks']} clicks, {rows['referrals']} referrals, {rows['messages']} webhook messages; ledger verified")
        return told(faults)

    def verify(self):
        faults = Receiver.faults + self.faults
        clicks = {row["id"].removeprefix("clk_") for row in self.pages("/api/v1/clicks")}
        rows = {str(uuid.UUID(row)) if len(row) in (32, 36) else row for row in clicks}
        faults += [f"click {click} is lost" for click in self.clicks - rows]
        referrals = {row["id"]: row for row in self.pages("/api/v1/referrals")}
        for name, answer in self.sign_ups.items():
            stored = self.api("GET", f"/api/v1/events/{answer['id']}")["outcome"]
            if stored["referral_id"] != answer["referral_id"] or stored["grants"] != answer["grants"]:
                faults.append(f"sign-up {name} is stored with another answer")
            if answer["referral_id"] not in referrals:
                faults.append(f"the referral of {name} is lost")
        for name, member in self.spends.items():
            moved = [row for row in self.pages(f"/api/v1/members/{member}/transfers") if row["operation_id"] == name]
            if sum(row["amount"] for row in moved) != 3:
                faults.append(f"spend {name} moved {sum(row['amount'] for row in moved)} instead of 3")
        funnel = dict(self.funnel())
        for figure, count in (("clicks", len(rows)), ("sign_ups", len(referrals))):
            if funnel[figure] != count:
                faults.append(f"the figure {figure} is {funnel[figure]}, the rows are {count}")
        told = {} if self.hook else {referral: [""] for referral in referrals}
        for name, body in Receiver.seen.items():
            message = json.loads(body)
            if message["type"] == "referral.registered":
                told.setdefault(message["data"]["referral"], []).append(name)
        faults += [f"{len(ids)} messages tell of {referral}" for referral, ids in told.items() if len(ids) != 1]
        faults += [f"no message tells of {referral}" for referral in referrals.keys() - told.keys()]
        return faults, {"clicks": len(rows), "referrals": len(referrals), "messages": len(Receiver.seen)}
