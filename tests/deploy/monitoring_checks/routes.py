"""Alertmanager: its file, what render.sh makes of it, where an alert goes, and what silences what."""

import itertools
import os
import re
import subprocess
import tempfile
from pathlib import Path

import yaml

from . import rules

FILE = "alertmanager/alertmanager.yml"
SECRETS = {"email": "smtp_password", "webhook": "webhook_url", "dingtalk": "dingtalk_url", "wecom": "wecom_secret",
           "wecom-robot": "wecom_robot_url", "deadman": "deadman_url"}
# Labels, and the receivers that get it.
ROUTES = [
    ({"alertname": "MySQLNoPrimary", "severity": "page", "service": "mysql"}, "email,webhook,dingtalk,wecom,wecom-robot"),
    ({"alertname": "RedisDown", "severity": "ticket", "service": "redis"}, "email,webhook,dingtalk,wecom,wecom-robot"),
    ({"alertname": "MySQLFailover", "severity": "info", "service": "mysql"}, "email,webhook"),
    ({"alertname": "Watchdog", "severity": "info", "service": "monitoring"}, "deadman"),
    ({"alertname": "Strange", "service": "x"}, "nobody"),
]


def accepted(root, tools):
    return tools.problems("amtool", root, "check-config", FILE)


def routed(root, tools):
    problems = []
    for labels, wanted in ROUTES:
        words = [f"{name}={value}" for name, value in labels.items()]
        said = tools.problems("amtool", root, "config", "routes", "test", f"--config.file={FILE}", f"--verify.receivers={wanted}", *words)
        if said:
            problems.append(f"{labels['alertname']} is to reach {wanted}: {' '.join(said)}")
    return problems


def rendered(root, tools):
    """For none, each, and all of the channels Alertmanager takes the file, and nothing is left of what was not chosen."""
    problems = []
    choices = [(), *itertools.combinations(SECRETS, 1), ("email", "dingtalk", "deadman"), tuple(SECRETS)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "w"
        (copy / "out").mkdir(parents=True)
        os.symlink("/etc/alertmanager", copy / "alertmanager")
        for number, choice in enumerate(choices):
            secrets = Path(folder) / f"secrets-{number}"
            secrets.mkdir()
            for channel in choice:
                (secrets / SECRETS[channel]).write_text("x")
            environment = {"PATH": os.environ["PATH"], "ALERT_TO": "o'hara@example.org", "ALERT_SMTP_HOST": "mail:25"}
            done = subprocess.run([root / "alertmanager/render.sh", secrets], capture_output=True, text=True, env=environment, check=False)
            (copy / f"out/{number}.yml").write_text(done.stdout)
            if done.returncode:
                problems.append(f"render.sh with {choice}: {done.stderr}")
                continue
            made = {receiver["name"] for receiver in yaml.safe_load(done.stdout)["receivers"]}
            if made != {"nobody", *choice}:
                problems.append(f"render.sh with {choice} makes {sorted(made)}")
            if "email" in choice and "o''hara@example.org" not in done.stdout:
                problems.append("render.sh does not set the address of the mail")
        problems += tools.problems("amtool", copy, "check-config", *[f"out/{number}.yml" for number in range(len(choices))])
    return problems


def inhibiting(root, _tools):
    """Names in the inhibitions are those of alerts, and nothing silences itself."""
    every, problems = set(rules.alerts(root)), []
    for rule in yaml.safe_load((root / FILE).read_text())["inhibit_rules"]:
        sides = [set(named(matchers)) for matchers in (rule["source_matchers"], rule["target_matchers"])]
        problems += [f"inhibition: no alert is called {name}" for name in sorted((sides[0] | sides[1]) - every)]
        problems += [f"inhibition: {name} silences itself" for name in sorted(sides[0] & sides[1])]
    return problems


def named(matchers):
    for matcher in matchers:
        match = re.fullmatch(r'alertname=~?"([^"]+)"', matcher)
        if match:
            yield from match[1].split("|")
