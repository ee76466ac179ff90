#!/usr/bin/env python3
"""Checks everything that watches Inviter: Prometheus, its rules and their tests, runbooks, Alertmanager, dashboards, logs.

    tests/deploy/monitoring.py                                       a line for each check; exits with 1 where one fails
    tests/deploy/monitoring.py --prometheus http://127.0.0.1:9090    and asks a Prometheus that scrapes the running stack every query
    tests/deploy/monitoring.py --quick                               without the slow half: the mutations and the faults
    tests/deploy/monitoring.py --record --prometheus URL             writes down what foreign servers export, for checks without a stack

Needs docker and PyYAML. The servers' own tools run out of their images (tests/deploy/monitoring_checks/tool.py).
"""

import argparse
import sys
import tempfile
from pathlib import Path

try:
    import yaml  # noqa: F401
except ImportError:
    sys.exit("monitoring: PyYAML is needed: apt-get install python3-yaml, or pip install pyyaml")

sys.dont_write_bytecode = True
from monitoring_checks import books, faults, figures, logs, routes, rules, tool  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

CHECKS = [
    ("Prometheus takes its configuration, with each kind of Redis", rules.configuration),
    ("every alert has severity, service, summary, description, runbook", rules.described),
    ("every alert has a test in which it fires and one in which it is silent", rules.covered),
    ("the tests of the rules hold (promtool test rules)", rules.hold),
    ("every alert has its runbook with its sections, and every runbook its alert", books.complete),
    ("links of the runbooks lead somewhere", books.linked),
    ("commands of the runbooks exist", books.commands),
    ("every metric that is asked for is exported (by what was recorded)", figures.exported),
    ("every job that is asked for is scraped", figures.jobs),
    ("the dashboards are what grafana/make.py makes", figures.dashboards),
    ("Alertmanager takes its configuration", routes.accepted),
    ("an alert of each severity reaches whom it should", routes.routed),
    ("render.sh makes what Alertmanager takes, for any choice of channels", routes.rendered),
    ("inhibitions name alerts that exist", routes.inhibiting),
    ("files of the profile elk are well-formed", logs.wellformed),
    ("names agree between Logstash, Elasticsearch and Kibana", logs.agreed),
    ("real log lines fit the mapping", logs.mapped),
]
SLOW = [("a test fails when its alert never fires, or always", rules.bite)]


class Report:
    """A line for each check."""

    def __init__(self):
        self.failed = 0

    def line(self, name, problems, note=""):
        print(f"{'ok  ' if not problems else 'FAIL'}  {name}{note}", flush=True)
        for problem in problems[:20]:
            print(f"      {problem}")
        self.failed += bool(problems)


def running(report, address):
    """What only a running stack can show."""
    live = figures.Live(address)
    problems, quiet = figures.present(ROOT, live)
    report.line("every metric that is asked for is exported by the running stack", problems,
                f" (not yet, for want of an occasion: {', '.join(quiet)})" if quiet else "")
    problems, filled, empty = figures.shown(ROOT, live)
    report.line("every query of every panel runs and shows something", problems, f" ({filled} panels; empty as listed: {len(empty)})")
    for where in empty:
        print(f"      empty: {where}: {figures.may_be_empty(ROOT)[where]}")


def main():
    wishes = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wishes.add_argument("--prometheus", metavar="URL")
    wishes.add_argument("--quick", action="store_true")
    wishes.add_argument("--record", action="store_true")
    wish = wishes.parse_args()
    if wish.record:
        figures.record(figures.Live(wish.prometheus or sys.exit("monitoring: --record needs --prometheus")))
        return 0
    if missing := tool.ready():
        sys.exit(f"monitoring: {missing}")
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder)
        beside.chmod(0o755)
        (beside / "secrets").mkdir()
        (beside / "targets").mkdir()
        (beside / "secrets/metrics_token").write_text("for the check")
        tools = tool.Tools(beside)
        for name, check in CHECKS + ([] if wish.quick else SLOW):
            report.line(name, check(ROOT, tools))
        if not wish.quick:
            for name, problems in faults.checked(ROOT, tools):
                report.line(f"is refused: {name}", problems)
    if wish.prometheus:
        running(report, wish.prometheus)
    print(f"monitoring: {report.failed} of the checks failed" if report.failed else "monitoring: all checks passed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
