"""Rules, and their tests: that they exist, and that they bite."""

import re
import shutil
import tempfile
from pathlib import Path

import yaml

# What cannot be silent.
ALWAYS = {"Watchdog"}
SEVERITIES = {"page", "ticket", "info"}


def groups(root):
    for path in sorted((root / "prometheus/rules").glob("*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield path.name, group


def alerts(root):
    """Every alert by name, with the file it is in."""
    found = {}
    for file, group in groups(root):
        for rule in group["rules"]:
            if "alert" in rule:
                found[rule["alert"]] = {**rule, "file": file}
    return found


def recorded(root):
    return {rule["record"] for _, group in groups(root) for rule in group["rules"] if "record" in rule}


def expressions(root):
    """Every expression, with the name of what it makes."""
    for _, group in groups(root):
        for rule in group["rules"]:
            yield rule.get("alert") or rule["record"], str(rule["expr"])


def configuration(root, tools):
    """Prometheus takes its configuration with each list of Redis servers, and the blackbox exporter its modules."""
    problems = []
    for path in sorted((root / "prometheus/targets").glob("redis-*.yml")):
        shutil.copy(path, tools.beside / "targets/redis.yml")
        problems += tools.problems("promtool", root, "check", "config", "prometheus/prometheus.yml")
    problems += tools.problems("promtool", root, "check", "rules", "--lint=all", "--lint-fatal", *names(root, "rules"))
    problems += tools.problems("blackbox_exporter", root, "--config.check", "--config.file=prometheus/blackbox.yml")
    return problems


def names(root, folder):
    return [path.relative_to(root) for path in sorted((root / "prometheus" / folder).glob("*.yml"))]


def described(root, _tools):
    problems = []
    for name, alert in alerts(root).items():
        labels, notes = alert.get("labels", {}), alert.get("annotations", {})
        if labels.get("severity") not in SEVERITIES:
            problems.append(f"{name}: severity is {labels.get('severity')}")
        if not labels.get("service"):
            problems.append(f"{name}: no service")
        for note in ("summary", "description", "runbook_url"):
            if not notes.get(note):
                problems.append(f"{name}: no {note}")
        if notes.get("runbook_url") != f"docs/operate/runbooks/{name}.md":
            problems.append(f"{name}: runbook_url is {notes.get('runbook_url')}")
    return problems


def tests(root):
    """Of each alert: the names of the files in which it fires, and in which it is silent."""
    fires, silent = {}, {}
    for path in sorted((root / "prometheus/tests").glob("*.yml")):
        for group in yaml.safe_load(path.read_text())["tests"]:
            for test in group.get("promql_expr_test", []):
                match = re.search(r'alertname="(\w+)",alertstate="firing"', test["expr"])
                if match and group.get("input_series"):
                    (fires if test.get("exp_samples") else silent).setdefault(match[1], []).append(path.name)
    return fires, silent


def covered(root, _tools):
    fires, silent = tests(root)
    every = set(alerts(root))
    problems = [f"{name}: no test in which it fires" for name in sorted(every - set(fires))]
    problems += [f"{name}: no test in which it is silent" for name in sorted(every - set(silent) - ALWAYS)]
    problems += [f"{name}: a test of an alert that does not exist" for name in sorted((set(fires) | set(silent)) - every)]
    return problems


def hold(root, tools, *files):
    """All tests, or those of some files."""
    files = files or [path.name for path in names(root, "tests")]
    return tools.problems("promtool", root, "test", "rules", *files, folder="prometheus/tests")


def bite(root, tools):
    """With alerts that never fire every firing test fails, and with alerts that always do every silent one."""
    fires, silent = tests(root)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "w"
        shutil.copytree(root / "prometheus", copy / "prometheus")
        never = failing(copy, tools, "vector(1) > 2")
        always = failing(copy, tools, "vector(1)")
    problems = [f"{name}: its firing test passes though it never fires" for name in sorted(set(fires) - never)]
    problems += [f"{name}: its silent test passes though it always fires" for name in sorted(set(silent) - always)]
    return problems


def failing(copy, tools, expression):
    """The alerts whose tests fail when every alert has this expression."""
    for path in (copy / "prometheus/rules").glob("*.yml"):
        whole = yaml.safe_load(path.read_text())
        for group in whole["groups"]:
            for rule in group["rules"]:
                if "alert" in rule:
                    rule["expr"] = expression
                    rule.pop("for", None)
        path.write_text(yaml.safe_dump(whole))
    _, said = tools.run("promtool", copy, "test", "rules", *[path.name for path in names(copy, "tests")], folder="prometheus/tests")
    return set(re.findall(r'expr: "ALERTS\{alertname=\\"(\w+)\\"', said))
