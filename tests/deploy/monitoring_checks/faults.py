"""The checks themselves are checked: each is given a tree with one fault in it, and has to find it."""

import shutil
import tempfile
from pathlib import Path

from . import books, figures, logs, routes, rules

PARTS = ["prometheus", "alertmanager", "grafana", "elk", "docs/operate", "docs/reference"]
MYSQL, RECORDING = "prometheus/rules/mysql.yml", "prometheus/rules/recording.yml"


def change(path, old, new):
    """Puts one text in the place of another."""

    def apply(root):
        text = (root / path).read_text()
        if old not in text:
            raise ValueError(f"{path} has no {old!r} any more")
        (root / path).write_text(text.replace(old, new, 1))

    return apply


def without(path):
    return lambda root: (root / path).unlink()


def tests(file):
    """The tests of one file alone."""
    return lambda root, tools: rules.hold(root, tools, file)


# In words; what is done to the tree; the check that has to complain; a word of its complaint.
FAULTS = [
    ("a metric that nobody exports", change("prometheus/rules/mysql.yml", "max by (member) (inviter_db_member_lag_seconds", "max by (member) (mysql_slave_lag_seconds"),
     figures.exported, "mysql_slave_lag_seconds"),
    ("a panel that asks for one", change("grafana/dashboards/mysql.json", "mysql_binlog_size_bytes", "mysql_binlog_bytes"), figures.exported, "mysql_binlog_bytes"),
    ("a dashboard that was changed by hand", change("grafana/dashboards/slo.json", "Burn rate, 1 h", "Burn rate"), figures.dashboards, "slo.json"),
    ("a job that is not scraped", change("prometheus/rules/host.yml", 'job="node"', 'job="hosts"'), figures.jobs, "hosts"),
    ("a ratio of single series, which pages for one 500 among 60,000",
     change(RECORDING, "- {record: 'slo:error_ratio:5m', expr: 'slo:errors:rate5m / (slo:requests:rate5m > 0)'}",
            "- record: slo:error_ratio:5m\n        labels: {slo: api-availability}\n        expr: >-\n"
            '          max(rate(inviter_http_request_duration_seconds_count{status="5xx"}[5m])'
            '\n          / rate(inviter_http_request_duration_seconds_count{status="5xx"}[5m]))'),
     tests("slo.yml"), "SLOBurnFast"),
    ("a rule that is no PromQL", change(MYSQL, "max by (member) (inviter_mysql_member_errant) > 0", "max by (member (inviter_mysql_member_errant) > 0"),
     rules.configuration, "parse error"),
    ("an alert without runbook", without("docs/operate/runbooks/RedisDown.md"), books.complete, "RedisDown"),
    ("a runbook without alert", change(MYSQL, "alert: MySQLFailover\n", "alert: MySQLRoleChange\n"), books.complete, "MySQLFailover"),
    ("a runbook without a section", change("docs/operate/runbooks/AppDown.md", "## Do this", "## To do"), books.complete, "AppDown"),
    ("a command that does not exist", change("docs/operate/runbooks/MySQLNoPrimary.md", "inviter mysql status", "inviter mysql show-status"), books.commands, "show-status"),
    ("an alert without test", change("prometheus/tests/redis.yml", 'alertname="RedisDown"', 'alertname="RedisGone"'), rules.covered, "RedisDown"),
    ("a test that expects what does not happen", change("prometheus/tests/edge.yml", "values: '0x20'", "values: '1x20'"), tests("edge.yml"), "NginxDown"),
    ("a severity that no route knows", change("prometheus/rules/app.yml", "severity: page", "severity: critical"), rules.described, "critical"),
    ("a key that Alertmanager does not know", change(routes.FILE, "        send_resolved: true\n        headers:", "        subject: x\n        headers:"),
     routes.accepted, "subject"),
    ("a page that wakes nobody", change(routes.FILE, 'matchers: [severity="page"]', 'matchers: [severity="critical"]'), routes.routed, "email"),
    ("an inhibition by a name that is gone", change(routes.FILE, "HostDiskReadOnly", "DiskReadOnly"), routes.inhibiting, "DiskReadOnly"),
    ("a mapping that real lines do not fit", change("elk/elasticsearch/index-template.json", '"ms": {"type": "double"}', '"ms": {"type": "date"}'), logs.mapped, "ms"),
    ("a field that nobody can search for", change("elk/elasticsearch/index-template.json", '"request_id": {"type": "keyword"},', ""), logs.mapped, "request_id"),
    ("JSON with a comma too many", change("elk/elasticsearch/ilm-policy.json", "{}}", "{},}"), logs.wellformed, "ilm-policy"),
]


def checked(root, tools):
    """For each fault: its name, and what is wrong where it was not found."""
    for name, apply, check, word in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "w"
            for part in PARTS:
                shutil.copytree(root / part, copy / part)
            shutil.copy(root / "docker-compose.prod.yml", copy)
            apply(copy)
            problems = check(copy, tools)
        found = any(word in problem for problem in problems)
        yield name, [] if found else [f"not found; it said {problems[:2]}"]
