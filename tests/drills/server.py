"""The real binary, and whoever receives its webhooks."""

import base64
import hashlib
import hmac
import http.client
import http.server
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


# Whatever is set for the one who runs a drill is not for what it runs.
BARE = {name: value for name, value in os.environ.items() if not name.startswith("INVITER_")}
scratch = itertools.count(1)


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


def receive():
    """Starts to receive; gives the port."""
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    return receiver.server_address[1]


def scratch_database():
    """The settings for an empty database on the server of TEST_DATABASE_URL; none where that is not set: SQLite."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        return {}
    name = f"inviter_test_drill_{os.getpid()}_{next(scratch)}"
    base = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/test-mysql.sh")
    subprocess.run([base, "mysql", "-e", f"CREATE DATABASE {name}"], check=True)
    return {"INVITER_DATABASE__URL": f"{server.rsplit('/', 1)[0]}/{name}"}


def make_project(run, slug):
    """Makes a project by the program, which `run` runs; gives a key to it."""
    run("project", "create", "--slug", slug)
    made = run("key", "create", "--project", slug, "--mode", "live", "--name", slug, "--scope", "all")
    return next(word for word in made.split() if word.startswith("inv_live_"))


class Server:
    """The real binary on a data folder of its own."""

    def __init__(self, binary, home, settings=None):
        self.binary, self.home, self.port = binary, home, free_port()
        os.makedirs(home, exist_ok=True)
        self.env = BARE | {"INVITER_DATA_DIR": home, "INVITER_SERVER__BIND": f"127.0.0.1:{self.port}"}
        self.env |= {"INVITER_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES": "true", "INVITER_LOG__LEVEL": "warn"}
        # A job that died with its process is taken over when its lease ends.
        self.env |= {"INVITER_JOBS__LEASE": "5s"}
        self.env |= {"INVITER_LIMITS__PUBLIC_PER_MINUTE": "1000000", "INVITER_LIMITS__API_PER_MINUTE": "10000000"}
        self.env |= settings or {}
        self.log = open(os.path.join(home, "server.log"), "ab")
        self.process = None

    def run(self, *arguments):
        done = subprocess.run([self.binary, *arguments], env=self.env, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"inviter {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def make_project(self, slug="drill"):
        return make_project(self.run, slug)

    def start(self):
        self.process = subprocess.Popen([self.binary, "serve"], env=self.env, stdout=self.log, stderr=self.log)
        for _ in range(400):
            try:
                if self.is_ready():
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                sys.exit(f"the server ended with {self.process.returncode}; see {self.log.name}")
            time.sleep(0.05)
        sys.exit("the server does not become ready")

    def is_ready(self):
        return self.request("GET", "/api/ready")[0] == 200

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ends it as a supervisor would. Tells whether it ended well."""
        self.process.terminate()
        return self.process.wait(30) == 0

    def end(self):
        """Ends it whatever it does."""
        if self.process and self.process.poll() is None:
            self.kill()

    def request(self, method, path, body=None, headers=None, timeout=30, text=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            data = json.dumps(body).encode() if body is not None else text
            headers = {"content-type": "application/json", "user-agent": AGENT, **(headers or {})}
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()
