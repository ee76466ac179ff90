#!/usr/bin/env python3
"""Looks into the server's image: its user, what it could be entered by, what was left in it, and its size.

    tests/deploy/image.py [IMAGE]     default: inviter with the version of .env.production, or INVITER_IMAGE

Exit status 77 where there is no such image.
"""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 60 * 10**6
SHELLS = {"sh", "bash", "dash", "ash", "busybox", "zsh", "perl", "python3", "apt", "apt-get", "dpkg", "apk", "curl", "wget", "cargo", "rustc"}
# Files that only get into an image by mistake.
LEFT = re.compile(r"(^|/)(\.env[^/]*|\.git|id_(rsa|ed25519)|[^/]*\.(key|pem|p12)|secrets|target|Cargo\.(toml|lock))(/|$)")
AUTHORITIES = "etc/ssl/certs/ca-certificates.crt"
# The binary itself has these words, since it reads such files; nothing else may.
PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{20}")


def docker(*words):
    return subprocess.run(["docker", *words], capture_output=True, check=False)


def default():
    if os.environ.get("INVITER_IMAGE"):
        return os.environ["INVITER_IMAGE"]
    found = re.search(r"^INVITER_VERSION=(\S+)", (ROOT / ".env.production").read_text(), re.M) if (ROOT / ".env.production").exists() else None
    return f"inviter:{found[1] if found else '0.1.0'}"


def layers(image):
    """Every file of every layer, so that one which a later layer took away is seen as well: (name, content or None for large ones)."""
    saved = subprocess.run(["docker", "save", image], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(saved)) as whole:
        manifest = json.load(whole.extractfile("manifest.json"))[0]
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=io.BytesIO(whole.extractfile(layer).read())) as files:
                for one in files:
                    yield one.name.removeprefix("./"), files.extractfile(one).read() if one.isfile() else None, one


def own_secrets():
    """Values of this installation's secrets, where there are any."""
    folder = ROOT / "secrets"
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file() and path.stat().st_size >= 16 and path.suffix != ".crt" and path.name not in ("ca.pem", "fullchain.pem", "backup_recipient"):
            yield path.name, path.read_bytes().strip()


def user(about):
    name = about["Config"].get("User", "")
    return [] if re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", name) else [f"it runs as {name or 'root'}, which is no number of its own"]


def environment(about, history):
    faults = [f"{one.split('=')[0]} is in its environment" for one in about["Config"].get("Env", []) if re.search(r"(PASSWORD|SECRET|TOKEN|_KEY)=.+", one)]
    return faults + [f"a step of its history has a secret: {line[:60]}" for line in history if re.search(r"(PASSWORD|TOKEN|SECRET)=\S", line)]


def health(about):
    test = (about["Config"].get("Healthcheck") or {}).get("Test", [])
    return [] if test[:1] == ["CMD"] and "healthcheck" in test else ["it has no health check by the binary"]


def content(image):
    secrets, doors, left, keys, suid = list(own_secrets()), [], [], [], []
    for name, data, one in layers(image):
        if name.rsplit("/", 1)[-1] in SHELLS and not one.isdir():
            doors.append(f"it has {name}")
        if LEFT.search(name) and name != AUTHORITIES:
            left.append(f"{name} was left in it")
        if one.isfile() and one.mode & 0o6000:
            suid.append(f"{name} gives the rights of its owner")
        if data is None:
            continue
        if PRIVATE.search(data) and not name.endswith("bin/inviter"):
            keys.append(f"{name} has a private key")
        keys += [f"{name} has the secret {secret}" for secret, value in secrets if value and value in data]
    return {"there is no shell and no tool in it": doors, "nothing was left in its layers": left, "no secret is in its layers": keys,
            "no file gives rights": suid}


def main():
    image = sys.argv[1] if len(sys.argv) > 1 else default()
    inspected = docker("image", "inspect", image)
    if inspected.returncode:
        print(f"there is no image {image}")
        return 77
    about = json.loads(inspected.stdout)[0]
    history = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", image).stdout.decode().splitlines()
    tried = docker("run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL", "--entrypoint", "/bin/sh", image, "-c", "true")
    runs = docker("run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", image, "--version")
    checks = {
        "it runs as a number that is nobody": user(about),
        "it is asked by its own binary": health(about),
        "it runs with a read-only root and without rights": [] if runs.returncode == 0 else [runs.stderr.decode().strip()],
        "it cannot be entered": [] if tried.returncode else ["there is a shell"],
        "no secret is in its environment or history": environment(about, history),
        **content(image),
        f"it has at most {LARGEST // 10**6} MB": [] if about["Size"] <= LARGEST else [f"it has {about['Size'] / 10**6:.1f} MB"],
    }
    for name, faults in checks.items():
        print(f"{'FAILED' if faults else 'ok':7}{image}: {name}", *(f"\n         {fault}" for fault in faults), sep="")
    print(f"ok     {image} has {about['Size'] / 10**6:.1f} MB in {len(about['RootFS']['Layers'])} layers")
    return 1 if any(checks.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
