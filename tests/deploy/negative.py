#!/usr/bin/env python3
"""Whether the checks of the deployment's files bite: each is given a broken file and has to say what is broken.

    tests/deploy/negative.py [WORD…]     only the groups that are named: k8s compose tools image program

nginx and monitoring have broken files of their own: tests/deploy/nginx_broken.py, tests/deploy/monitoring_checks.
The tools are those of scripts/check-deploy.sh, found in PATH.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import image as images
import k8s
import negative_compose
import negative_k8s
from rendering import ROOT, Copy

TESTS = ROOT / "tests/deploy"


def judged(group, name, faults, word):
    """Prints whether the fault was seen."""
    seen = any(word in fault for fault in faults)
    print(f"{'ok' if seen else 'FAILED':7}{group}: {name}" + ("" if seen else f"\n         nobody says `{word}`, but: {faults[:5]}"), flush=True)
    return seen


def of_k8s():
    with Copy() as copy:
        yield "nothing is broken", [] if any(check(copy.objects("production")) for check in k8s.CHECKS.values()) else ["all is well"], "all is well"
        for case in negative_k8s.CASES:
            yield case[0], negative_k8s.broken(copy, case), case[5]
        yield "an empty secret", negative_k8s.empty_secret(copy), "app_secret is empty"
        yield from copied(copy)
    missed = [name for name in k8s.CHECKS if name not in {case[4] for case in negative_k8s.CASES} | {negative_k8s.SECRETS}]
    yield "each check has a case", missed or ["every one"], "every one"


def copied(copy):
    """Checks of k8s/ as a whole."""
    path = copy.k8s / "secret.yaml"
    path.unlink()
    yield "a file that the user names is missing", k8s.literal(copy, copy.render("production")), "k8s/secret.yaml"
    path = copy.k8s / "components/external-secrets/secrets.yaml"
    path.write_text(path.read_text().replace("    - {secretKey: redis_admin, remoteRef: {key: inviter/redis_admin}}\n", "", 1))
    yield "a store without a key", k8s.store(copy), "inviter-redis"


def of_program():
    program = k8s.binary()
    if not program:
        print("not run program: there is no INVITER_BINARY and none in target/")
        return
    with Copy() as copy:
        path = copy.k8s / "base/configmap.yaml"
        path.write_text(path.read_text().replace("    [log]\n", "    [logs]\n", 1))
        yield "a key of production.toml that there is not", k8s.accepted(copy.objects("production"), program), "logs"


def of_compose():
    for case in negative_compose.CASES:
        yield case[0], negative_compose.broken(case), case[3]
    missed = [name for name in negative_compose.CHECKS if name not in {case[2] for case in negative_compose.CASES}]
    yield "each check has a case", missed or ["every one"], "every one"


def refused(*command):
    """What a tool says of a file that it has to refuse; nothing where it takes it."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=TESTS)
    return [done.stdout + done.stderr] if done.returncode else []


def of_tools():
    with tempfile.TemporaryDirectory() as folder, Copy() as copy:
        def file(name, text):
            Path(folder, name).write_text(text)
            return Path(folder, name)

        hadolint = ("hadolint", "--config", TESTS / "hadolint.yaml", "--failure-threshold", "warning")
        docker = (ROOT / "Dockerfile").read_text()
        yield "hadolint: a base image without a version", refused(*hadolint, file("one", docker + "\nFROM debian\nUSER 1\n")), "DL3006"
        yield "hadolint: an argument that comes from the net", refused(*hadolint, file("two", docker + "\nADD https://example.org/x.tar /x\nRUN sudo true\n")), "DL3004"
        scan = ("checkov", "--config-file", TESTS / "checkov.yaml", "--skip-download", "--quiet", "--compact")
        yield "checkov: an image that runs as root", refused(*scan, "--framework", "dockerfile", "--file", file("Dockerfile", "FROM debian:12\nUSER root\n")), "CKV_DOCKER_8"
        rendered = copy.render("production")
        assert rendered.count("readOnlyRootFilesystem: true") > 3
        loose = file("loose.yaml", rendered.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"))
        yield "checkov: a root that can be written to", refused(*scan, "--framework", "kubernetes", "--file", loose), "CKV_K8S_22"
        known = rendered[rendered.index("kind: StatefulSet") - 20:]
        known = "apiVersion: apps/v1\n" + known[known.index("kind: StatefulSet"):].split("\n---\n")[0]
        yield "kubernetes-validate: a misspelt field", refused("kubernetes-validate", "--strict", file("field.yaml", known.replace("serviceName:", "servicename:"))), "servicename"
        yield "yamllint: a key twice", refused("yamllint", "--strict", "--config-file", TESTS / "yamllint.yaml", file("twice.yaml", "a: 1\na: 2\n")), "duplication"
        yield "shellcheck: an unquoted variable in rm", refused("shellcheck", file("rm.sh", '#!/bin/sh\nrm -rf $1/*\n')), "SC2086"
        (copy.k8s / "components/secret-files/files/app_secret").unlink()
        yield "kustomize: a secret that is missing", refused("kubectl", "kustomize", copy.k8s), "app_secret"


def of_image():
    """An image with everything wrong, on top of the good one."""
    good, bad = images.default(), "k8s-negative:test"
    if subprocess.run(["docker", "image", "inspect", good], capture_output=True, check=False).returncode:
        print(f"not run image: there is no image {good}")
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, ".env").write_text("DB_PASSWORD=hunter2\n")
        Path(folder, "left.txt").write_text("-----BEGIN " + "PRIVATE KEY-----\n")
        shutil.copy("/bin/true", Path(folder, "sh"))
        Path(folder, "sh").chmod(0o4755)
        lines = [f"FROM {good}", "COPY .env left.txt /srv/", "COPY sh /bin/sh", "ENV DB_PASSWORD=hunter2", "HEALTHCHECK NONE", "USER root"]
        Path(folder, "Dockerfile").write_text("\n".join(lines) + "\n")
        built = subprocess.run(["docker", "build", "--quiet", "--tag", bad, folder], capture_output=True, text=True, check=False, env=os.environ | {"DOCKER_BUILDKIT": "1"})
        if built.returncode:
            raise RuntimeError(built.stderr)
    try:
        done = subprocess.run([sys.executable, TESTS / "image.py", bad], capture_output=True, text=True, check=False)
        said = done.stdout.splitlines() if done.returncode == 1 else []
        for name, word in (("root user", "it runs as root"), ("no health check", "no health check"), ("a password in its environment", "DB_PASSWORD is in its environment"),
                           ("a shell", "it has bin/sh"), (".env", "srv/.env was left"), ("a private key", "srv/left.txt has a private key"), ("setuid", "bin/sh gives the rights")):
            yield name, said, word
    finally:
        subprocess.run(["docker", "image", "rm", "--force", bad], capture_output=True, check=False)


GROUPS = {"k8s": of_k8s, "compose": of_compose, "tools": of_tools, "image": of_image, "program": of_program}


def main():
    failed = cases = 0
    for group in sys.argv[1:] or GROUPS:
        for name, faults, word in GROUPS[group]():
            cases += 1
            failed += not judged(group, name, faults, word)
    print(f"{cases} cases, {failed} not seen")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
