#!/usr/bin/env python3
"""Makes the dashboards of Grafana out of boards.py.

    grafana/make.py            writes grafana/dashboards/*.json
    grafana/make.py --check    changes nothing; exits with 1 where a file is not what would be written
"""

import json
import sys
from pathlib import Path

from boards import BOARDS

HERE = Path(__file__).resolve().parent
WIDTH = 24
SOURCE = {"type": "prometheus", "uid": "prometheus"}


def targets(panel):
    return [
        {
            "refId": chr(ord("A") + at),
            "datasource": SOURCE,
            "expr": expr,
            "legendFormat": legend,
            "instant": panel["kind"] != "timeseries",
            "range": panel["kind"] == "timeseries",
            **({"format": "table"} if panel["kind"] == "table" else {}),
        }
        for at, (expr, legend) in enumerate(panel["queries"])
    ]


def thresholds(panel):
    """Green below the first bound, then amber, then red; the other way round where less is worse."""
    bounds = panel.get("bounds")
    if not bounds:
        return {"mode": "absolute", "steps": [{"color": "green", "value": None}]}
    colours = ["green", "orange", "red"]
    if bounds[0] > bounds[1]:
        bounds, colours = bounds[::-1], colours[::-1]
    steps = [{"color": colours[0], "value": None}]
    steps += [{"color": colour, "value": bound} for colour, bound in zip(colours[1:], bounds)]
    return {"mode": "absolute", "steps": steps}


def rendered(panel, number, place):
    body = {
        "id": number,
        "title": panel["title"],
        "description": panel["help"],
        "type": panel["kind"],
        "datasource": SOURCE,
        "gridPos": place,
        "targets": targets(panel),
        "fieldConfig": {"defaults": {"unit": panel["unit"], "thresholds": thresholds(panel)}, "overrides": []},
        "options": {},
    }
    defaults = body["fieldConfig"]["defaults"]
    if panel["unit"] == "percentunit":
        defaults["min"] = 0
    if panel["kind"] == "timeseries":
        defaults["custom"] = {"lineWidth": 1, "fillOpacity": 10, "showPoints": "never", "spanNulls": 60000}
        body["options"] = {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
    elif panel["kind"] == "stat":
        body["options"] = {"colorMode": "value", "graphMode": "none", "reduceOptions": {"calcs": ["lastNotNull"]}}
    return body


def placed(panels):
    """Panels from left to right, and on to the next row where one does not fit any more."""
    x = y = row = 0
    for number, panel in enumerate(panels, 1):
        width, height = (6, 4) if panel["kind"] == "stat" else (12, 8)
        if x + width > WIDTH:
            x, y, row = 0, y + row, 0
        yield rendered(panel, number, {"x": x, "y": y, "w": width, "h": height})
        x, row = x + width, max(row, height)


def text(name, board):
    """A panel a line: a change shows in the diff as the panel that it is."""
    head = {
        "uid": f"inviter-{name}",
        "title": board["title"],
        "tags": ["inviter"],
        "timezone": "browser",
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": board.get("since", "now-3h"), "to": "now"},
        "links": [{"type": "dashboards", "tags": ["inviter"], "title": "Inviter", "asDropdown": True, "includeVars": False, "keepTime": True}],
        "annotations": {"list": []},
        "templating": {"list": []},
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    panels = ",\n".join("  " + json.dumps(panel) for panel in placed(board["panels"]))
    return "{\n" + "\n".join(lines) + '\n "panels": [\n' + panels + "\n ]\n}\n"


def main(check):
    wrong = []
    made = {f"{name}.json": text(name, board) for name, board in BOARDS.items()}
    folder = HERE / "dashboards"
    for name, wanted in made.items():
        path = folder / name
        if check:
            wrong += [name] if not path.exists() or path.read_text() != wanted else []
        else:
            path.write_text(wanted)
    wrong += [path.name for path in folder.glob("*.json") if path.name not in made]
    for name in wrong:
        print(f"grafana/dashboards/{name} is not what grafana/make.py makes", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
