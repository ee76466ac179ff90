"""An installation that scripts/deploy.sh brought up, in a copy of this checkout, and what is seen of it from outside."""

import hashlib
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
# Settings of a drill: many clients have one address, and an installation that is there already is left alone.
SETTINGS = {
    "COMPOSE_PROJECT_NAME": "inviter-drill",
    "EDGE_PREFIX": "172.30.110",
    "DATA_PREFIX": "172.30.120",
    "LIMIT_PUBLIC_PER_MINUTE": "1000000",
    "LIMIT_API_PER_MINUTE": "1000000",
    "LIMIT_SIGNUPS_PER_MINUTE": "1000000",
    "DEPLOY_READY_SECONDS": "90",
}


class Stack:
    """The folder, the containers, and the public address."""

    def __init__(self, settings):
        self.home = tempfile.mkdtemp(prefix="inviter-deploy-drill-")
        listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True).stdout
        there = b"\0".join(name for name in listed.split(b"\0") if name and os.path.lexists(os.path.join(ROOT.encode(), name)))
        archive = subprocess.run(["tar", "-c", "--null", "-T", "-"], cwd=ROOT, input=there, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=self.home, input=archive, check=True)
        self.settings = SETTINGS | settings
        self.port = int(self.settings.get("HTTPS_PORT", 443))
        self.plain = int(self.settings.get("HTTP_PORT", 80))
        self.base = "https://localhost" + (f":{self.port}" if self.port != 443 else "")
        self.settings.setdefault("INVITER_PUBLIC_URL", self.base)
        self.log = os.path.join(self.home, "drill.log")

    def deploy(self, *words, settings=None):
        """Runs scripts/deploy.sh; gives its exit code and what it printed."""
        done = subprocess.run(["./scripts/deploy.sh", *words], cwd=self.home, env=os.environ | self.settings | (settings or {}),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with open(self.log, "a") as log:
            log.write(f"$ scripts/deploy.sh {' '.join(words)}\n{done.stdout}exit {done.returncode}\n\n")
        return done.returncode, done.stdout

    def docker(self, *words):
        done = subprocess.run(["docker", *words], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"docker {' '.join(words)} failed:\n{done.stderr}")
        return done.stdout.strip()

    def logged(self, service):
        """The lines that a service wrote, on either stream."""
        done = subprocess.run(["docker", "logs", self.container(service)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
        return done.stdout.splitlines()

    def containers(self):
        """Service, id and image of every container of the project."""
        rows = self.docker("ps", "-a", "--no-trunc", "--filter", f"label=com.docker.compose.project={self.settings['COMPOSE_PROJECT_NAME']}",
                           "--format", '{{.Label "com.docker.compose.service"}} {{.ID}} {{.Image}}')
        return sorted(tuple(row.split()) for row in rows.splitlines())

    def container(self, service):
        return next(number for name, number, _ in self.containers() if name == service)

    def run(self, *words):
        """What `inviter` prints in the first instance."""
        return self.docker("exec", self.container("app-1"), "/usr/local/bin/inviter", *words)

    def inspect(self, service, what):
        return self.docker("inspect", "--format", what, self.container(service))

    def kill(self, service):
        """The process ends as by a crash. `docker kill` would tell the engine that somebody wants it to stay down."""
        os.kill(int(self.inspect(service, "{{.State.Pid}}")), 9)

    def is_healthy(self, service):
        state = json.loads(self.inspect(service, "{{json .State}}"))
        return state["Running"] and state.get("Health", {"Status": "healthy"})["Status"] == "healthy"

    def clear(self):
        """Removes everything that a drill made, its data too; nothing of another project."""
        self.docker("compose", "--project-name", self.settings["COMPOSE_PROJECT_NAME"], "down", "--volumes", "--remove-orphans", "--timeout", "20")

    def remove(self):
        self.clear()
        shutil.rmtree(self.home)


class Public:
    """What a client on the Internet sees. In place of `Server` of the other drills."""

    def __init__(self, stack, pause=0.02):
        self.host, self.port, self.pause = "localhost", stack.port, pause
        self.tls = ssl.create_default_context(cafile=os.path.join(stack.home, "secrets/nginx/fullchain.pem"))
        self.lock, self.failed = threading.Lock(), []

    def fail(self, what):
        with self.lock:
            self.failed.append((time.monotonic(), what))

    def request(self, method, path, body=None, headers=None, timeout=30):
        """One request on a connection of its own. Whatever is not an answer that was asked for counts as failed."""
        time.sleep(self.pause)
        data = json.dumps(body).encode() if body is not None else None
        headers = {"content-type": "application/json", "user-agent": AGENT, **(headers or {})}
        if method == "POST" and path.startswith("/api/"):
            # The same for every repetition: an instance that hears it again answers it again.
            headers.setdefault("idempotency-key", hashlib.sha256(path.encode() + (data or b"")).hexdigest())
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=self.tls)
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 400:
                self.fail(f"{method} {path} was answered {answer.status}: {text[:200]!r}")
            return answer.status, answer.headers, text
        except (OSError, http.client.HTTPException) as error:
            self.fail(f"{method} {path}: {error!r}")
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def sign_in(self, stack):
        """A new operator chooses a password by the link that was printed; gives the cookie of the session."""
        made = stack.run("admin", "create", "--email", "drill@inviter.example", "--name", "Drill")
        path = urllib.parse.urlsplit(re.search(r"https://\S+/console/\S+", made).group()).path
        form = urllib.parse.urlencode({"password": "three quiet words here", "email": "drill@inviter.example", "name": "Drill"})
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=30, context=self.tls)
        headers = {"content-type": "application/x-www-form-urlencoded", "user-agent": AGENT, "origin": stack.base}
        connection.request("POST", path, form, headers)
        answer = connection.getresponse()
        cookies = answer.headers.get_all("set-cookie") or []
        connection.close()
        for cookie in cookies:
            if "session" in cookie.split("=")[0]:
                return cookie.split(";")[0]
        sys.exit(f"nobody was signed in: {answer.status} {cookies}")
