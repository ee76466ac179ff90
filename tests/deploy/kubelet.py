"""Runs pods of rendered objects as containers on Docker, as a kubelet would: each with an address of its own that its containers share,
its name in DNS, its user, its files out of ConfigMaps and Secrets, its disks, and its probes.

What it does not do: scheduling, admission, NetworkPolicies, restarts by itself.
"""

import base64
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from rendering import Copy

# Images by their name in the objects; the tag is that of a local build.
IMAGES = {"inviter": os.environ.get("INVITER_IMAGE", "inviter:0.1.0"), "inviter-mysql": os.environ.get("INVITER_MYSQL_IMAGE", "inviter-mysql:9.7")}
IMAGES["inviter-guard"] = IMAGES["inviter"]
PAUSE = IMAGES["inviter-mysql"]


def docker(*words, check=True, **options):
    done = subprocess.run(["docker", *map(str, words)], capture_output=True, text=True, check=False, **options)
    if check and done.returncode:
        raise RuntimeError(f"docker {' '.join(map(str, words))}: {done.stderr.strip()}")
    return done


class Node:
    """A machine with one network, on which pods run. `with Node("name", objects) as node:` leaves nothing behind."""

    def __init__(self, name, objects):
        self.name, self.objects, self.running, self.used = name, objects, {}, 10
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        self.folder.chmod(0o755)

    def __enter__(self):
        self.sweep()
        self.net = os.environ.get("INVITER_TEST_SUBNET", "10.87.31")
        docker("network", "create", "--internal", "--subnet", f"{self.net}.0/24", self.name)
        return self

    def __exit__(self, *_):
        self.sweep()
        shutil.rmtree(self.folder)

    def sweep(self):
        for kind, remove in (("ps", ["rm", "-f"]), ("volume", ["volume", "rm"]), ("network", ["network", "rm"])):
            words = ["ps", "-aq"] if kind == "ps" else [kind, "ls", "-q"]
            found = docker(*words, "--filter", f"name={self.name}").stdout.split()
            if found:
                docker(*remove, *found, check=False)

    def start(self, workload, pod=None):
        """Starts a pod of a workload: `mysql-0` of the StatefulSet mysql, or the one of a Job."""
        pod = pod or workload["metadata"]["name"]
        spec = workload["spec"]["template"]["spec"]
        self.used += 1  # never an address that another pod had
        address = f"{self.net}.{self.used}"
        alias = f"{pod}.{workload['spec']['serviceName']}" if "serviceName" in workload["spec"] else pod
        docker("run", "-d", "--name", f"{self.name}-{pod}", "--network", self.name, "--ip", address, "--network-alias", alias, "--hostname", pod,
               "--entrypoint", "sleep", PAUSE, "infinity")
        self.running[pod] = address
        for container in spec["containers"]:
            self.run(workload, pod, container, address)
        return self

    def run(self, workload, pod, container, address):
        spec = workload["spec"]["template"]["spec"]
        outer, inner = spec["securityContext"], container["securityContext"]
        words = ["run", "-d", "--name", f"{self.name}-{pod}-{container['name']}", "--network", f"container:{self.name}-{pod}",
                 "--user", f"{outer['runAsUser']}:{outer['runAsGroup']}", "--group-add", outer["fsGroup"], "--memory", memory(container)]
        words += ["--read-only"] * inner["readOnlyRootFilesystem"]
        words += [word for one in inner["capabilities"]["drop"] for word in ("--cap-drop", one)]
        words += ["--security-opt", "no-new-privileges"] if inner["allowPrivilegeEscalation"] is False else []
        values = self.environment(container, pod, address)
        for key, value in values.items():
            words += ["--env", f"{key}={value}"]
        for mount in container.get("volumeMounts", []):
            words += self.mount(workload, pod, mount)
        if "command" in container:
            words += ["--entrypoint", container["command"][0]]
        rest = [expand(word, values) for word in [*container.get("command", [])[1:], *container.get("args", [])]]
        docker(*words, image(container), *rest)

    def environment(self, container, pod, address):
        env = {}
        for one in container.get("envFrom", []):
            env |= self.objects.named("ConfigMap", one["configMapRef"]["name"])["data"]
        for one in container.get("env", []):
            path = one.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
            value = {"metadata.name": pod, "status.podIP": address, None: one.get("value", "")}[path]
            env[one["name"]] = expand(value, env)
        return env

    def mount(self, workload, pod, mount):
        spec = workload["spec"]
        group = spec["template"]["spec"]["securityContext"]["fsGroup"]
        claims = {claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
        if mount["name"] in claims:
            volume = f"{self.name}-{mount['name']}-{pod}"
            if docker("volume", "inspect", volume, check=False).returncode:
                docker("volume", "create", volume)
                owned = ["--rm", "--user", "0", "--entrypoint", "sh", "-v", f"{volume}:/disk", PAUSE, "-c", f"chgrp {group} /disk && chmod 2775 /disk"]
                docker("run", *owned)
            return ["-v", f"{volume}:{mount['mountPath']}"]
        volume = next(one for one in spec["template"]["spec"]["volumes"] if one["name"] == mount["name"])
        if "emptyDir" in volume:
            return ["--tmpfs", f"{mount['mountPath']}:mode=1777"]
        folder = self.files(volume, group)
        return ["-v", f"{folder}:{mount['mountPath']}:ro"]

    def files(self, volume, group):
        """The files of a ConfigMap or a Secret, as a folder with the group and the mode that the pod says."""
        source = volume.get("configMap") or volume["secret"]
        one = self.objects.named("ConfigMap", source["name"]) if "name" in source else self.objects.named("Secret", source["secretName"])
        data = {key: base64.b64decode(value) if one["kind"] == "Secret" else value.encode() for key, value in one["data"].items()}
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for item in source.get("items") or [{"key": key, "path": key} for key in data]:
            path = folder / item["path"]
            path.write_bytes(data[item["key"]])
            path.chmod(source.get("defaultMode", 0o644))
            os.chown(path, 0, group)
        folder.chmod(0o755)
        return folder

    def remove(self, pod):
        """The pod is gone, its disks stay. `start` brings it back with another address, as after a drained node."""
        docker("rm", "-f", *docker("ps", "-aq", "--filter", f"name=^{self.name}-{pod}(-|$)").stdout.split())

    def container(self, pod, name):
        return f"{self.name}-{pod}-{name}"

    def execute(self, pod, name, *command):
        return docker("exec", self.container(pod, name), *command, check=False)

    def probe(self, workload, pod, container, which):
        """Whether a probe says yes. One over HTTP is asked from within the pod's network."""
        one = next(one for one in workload["spec"]["template"]["spec"]["containers"] if one["name"] == container)
        probe = one[which]
        limit = probe.get("timeoutSeconds", 1)
        if "exec" in probe:
            return docker("exec", self.container(pod, container), "timeout", limit, *probe["exec"]["command"], check=False).returncode == 0
        port = next(port["containerPort"] for port in one["ports"] if port["name"] == probe["httpGet"]["port"])
        return self.get(pod, port, probe["httpGet"]["path"], limit)[0] == 200

    def get(self, pod, port, path, limit=2):
        """Status and body, asked from this machine: it reaches the addresses of the network."""
        import urllib.error
        import urllib.request

        try:
            with urllib.request.urlopen(f"http://{self.running[pod]}:{port}{path}", timeout=limit) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def finished(self, pod, name, limit=120):
        """Exit status of a Job's container, and what it said."""
        wait(f"{pod} ends", limit, lambda: not self.alive(pod, name))
        log = docker("logs", self.container(pod, name), check=False)
        code = docker("inspect", "-f", "{{.State.ExitCode}}", self.container(pod, name)).stdout.strip()
        return int(code), (log.stdout + log.stderr).strip()

    def alive(self, pod, name):
        return docker("inspect", "-f", "{{.State.Running}}", self.container(pod, name)).stdout.strip() == "true"

    def logs(self, pod, name, lines=30):
        done = docker("logs", "--tail", lines, self.container(pod, name), check=False)
        return done.stdout + done.stderr


def image(container):
    name = container["image"].rsplit("/", 1)[-1].split(":")[0]
    return IMAGES.get(name, container["image"])


def memory(container):
    return container["resources"]["limits"]["memory"].replace("Mi", "m").replace("Gi", "g")


def expand(text, values):
    return re.sub(r"\$\((\w+)\)", lambda found: values.get(found[1], found[0]), text)


def wait(what, limit, fits, step=0.5, alive=lambda: True):
    """Seconds until it fits. What is not alive will never fit."""
    begun = time.monotonic()
    while not fits():
        if not alive():
            raise TimeoutError(f"it ended: {what}")
        if time.monotonic() - begun > limit:
            raise TimeoutError(f"not within {limit} s: {what}")
        time.sleep(step)
    return time.monotonic() - begun


def say(words):
    print(words, flush=True)


def run(name, prepare, story, last_words):
    """Runs `story` on a node with the overlay production, whose secrets `prepare` makes real. Gives the code to exit with; where the
    story ends badly, `last_words` has something to add."""
    with Copy() as copy:
        prepare(copy.k8s / "components/secret-files/files")
        with Node(name, copy.objects("production")) as node:
            try:
                story(node)
            except (AssertionError, TimeoutError, RuntimeError, subprocess.SubprocessError) as error:
                last_words(node)
                say(f"FAILED {type(error).__name__}: {error}")
                return 1
    return 0


def certificates(files, name, hosts):
    """An authority and a certificate that it gives to these hosts, put where the secrets have theirs: ca.pem, NAME.crt, NAME.key in tls."""
    with tempfile.TemporaryDirectory() as folder:
        def openssl(*words):
            subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *new, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign",
                "-addext", "basicConstraints=critical,CA:TRUE")
        openssl("req", *new, "-subj", "/CN=node", "-keyout", f"{name}.key", "-out", "node.csr")
        extensions = "subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts) + "\nextendedKeyUsage=serverAuth,clientAuth\n"
        Path(folder, "extensions").write_text(extensions)
        openssl("x509", "-req", "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions",
                "-out", f"{name}.crt")
        for file in ("ca.pem", f"{name}.crt", f"{name}.key"):
            (files / "tls" / file).write_bytes(Path(folder, file).read_bytes())
