"""nginx as it is deployed, in front of instances named app-1..3, on a network of its own with Docker's names."""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
INSTANCES = ("app-1", "app-2", "app-3")
# As compose runs it: an ordinary user without capabilities on a file system that cannot be written to.
CONFINED = [
    "--user", "101:101", "--cap-drop", "ALL", "--read-only", "--security-opt", "no-new-privileges",
    "--sysctl", "net.ipv4.ip_unprivileged_port_start=0",
    "--tmpfs", "/tmp:uid=101,gid=101,mode=0700", "--tmpfs", "/var/cache/nginx:uid=101,gid=101,mode=0700",
]


class Fault(Exception):
    """What a check found to be wrong."""


def run(*command, check=True, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if check and done.returncode:
        raise Fault(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done


def docker(*arguments, check=True):
    return run("docker", *arguments, check=check)


def expect(condition, fault):
    if not condition:
        raise Fault(fault)


def wait_for(question, seconds, fault):
    """Asks until the answer is yes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return
        time.sleep(0.1)
    raise Fault(fault)


def certificate(folder, *more):
    """An authority, and a certificate for localhost that it vouches for, as a public one would be: P-256, 90 days."""
    os.makedirs(folder, exist_ok=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    run("openssl", "req", "-x509", *key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "90", "-subj", "/CN=test authority",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    run("openssl", "req", *key, "-keyout", at("privkey.pem"), "-out", at("csr"), "-subj", "/CN=localhost")
    with open(at("ext"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:false\n")
    run("openssl", "x509", "-req", "-in", at("csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "90",
        "-extfile", at("ext"), "-out", at("fullchain.pem"), *more)
    os.chmod(at("privkey.pem"), 0o444)


class Configuration:
    """A copy of nginx/, laid out as compose mounts it; a test may break it."""

    def __init__(self, home, waf="off", brotli="off"):
        self.folder = tempfile.mkdtemp(prefix="etc-", dir=home)
        os.chmod(self.folder, 0o755)
        shutil.copytree(os.path.join(ROOT, "nginx"), self.folder, dirs_exist_ok=True)
        self.switch(waf=waf, brotli=brotli)

    def switch(self, **modes):
        for name, mode in modes.items():
            kept = self.path(f"{name}-mode")
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(self.path(f"{name}/{mode}"), kept)

    def path(self, name):
        return os.path.join(self.folder, name)

    def replace(self, name, old, new):
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            raise Fault(f"the test is out of date: {name} has no {old!r}")
        self.write(name, text.replace(old, new))

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def mounts(self):
        for name in sorted(os.listdir(self.folder)):
            if name != "brotli":
                yield from ("-v", f"{self.path(name)}:/etc/nginx/{name}:ro")


class Stack:
    """A network, a certificate, and what runs there. Everything is removed at the end, whatever happens."""

    def __init__(self, image, home, name):
        self.image, self.home, self.name = image, home, f"inviter-nginx-test-{name}-{os.getpid()}"
        self.containers, self.configuration, self.ports = set(), None, {}
        self.certificates = os.path.join(home, "certificates")
        if not os.path.exists(self.certificates):
            certificate(self.certificates)
        docker("network", "create", self.name)
        atexit.register(self.remove)
        self.subnet = docker("network", "inspect", self.name, "--format", "{{(index .IPAM.Config 0).Subnet}}").stdout.strip()
        self.gateway = docker("network", "inspect", self.name, "--format", "{{(index .IPAM.Config 0).Gateway}}").stdout.strip()

    def remove(self):
        for name in list(self.containers):
            self.discard(name)
        docker("network", "rm", self.name, check=False)

    def called(self, name):
        return f"{self.name}-{name}"

    def launch(self, name, arguments, command):
        self.discard(name)
        self.containers.add(name)
        docker("run", "-d", "--name", self.called(name), "--hostname", name, "--network", self.name, "--network-alias", name,
               *arguments, self.image, *command)

    def discard(self, name):
        docker("rm", "-f", "-v", self.called(name), check=False)
        self.containers.discard(name)

    def backends(self):
        """Instances that answer what a test needs: nginx itself, with faults.conf."""
        for name in INSTANCES:
            self.backend(name)

    def backend(self, name, *more):
        faults = os.path.join(ROOT, "tests/deploy/nginx_faults.conf")
        self.launch(name, ["-v", f"{faults}:/etc/nginx/nginx.conf:ro", *more], ["nginx", "-g", "daemon off;"])

    def applications(self, binary, homes, settings):
        """The real server, each on a folder of its own."""
        environment = {
            "INVITER_SERVER__BIND": "0.0.0.0:3000", "INVITER_SERVER__PUBLIC_URL": "https://localhost", "INVITER_DATA_DIR": "/data",
            "INVITER_SERVER__TRUSTED_PROXIES": self.subnet, "INVITER_LOG__LEVEL": "warn", **settings,
        }
        words = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        for name, home in zip(INSTANCES, homes):
            mounts = ["-v", f"{binary}:/usr/local/bin/inviter:ro", "-v", f"{home}:/data"]
            self.launch(name, [*mounts, *words], ["inviter", "serve"])

    def nginx(self, configuration=None):
        """Starts it anew, with this configuration."""
        self.configuration = configuration or self.configuration
        mounts = [*self.configuration.mounts(), "-v", f"{self.certificates}:/run/secrets/nginx:ro"]
        ports = [word for port in (80, 443, 8081) for word in ("-p", f"127.0.0.1::{port}")]
        self.launch("nginx", [*CONFINED, *mounts, *ports], ["nginx", "-g", "daemon off;"])
        try:
            self.ports = {port: int(docker("port", self.called("nginx"), f"{port}/tcp").stdout.rsplit(":", 1)[1]) for port in (80, 443, 8081)}
        except Fault as fault:
            raise Fault(f"nginx does not start: {self.logs('nginx')[-600:]}") from fault
        # Names of instances are looked up after the start.
        wait_for(self.serves, 10, f"nginx serves nothing: {self.logs('nginx')[-600:]}")

    def serves(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[80]}/livez", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def reload(self):
        docker("kill", "-s", "HUP", self.called("nginx"))

    def logs(self, name):
        done = docker("logs", self.called(name), check=False)
        return done.stdout + done.stderr

    def lines(self):
        """The log of requests, without the rest."""
        return [line for line in docker("logs", self.called("nginx")).stdout.splitlines() if '"logger":"nginx"' in line]


def tested(image, configuration, certificates):
    """What `nginx -t` says of a configuration: whether it is good, and its words."""
    mounts = [*configuration.mounts(), "-v", f"{certificates}:/run/secrets/nginx:ro"]
    done = docker("run", "--rm", *CONFINED, *mounts, image, "nginx", "-t", check=False)
    return done.returncode == 0, done.stderr.strip()
