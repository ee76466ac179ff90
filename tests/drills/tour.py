"""The tour of the book, docs/start/tour.md, lived on servers that run already: its blocks as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

from server import BARE

ROOT = Path(__file__).resolve().parents[2]
# What is another in each run.
VARIES = [
    (r"\b(\w{3})_[0-9a-z]{26}\b", r"\1_…"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
    (r"inv_test_\w+|whsec_[\w+/=]+", "SECRET"),
    (r"click_id=[\w-]+", "click_id=…"),
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r'(?<=/i/)\w+|(?<="code":")\w+|(?<="code": ")\w+|(?<=code=)\w+', "CODE"),
    (r'\sd="[^"]*"', " d=…"),
]


def blocks(language):
    text = (ROOT / "docs/start/tour.md").read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if len(found) <= 10:
        raise RuntimeError(f"the tour has {len(found)} blocks of {language}")
    return found


def is_shortened(shown, said):
    """Whether `shown` is `said` with parts left out, each marked by an ellipsis."""
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), said) is not None


def wrapper(folder, binary, ports, settings):
    """A program that is `inviter` with these settings, and whose `serve` is the way to the servers that run already."""
    names = "".join(f"export {name}='{value}'\n" for name, value in settings.items())
    path = Path(folder, "inviter")
    balancer = f'exec {sys.executable} {ROOT}/tests/drills/balancer.py "$PORT" {" ".join(map(str, ports))}'
    path.write_text(f"#!/bin/sh\nset -eu\n[ \"$1\" != serve ] || {balancer}\nunset INVITER INVITER_SERVER__BIND\n{names}exec {binary} \"$@\"\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def live(folder, inviter, port, hook_port):
    """Lives it; gives the lines that it printed, without what is another in each run, and the faults.

    That they come in the right order is seen here; they are given sorted, for what happens within a millisecond has no order.
    """
    script = Path(folder, "tour.sh")
    script.write_text("".join(blocks("sh")), encoding="utf-8")
    env = BARE | {"INVITER": str(inviter), "PORT": str(port), "HOOK_PORT": str(hook_port), "TMPDIR": str(folder)}
    done = subprocess.run(["bash", "-euo", "pipefail", script], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    if done.returncode:
        return [], [f"the tour ended with {done.returncode}: {done.stdout[-600:]} {done.stderr[-600:]}"]
    faults, said = [], iter(done.stdout.splitlines())
    for shown in (line for block in blocks("text") for line in block.splitlines() if line != "…"):
        if not any(is_shortened(shown, line) for line in said):
            faults.append(f"the tour does not print, after what stands above it: {shown}")
            break
    text = done.stdout
    for pattern, instead in VARIES:
        text = re.sub(pattern, instead, text)
    return sorted(text.splitlines()), faults
