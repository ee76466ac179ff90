"""The servers' own tools: out of PATH where they are there, otherwise out of the images that run in production."""

import os
import shutil
import subprocess

IMAGES = {
    "promtool": ("PROMETHEUS_IMAGE", "prom/prometheus:v3.5.3", "/bin/promtool"),
    "amtool": ("ALERTMANAGER_IMAGE", "prom/alertmanager:v0.33.1", "amtool"),
    "blackbox_exporter": ("BLACKBOX_IMAGE", "prom/blackbox-exporter:v0.28.0", "/bin/blackbox_exporter"),
}


class Tools:
    """Runs a tool on files of a folder, which it sees as /w, with what it needs beside."""

    def __init__(self, beside):
        self.beside = beside  # what is found in production at /run: secrets and targets

    def run(self, name, root, *words, folder=""):
        variable, image, program = IMAGES[name]
        mounts = ["-v", f"{root}:/w:ro", "-v", f"{self.beside}:/run/beside:ro"]
        for what in ("secrets", "targets"):
            mounts += ["-v", f"{self.beside}/{what}:/run/{what}:ro"]
        templates = root / "alertmanager/templates"
        if templates.is_dir():
            mounts += ["-v", f"{templates}:/etc/alertmanager/templates:ro"]
        command = ["docker", "run", "--rm", "--network", "none", *mounts, "-w", f"/w/{folder}", "--entrypoint", program,
                   os.environ.get(variable, image), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def problems(self, name, root, *words, **more):
        """Nothing where the tool is content, otherwise what it says."""
        code, said = self.run(name, root, *words, **more)
        return [] if code == 0 else [line for line in said.splitlines() if line.strip()] or [f"{name} exits with {code}"]


def ready():
    if not shutil.which("docker"):
        return "docker is needed: the checks run the servers' own tools out of their images"
    done = subprocess.run(["docker", "info"], capture_output=True, check=False)
    return None if done.returncode == 0 else "docker does not answer"
