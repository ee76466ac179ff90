"""Logs: what the parts of the profile elk read is well-formed, and real lines fit the mapping.

Elasticsearch, Logstash, Kibana and Filebeat do not run here. What Filebeat does to a line is done by hand, as its documentation says.
"""

import json
import re
from datetime import datetime
from pathlib import Path

import yaml

LINES = Path(__file__).resolve().parent / "lines.jsonl"
WHOLE = {"byte": 2**7, "short": 2**15, "integer": 2**31, "long": 2**63}


def wellformed(root, _tools):
    problems = []
    for path in sorted((root / "elk").rglob("*.json")):
        try:
            json.loads(path.read_text())
        except ValueError as error:
            problems.append(f"{path.relative_to(root)}: {error}")
    for path in sorted((root / "elk").rglob("*.yml")):
        try:
            yaml.safe_load(path.read_text())
        except yaml.YAMLError as error:
            problems.append(f"{path.relative_to(root)}: {error}")
    pipeline = re.sub(r'"[^"]*"|#[^\n]*|/\^[^/]*/', "", (root / "elk/logstash/inviter.conf").read_text())
    if pipeline.count("{") != pipeline.count("}") or re.findall(r"^(\w+) \{", pipeline, re.M) != ["input", "filter", "output"]:
        problems.append("elk/logstash/inviter.conf: its blocks do not close")
    return problems


def agreed(root, _tools):
    """The names that have to be the same in several files are."""
    setup = (root / "elk/setup.sh").read_text()
    template = json.loads((root / "elk/elasticsearch/index-template.json").read_text())
    policy = json.loads((root / "elk/elasticsearch/ilm-policy.json").read_text())
    stream = template["index_patterns"][0]
    problems = []
    if f'index => "{stream}"' not in (root / "elk/logstash/inviter.conf").read_text():
        problems.append(f"Logstash does not write to {stream}")
    if json.loads((root / "elk/kibana/data-view.json").read_text())["data_view"]["title"] != stream:
        problems.append("the view of Kibana shows something else")
    for path in (f"_ilm/policy/{template['template']['settings']['index.lifecycle.name']}\"", "_index_template/inviter-logs\""):
        if path not in setup:
            problems.append(f"setup.sh does not make {path}")
    if policy["policy"]["phases"]["delete"]["min_age"] != "30d":
        problems.append("logs are not kept for 30 days")
    return problems


def shipped(line):
    """A line of a container's log file as Filebeat and Logstash make it: None where it is not passed on."""
    entry = json.loads(line)
    match = re.match(r"inviter-(?P<service>.+)", entry.get("attrs", {}).get("tag", ""))
    if not match:
        return None
    event = {"@timestamp": entry["time"], "service": match["service"], "stream": entry["stream"], "message": entry["log"].rstrip("\n")}
    if event["stream"] == "stdout" and re.match(r"(app|guard|backup|migrate)-", event["service"]):
        return None
    try:
        fields = json.loads(event["message"])
    except ValueError:
        fields = None
    if isinstance(fields, dict):
        del event["message"]
        event["@timestamp"] = fields.pop("timestamp", None) or fields.pop("ts", None) or event["@timestamp"]
        event["inviter"] = fields
    return event


def misfit(event, properties, where=""):
    """What Elasticsearch would refuse, or keep without a way to search for it."""
    for name, value in event.items():
        kind = properties.get(name)
        if kind is None:
            yield f"{where}{name} is not in the mapping"
        elif "properties" in kind:
            if isinstance(value, dict):
                yield from misfit(value, kind["properties"], f"{where}{name}.")
            else:
                yield f"{where}{name} should be an object"
        elif value is not None and not fits(value, kind["type"]):
            yield f"{where}{name} is no {kind['type']}: {value!r}"


def fits(value, kind):
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("keyword", "text"):
        return not isinstance(value, (dict, list))
    if kind == "date":
        try:
            return bool(datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", value).replace("Z", "+00:00")))
        except (TypeError, ValueError):
            return False
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    return kind == "double" or (number.is_integer() and abs(number) < WHOLE[kind])


def mapped(root, _tools, lines=None):
    template = json.loads((root / "elk/elasticsearch/index-template.json").read_text())
    properties = template["template"]["mappings"]["properties"]
    problems, services = set(), set()
    for line in (lines or LINES.read_text()).splitlines():
        event = shipped(line)
        if event:
            services.add(re.sub(r"-\d+", "", event["service"]))
            problems |= {f"{event['service']}: {problem}" for problem in misfit(event, properties)}
    problems |= {f"no line of {name} among those that were recorded" for name in {"app", "guard", "nginx"} - services}
    if any("set-up" in line and shipped(line) for line in (lines or LINES.read_text()).splitlines()):
        problems.add("the link that lets the first owner in would be passed on")
    return sorted(problems)
