"""Metrics: what is asked for is exported. Against a running Prometheus, or against what was recorded of the real servers."""

import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import yaml

from . import books, promql, rules

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "exported"
# Prometheus makes them itself.
OWN = {"up", "ALERTS", "scrape_duration_seconds"}
# Jobs whose names come from docs/reference/metrics.md, which the server generates.
OURS = {"inviter", "mysql-guard", "backup"}
SUFFIXES = {"histogram": ["_bucket", "_sum", "_count"]}


class Live:
    """A running Prometheus."""

    def __init__(self, address):
        self.address = address.rstrip("/")

    def ask(self, path, **values):
        url = f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(values, doseq=True)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def names(self, job):
        return set(self.ask("label/__name__/values", **{"match[]": f'{{job="{job}"}}'})["data"])

    def jobs(self):
        return set(self.ask("label/job/values")["data"])


def catalogue(root):
    """The metrics of our own programs, as their generated reference has them."""
    known = set()
    for name, kind in re.findall(r"^\| `([a-z_]+)` \| (\w+) \|", (root / "docs/reference/metrics.md").read_text(), re.M):
        known |= {name + suffix for suffix in SUFFIXES.get(kind, [""])}
    return known


def recorded(root):
    known = catalogue(root) | OWN | rules.recorded(root)
    for path in sorted(RECORDED.glob("*.txt")):
        known |= {word for line in path.read_text().splitlines() if not line.startswith("#") for word in line.split()}
    return known


def asked(root):
    """Everything that is asked for: who asks, and the expression."""
    yield from rules.expressions(root)
    yield from ((f"{board}: {title}", expression) for board, title, expression in panels(root))
    yield from books.queries(root)


def exported(root, _tools):
    known = recorded(root)
    return [f"{who}: nobody exports {name}" for who, expression in asked(root) for name in sorted(promql.metrics(expression) - known)]


def jobs(root, _tools):
    """A rule that asks for one job asks for one that is scraped."""
    scraped = {job["job_name"] for job in yaml.safe_load((root / "prometheus/prometheus.yml").read_text())["scrape_configs"]}
    return [f"{who}: no job is called {job}" for who, expression in asked(root) for job in sorted(promql.selectors(expression) - scraped)]


def dashboards(root, _tools):
    done = subprocess.run([sys.executable, "-B", root / "grafana/make.py", "--check"], capture_output=True, text=True, check=False)
    problems = done.stderr.splitlines() if done.returncode else []
    uids = set()
    for path in sorted((root / "grafana/dashboards").glob("*.json")):
        board = json.loads(path.read_text())
        if board["uid"] in uids:
            problems.append(f"{path.name}: its uid is taken")
        uids.add(board["uid"])
        problems += [f"{path.name}: {panel['title']} asks nothing" for panel in board["panels"] if not panel["targets"]]
    return problems


def panels(root):
    for path in sorted((root / "grafana/dashboards").glob("*.json")):
        board = json.loads(path.read_text())
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield board["title"], panel["title"], target["expr"]


def may_be_empty(root):
    """Panels that may have nothing to show on a healthy or young installation: title to reason."""
    return yaml.safe_load((root / "grafana/may-be-empty.yml").read_text()) or {}


def shown(root, live):
    """Every query of every panel runs, and has something to show unless it is listed why not."""
    problems, empty, listed = [], set(), may_be_empty(root)
    titles = {f"{board} / {title}" for board, title, _ in panels(root)}
    filled = set()
    for board, title, expression in panels(root):
        answer = live.ask("query", query=expression.replace("$__rate_interval", "5m"))
        where = f"{board} / {title}"
        if answer["status"] != "success":
            problems.append(f"{where}: {answer.get('error')}")
        elif answer["data"]["result"]:
            filled.add(where)
        else:
            empty.add(where)
    problems += [f"{where}: shows nothing" for where in sorted(empty - filled - set(listed))]
    problems += [f"grafana/may-be-empty.yml: there is no panel {where}" for where in sorted(set(listed) - titles)]
    return problems, len(filled), sorted((empty - filled) & set(listed))


def present(root, live):
    """Every metric that is asked for is in the running Prometheus; of our own programs, at least in their reference."""
    series = {name for job in live.jobs() for name in live.names(job)} | OWN | rules.recorded(root)
    ours, problems, quiet = catalogue(root), [], set()
    for who, expression in asked(root):
        for name in sorted(promql.metrics(expression) - series):
            if name in ours:
                quiet.add(name)
            else:
                problems.append(f"{who}: nobody exports {name}")
    return problems, sorted(quiet)


def record(live):
    """Writes down the names that foreign servers export, for checks without a running stack."""
    RECORDED.mkdir(exist_ok=True)
    for job in sorted(live.jobs() - OURS):
        names = sorted(name for name in live.names(job) if name not in OWN and not name.startswith("scrape_"))
        lines, line = [f"# Names of metrics of the job {job}, as the real server exported them. Made by tests/deploy/monitoring.py --record"], ""
        for name in names:
            if line and len(line) + len(name) > 127:
                lines.append(line)
                line = ""
            line = f"{line} {name}".strip()
        (RECORDED / f"{job}.txt").write_text("\n".join([*lines, line]) + "\n")
