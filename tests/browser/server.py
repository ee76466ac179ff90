"""A real server in a folder of its own, and Debian's Chromium."""

import contextlib
import email
import email.policy
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
BINARY = os.environ.get("SERVER_BINARY") or str(
    pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "inviter"
)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--disable-sync"]
# Tests come faster than people do.
PLENTY = {
    f"INVITER_LIMITS__{name}_PER_MINUTE": "1000000000" for name in ("PUBLIC", "API", "SIGNUPS")
}


class Server:
    """`inviter serve` on SQLite; `setup` is the link for the first owner."""

    def __init__(self, home, port):
        self.home = pathlib.Path(home)
        self.base = f"http://127.0.0.1:{port}"
        self.env = os.environ | PLENTY | {
            "INVITER_DATA_DIR": str(self.home / "data"),
            "INVITER_SERVER__BIND": f"127.0.0.1:{port}",
            "INVITER_SERVER__PUBLIC_URL": self.base,
            "INVITER_LOG__LEVEL": "warn",
        }
        self.process = None
        self.setup = None

    def start(self):
        log = self.home / "server.log"
        with log.open("wb") as out:
            self.process = subprocess.Popen([BINARY, "serve"], env=self.env, stdout=out, stderr=out)
        for _ in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.base}/api/ready", timeout=1) as answer:
                if answer.status == 200 and "/api/health" in log.read_text():
                    break
            if self.process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        else:
            raise RuntimeError("the server did not start: " + log.read_text())
        found = re.search(r"http\S+/console/set-up/\S+", log.read_text())
        self.setup = found and found.group()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)

    def run(self, *arguments):
        """What a command of the program prints."""
        done = subprocess.run([BINARY, *arguments], env=self.env, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def ask(self, key, method, path, **body):
        """What the API answers."""
        sent = json.dumps(body).encode() if method != "GET" else None
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/api/v1/{path}", sent, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def mails(self):
        """The e-mails sent so far, oldest first: whom they are to, and what they say."""
        folder = self.home / "data" / "mail"
        files = sorted(folder.rglob("*.eml"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
        mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [(mail["to"], mail.get_body(("plain", "html")).get_content()) for mail in mails]

    def mailed(self, to, path):
        """The link with this path in the last mail to somebody, waited for."""
        for _ in range(200):
            for receiver, text in reversed(self.mails()):
                found = re.search(re.escape(path) + r"[^\s\"<>]*", text)
                if to in receiver and found:
                    return self.base + found.group()
            time.sleep(0.05)
        raise AssertionError(f"no mail to {to} leads to {path}")


@contextlib.contextmanager
def serving():
    with tempfile.TemporaryDirectory(prefix="inviter-browser-") as home:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Server(home, port)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def set_up(page, server, name="Ada Lovelace"):
    """Makes the first owner by the link that the server printed; the page is signed in afterwards."""
    page.goto(server.setup)
    page.fill("[name=name]", name)
    page.fill("[name=email]", "ada@inviter.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], main form button.primary")
    page.wait_for_url(re.compile("/console$"))


PASSWORD = "three quiet words here"
