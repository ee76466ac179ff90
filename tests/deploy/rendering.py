"""What kustomize makes of a copy of k8s/, with secrets that were planted for the purpose."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
K8S = ROOT / "k8s"
# Every overlay there is, so that none goes unlooked at.
OVERLAYS = sorted(path.name for path in (K8S / "overlays").iterdir())
# A secret that may be empty: without it there is no e-mail.
OPTIONAL = {"smtp_url"}


def secret_files(k8s):
    """The files that secret.yaml wants, below its folder."""
    text = (k8s / "components/secret-files/secret.yaml").read_text()
    return sorted(set(re.findall(r"files/(\S+)", text)))


def planted(name):
    """A value that would do, and that can be found again wherever it should not be."""
    # 32 characters at least for the secret of the application, and at most for the password of replication.
    word = ("planted-" + re.sub(r"\W", "-", name) + "-").ljust(32, "0")
    if name.startswith("database_url"):
        return f"mysql://inviter:{word}@mysql-0.mysql:3306/inviter?ssl-mode=verify_identity&ssl-ca=/run/secrets/tls_ca"
    return "" if name in OPTIONAL else word + "\n"


class Copy:
    """A copy of k8s/ in a folder of its own. `with Copy() as copy:` removes it at the end."""

    def __init__(self, source=K8S):
        self.folder = Path(tempfile.mkdtemp(prefix="inviter-k8s-"))
        self.k8s = self.folder / "k8s"
        shutil.copytree(source, self.k8s, symlinks=True, ignore=shutil.ignore_patterns("files"))
        for name in secret_files(self.k8s):
            path = self.k8s / "components/secret-files/files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(planted(name))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def render(self, overlay):
        """Text of all objects. The empty name is k8s/ itself."""
        folder = self.k8s / "overlays" / overlay if overlay else self.k8s
        done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RenderError(done.stderr.strip())
        return done.stdout

    def objects(self, overlay):
        return Objects(self.render(overlay))


class RenderError(Exception):
    """kustomize refused."""


class Objects:
    """The objects of one overlay."""

    def __init__(self, text):
        self.all = [one for one in yaml.safe_load_all(text) if one]

    def of(self, *kinds):
        return [one for one in self.all if one["kind"] in kinds]

    def named(self, kind, name):
        return next((one for one in self.of(kind) if one["metadata"]["name"] == name), None)

    def hashed(self, kind, name):
        """The object whose name was given a hash."""
        return next((one for one in self.of(kind) if re.fullmatch(re.escape(name) + r"(-[a-z0-9]{10})?", one["metadata"]["name"])), None)

    def workloads(self):
        """What makes pods, with the template of them: (object, name in messages, template)."""
        for one in self.of("Deployment", "StatefulSet", "DaemonSet", "Job"):
            yield one, label(one), one["spec"]["template"]
        for one in self.of("CronJob"):
            yield one, label(one), one["spec"]["jobTemplate"]["spec"]["template"]
        # The operator makes a StatefulSet of it; the template is ours.
        for one in self.of("MySQLCluster"):
            template = one["spec"]["podTemplate"]
            labels = {"app.kubernetes.io/name": "mysql", "app.kubernetes.io/instance": one["metadata"]["name"]}
            merged = {"metadata": {"labels": labels | template.get("metadata", {}).get("labels", {})}, "spec": template["spec"]}
            yield one, label(one), merged

    def serving(self):
        """Those that run for ever."""
        return [one for one in self.workloads() if one[0]["kind"] in ("Deployment", "StatefulSet", "DaemonSet")]


def label(one):
    return f"{one['kind']} {one['metadata']['name']}"


def containers(pod):
    return pod.get("initContainers", []) + pod["containers"]


def matches(selector, labels):
    """Whether a label selector takes these labels."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for one in selector.get("matchExpressions") or []:
        value, operator = labels.get(one["key"]), one["operator"]
        fits = {"In": value in one.get("values", []), "NotIn": value not in one.get("values", []),
                "Exists": value is not None, "DoesNotExist": value is None}[operator]
        if not fits:
            return False
    return True
