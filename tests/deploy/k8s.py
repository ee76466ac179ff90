#!/usr/bin/env python3
"""Looks at every overlay of k8s/ as it is rendered: one line for each check, and exit status 1 where one fails.

    tests/deploy/k8s.py              all overlays
    tests/deploy/k8s.py moco …       only these

INVITER_BINARY is the program that is asked whether it takes its configuration (default: the newest in target/).
Needs kubectl and PyYAML: scripts/check-deploy.sh brings the latter.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import flows
import objects as single
import pods
import wiring
from rendering import K8S, OVERLAYS, ROOT, Copy, Objects, containers, planted


def toml(objects):
    return wiring.config(objects)


def most():
    """max_connections of a member of the group."""
    return int(re.search(r"^max_connections\s*=\s*(\d+)", (ROOT / "config/mysql/group.cnf").read_text(), re.M)[1])


def rolls(objects):
    """What a pod is told and given has a name that changes with it. Names without a hash are those of a store outside."""
    outside = {one["spec"]["target"]["name"] for one in objects.of("ExternalSecret")}
    faults = []
    for _, name, template in objects.workloads():
        pod = template["spec"]
        used = {volume.get("configMap", {}).get("name") or volume.get("secret", {}).get("secretName") for volume in pod.get("volumes", [])}
        used |= {one.get("configMapRef", {}).get("name") for container in containers(pod) for one in container.get("envFrom", [])}
        faults += [f"{name}: {one} can change and the pods stay" for one in sorted(used - outside - {None}) if not re.search(r"-[a-z0-9]{10}$", one)]
    return faults


CHECKS = {
    "a pod passes the Pod Security Standard `restricted`": pods.restricted,
    "a container is closed, sized and pinned": pods.closed,
    "the namespace enforces it, and nobody has rights": single.space,
    "probes ask what they should": single.probes,
    "pods are given the time to end": lambda objects: single.stopping(objects, toml(objects)),
    "what must not be lost has a disk of its own": lambda objects: single.disks(objects, toml(objects)),
    "copies are spread": single.spread,
    "a drained node takes one at a time": single.disruption,
    "the autoscaler stays within the connections": lambda objects: single.scaling(objects, toml(objects), most()),
    "all of it fits into the quota": single.quota,
    "each flow that is needed is allowed once, and no other": flows.flows,
    "every name is somebody's": wiring.names,
    "what changes, rolls": rolls,
    "no secret is empty": single.secrets,
    "one way in": single.entrance,
    "the schema is a step of its own": single.migration,
}


def binary():
    if os.environ.get("INVITER_BINARY"):
        return Path(os.environ["INVITER_BINARY"])
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    found = [path for path in (target / "release/inviter", target / "debug/inviter") if path.exists()]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def accepted(objects, program):
    """`inviter config check` with what each container of ours is told. Files are looked for in a folder instead of /run."""
    faults = []
    for _, name, template in objects.workloads():
        for container in containers(template["spec"]):
            env = {one["name"]: one.get("value", "") for one in container.get("env", [])}
            if "INVITER_CONFIG" in env:
                faults += [f"{name}: {line}" for line in refused(objects, template["spec"], container, env, program)]
    return faults


def refused(objects, pod, container, env, program):
    with tempfile.TemporaryDirectory(prefix="inviter-config-") as folder:
        def moved(text):
            return text.replace("/run/secrets", folder).replace("/etc/inviter", folder)

        for path in wiring.files(objects, pod, container):
            name = path.rsplit("/", 1)[-1]
            Path(folder, name).write_text(moved(planted(name)))
        Path(folder, "production.toml").write_text(moved(objects.hashed("ConfigMap", "inviter-config")["data"]["production.toml"]))
        # Keys and a certificate that are some.
        pair = subprocess.run([program, "backup", "keygen"], check=True, capture_output=True, text=True).stdout
        for name, form in (("backup_identity", r"AGE-SECRET-KEY-\w+"), ("backup_recipient", r"age1\w+")):
            Path(folder, name).write_text(re.search(form, pair)[0])
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=planted",
                        "-keyout", "/dev/null", "-out", f"{folder}/tls_ca"], check=True, capture_output=True)
        settings = {}
        for one in container.get("envFrom", []):
            settings |= objects.named("ConfigMap", one["configMapRef"]["name"])["data"]
        told = {key: moved(str(value)) for key, value in (settings | env).items()}
        done = subprocess.run([program, "config", "check"], env={"PATH": os.environ["PATH"]} | told, cwd=folder,
                              capture_output=True, text=True, timeout=60, check=False)
        return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []


def whole(copy):
    """Checks of k8s/ as a folder."""
    changed = copy.k8s / "base/configmap.yaml"
    before = copy.render("production")
    text = changed.read_text()
    changed.write_text(text.replace('drain_delay = "5s"', 'drain_delay = "6s"'))
    after = copy.render("production")
    changed.write_text(text)

    def templates(rendered):
        return {name: str(template) for _, name, template in Objects(rendered).workloads()}

    one, two = templates(before), templates(after)
    yield "a changed production.toml changes the pods", [] if one["StatefulSet inviter"] != two["StatefulSet inviter"] else ["the pods stay as they are"]
    yield "k8s/ alone is the overlay production", [] if copy.render("") == before else ["it is something else"]
    yield "the files that the user names are used", literal(copy, before)
    yield "a store of secrets gives the same keys as files do", store(copy)
    yield "a missing secret stops everything", missing(copy)
    yield "no secret is in the sources", sources()
    done = subprocess.run([sys.executable, ROOT / "scripts/gen-k8s.py", "--check"], capture_output=True, text=True, check=False)
    yield "what is copied is as it was there", (done.stdout + done.stderr).splitlines() if done.returncode else []


def literal(copy, rendered):
    faults = []
    for name, marks in {"namespace.yaml": ["kind: Namespace", "name: inspi-ai"], "configmap.yaml": ["production.toml: |", "name: inviter-config-"],
                        "secret.yaml": ["kind: Secret", "name: inviter-app-"], "mysql-deployment.yaml": ["kind: StatefulSet", "/var/lib/inviter-mysql"]}.items():
        if not (copy.k8s / name).resolve().is_file() or any(mark not in rendered for mark in marks):
            faults.append(f"k8s/{name} is not there, or not used")
    return faults


def store(copy):
    files = {one["metadata"]["name"].removesuffix(tail(one)): set(one["data"]) for one in copy.objects("production").of("Secret")}
    outside = {one["spec"]["target"]["name"]: {entry["secretKey"] for entry in one["spec"]["data"]} for one in copy.objects("gateway").of("ExternalSecret")}
    return [f"{name}: {files.get(name)} and {outside.get(name)}" for name in sorted(files.keys() | outside.keys()) if files.get(name) != outside.get(name)]


def tail(one):
    found = re.search(r"-[a-z0-9]{10}$", one["metadata"]["name"])
    return found[0] if found else ""


def missing(copy):
    path = copy.k8s / "components/secret-files/files/app_secret"
    text = path.read_text()
    path.unlink()
    done = subprocess.run(["kubectl", "kustomize", str(copy.k8s)], capture_output=True, text=True, check=False)
    path.write_text(text)
    return [] if done.returncode else ["it is rendered without app_secret"]


def sources():
    faults = []
    for path in K8S.rglob("*.yaml"):
        text = path.read_text()
        if re.search(r"^kind: Secret$", text, re.M):
            faults.append(f"{path.relative_to(ROOT)} has a Secret in it")
    return faults


def report(name, faults):
    print(f"{'FAILED' if faults else 'ok':7}{name}", *(f"\n         {fault}" for fault in faults), sep="", flush=True)
    return bool(faults)


def main():
    chosen, program = sys.argv[1:] or OVERLAYS, binary()
    failed = False
    with Copy() as copy:
        for overlay in chosen:
            objects = copy.objects(overlay)
            for name, check in CHECKS.items():
                failed |= report(f"{overlay}: {name}", check(objects))
            # Of the gateway's secrets there are none to be read.
            if program and not objects.of("ExternalSecret"):
                failed |= report(f"{overlay}: the program takes its configuration", accepted(objects, program))
        for name, faults in whole(copy):
            failed |= report(name, faults)
    if not program:
        print("not run: the program takes its configuration (there is no INVITER_BINARY and none in target/)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
