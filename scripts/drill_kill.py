"""The kill drill: clicks, sign-ups, grants and spends under load while the server is killed with SIGKILL.

Every worker repeats a request under the same id until it is answered, and remembers the answer. Afterwards each
remembered answer has to be in the database, the ledger has to agree with itself, the figures have to equal the rows
they count, and each webhook message has to have come under one id with one body.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes webhooks, checks their signature, and refuses one in ten so that they are repeated."""

    secret = b""
    seen = {}
    faults = []
    lock = threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        name, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        signed = f"{name}.{stamp}.".encode() + body
        expected = base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()
        with self.lock:
            if f"v1,{expected}" not in self.headers["webhook-signature"].split():
                self.faults.append(f"{name}: the signature is wrong")
            if self.seen.setdefault(name, body) != body:
                self.faults.append(f"{name}: the same id came with another body")
        self.send_response(503 if random.random() < 0.1 else 204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server:
    """The real binary on a data folder of its own."""

    def __init__(self, binary, home, database):
        self.binary, self.home, self.port = binary, home, free_port()
        self.env = dict(os.environ, INVITER_DATA_DIR=home, INVITER_SERVER__BIND=f"127.0.0.1:{self.port}")
        self.env |= {"INVITER_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES": "true", "INVITER_LOG__LEVEL": "warn"}
        # A job that died with its process is taken over when its lease ends.
        self.env |= {"INVITER_JOBS__LEASE": "5s"}
        self.env |= {"INVITER_LIMITS__PUBLIC_PER_MINUTE": "1000000", "INVITER_LIMITS__API_PER_MINUTE": "10000000"}
        if database:
            self.env["INVITER_DATABASE__URL"] = database
        self.log = open(os.path.join(home, "server.log"), "ab")
        self.process = None

    def run(self, *arguments):
        done = subprocess.run([self.binary, *arguments], env=self.env, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"inviter {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        self.process = subprocess.Popen([self.binary, "serve"], env=self.env, stdout=self.log, stderr=self.log)
        for _ in range(400):
            try:
                if self.request("GET", "/api/ready")[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                sys.exit(f"the server ended with {self.process.returncode}; see {self.log.name}")
            time.sleep(0.05)
        sys.exit("the server does not become ready")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            data = json.dumps(body).encode() if body is not None else None
            headers = {"content-type": "application/json", "user-agent": AGENT, **(headers or {})}
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


class Drill:
    def __init__(self, server, key):
        self.server, self.auth = server, {"authorization": f"Bearer {key}"}
        self.stop, self.lock = threading.Event(), threading.Lock()
        self.clicks, self.sign_ups, self.spends, self.errors = set(), {}, {}, 0

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
                self.errors += 1
            time.sleep(0.02)

    def set_up(self, port):
        reward = {"type": "units", "unit": "credits", "amount": 10}
        rules = [{"key": "both", "on": "signup", "then": {"kind": "double_sided", "inviter": reward, "invitee": reward}}]
        program = {"slug": "drill", "kind": "referral", "settings": {"name": "Drill", "rules": rules}}
        self.program = self.api("POST", "/api/v1/programs", program)["id"]
        self.api("POST", f"/api/v1/programs/{self.program}/activate", {})
        self.inviter = self.api("PUT", "/api/v1/members", {"external_id": "inviter"})["id"]
        link = self.api("POST", f"/api/v1/members/{self.inviter}/link", {"program_id": self.program})
        self.code = link["code"]["code"]
        hook = self.api("POST", "/api/v1/webhooks", {"url": f"http://127.0.0.1:{port}/", "events": []})
        self.hook = hook["endpoint"]["id"]
        Receiver.secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))

    def work(self, worker):
        turn = 0
        while not self.stop.is_set():
            turn += 1
            name = f"w{worker}-{turn}"
            status, headers, _ = self.until_answered("GET", f"/i/{self.code}")
            if status == 302:
                token = headers["location"].split("click_id=")[1].split("&")[0]
                click = str(uuid.UUID(bytes=base64.urlsafe_b64decode(token + "==")[:16]))
                with self.lock:
                    self.clicks.add(click)
            event = {"type": "signup", "event_id": name, "external_id": name, "code": self.code}
            status, _, text = self.until_answered("POST", "/api/v1/events", event)
            if status in (200, 201):
                with self.lock:
                    self.sign_ups[name] = json.loads(text)
                member = json.loads(text)["member_id"]
                spend = {"unit": "credits", "amount": 3, "operation_id": name}
                status, _, text = self.until_answered("POST", f"/api/v1/members/{member}/spend", spend)
                if status in (200, 201):
                    with self.lock:
                        self.spends[name] = member
                else:
                    sys.exit(f"a spend was answered {status}: {text.decode()}")

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
            pending = self.pages(f"/api/v1/webhooks/{self.hook}/deliveries?state=pending")
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

    def verify(self):
        faults = list(Receiver.faults)
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
        told = {}
        for name, body in Receiver.seen.items():
            message = json.loads(body)
            if message["type"] == "referral.registered":
                told.setdefault(message["data"]["referral"], []).append(name)
        faults += [f"{len(ids)} messages tell of {referral}" for referral, ids in told.items() if len(ids) != 1]
        faults += [f"no message tells of {referral}" for referral in referrals.keys() - told.keys()]
        return faults, {"clicks": len(rows), "referrals": len(referrals), "messages": len(Receiver.seen)}


def scratch_database():
    """An empty database on the server of TEST_DATABASE_URL; none where that is not set."""
    server = os.environ.pop("TEST_DATABASE_URL", None)
    if not server:
        return None
    name = f"inviter_test_drill_{os.getpid()}"
    base = os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-mysql.sh")
    subprocess.run([base, "mysql", "-e", f"CREATE DATABASE {name}"], check=True)
    return f"{server.rsplit('/', 1)[0]}/{name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=8)
    options = parser.parse_args()
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    database = scratch_database()
    with tempfile.TemporaryDirectory(prefix="inviter-drill-") as home:
        server = Server(os.path.abspath(options.binary), home, database)
        if database:
            server.run("migrate")
        server.run("project", "create", "--slug", "drill")
        made = server.run("key", "create", "--project", "drill", "--mode", "live", "--name", "drill", "--scope", "all")
        key = next(word for word in made.split() if word.startswith("inv_live_"))
        server.start()
        drill = Drill(server, key)
        drill.set_up(receiver.server_address[1])
        threads = [threading.Thread(target=drill.work, args=(n,), daemon=True) for n in range(options.workers)]
        for thread in threads:
            thread.start()
        for kill in range(1, options.kills + 1):
            time.sleep(random.uniform(0.3, 1.2))
            server.kill()
            server.start()
            print(f"kill {kill:2}: {len(drill.clicks)} clicks, {len(drill.sign_ups)} sign-ups, {len(drill.spends)} spends", flush=True)
        time.sleep(1)
        drill.stop.set()
        for thread in threads:
            thread.join(60)
        drill.settle()
        faults, rows = drill.verify()
        server.process.terminate()
        if server.process.wait(30) != 0:
            faults.append("the server did not stop cleanly")
        server.run("ledger", "verify")
        print(f"acknowledged: {len(drill.clicks)} clicks, {len(drill.sign_ups)} sign-ups, {len(drill.spends)} spends; requests repeated: {drill.errors}")
        print(f"found: {rows['clicks']} clicks, {rows['referrals']} referrals, {rows['messages']} webhook messages; ledger verified")
        for fault in faults[:20]:
            print(f"FAULT {fault}")
        print(f"{options.kills} kills, {len(faults)} faults")
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
