"""Runbooks: one for each alert, with what a tired person needs, and with commands that exist."""

import re

import yaml

from . import promql, rules

SECTIONS = ["What it means", "How urgent", "Look here", "Do this", "Afterwards"]
FOLDER = "docs/operate/runbooks"
COMPOSE = {"exec", "logs", "ps", "restart", "run", "stats", "stop", "up"}
VERBS = {"docker", "k8s", "status", "rollback", "backup", "restore", "scale", "doctor", "logs"}


def pages(root):
    return {path.stem: path.read_text() for path in sorted((root / FOLDER).glob("*.md")) if path.stem != "index"}


def complete(root, _tools):
    books, alerts = pages(root), rules.alerts(root)
    problems = [f"{name}: no {FOLDER}/{name}.md" for name in sorted(set(alerts) - set(books))]
    problems += [f"{FOLDER}/{name}.md: no such alert" for name in sorted(set(books) - set(alerts))]
    index = (root / FOLDER / "index.md").read_text()
    for name, text in books.items():
        headings = re.findall(r"^## (.+)$", text, re.M)
        if headings != SECTIONS:
            problems.append(f"{name}.md: its sections are {headings}")
        for heading, body in zip(headings, re.split(r"^## .+$", text, flags=re.M)[1:]):
            if not body.strip():
                problems.append(f"{name}.md: nothing under {heading}")
        severity = alerts.get(name, {}).get("labels", {}).get("severity")
        if f"`{severity}`" not in text:
            problems.append(f"{name}.md: does not say that it is a {severity}")
        if f"| [{name}]({name}.md) | {severity} |" not in index:
            problems.append(f"index.md: {name} is missing, or has another severity")
    return problems


def linked(root, _tools):
    problems = []
    for path in sorted((root / FOLDER).glob("*.md")) + [root / "docs/operate/monitoring.md", root / "docs/operate/incident.md"]:
        for link in re.findall(r"\]\(([^)#:]+\.md)[^)]*\)", path.read_text()):
            if not (path.parent / link).resolve().exists():
                problems.append(f"{path.name}: {link} does not exist")
    return problems


def commands(root, _tools):
    """What a page tells to type exists: subcommands of inviter, verbs of deploy.sh, services of compose."""
    known = set(re.findall(r"^## `inviter ?([a-z -]*)`", (root / "docs/reference/cli.md").read_text(), re.M))
    compose = root / "docker-compose.prod.yml"
    services = set(yaml.safe_load(compose.read_text())["services"]) if compose.exists() else None
    problems = []
    for name, text in pages(root).items():
        for words in re.findall(r"\binviter ((?:[a-z][a-z-]+ ?)+)", "\n".join(code(text))):
            parts = words.split()
            group = len(parts) > 1 and any(one.startswith(f"{parts[0]} ") for one in known)
            if " ".join(parts[: 2 if group else 1]) not in known:
                problems.append(f"{name}.md: `inviter {words.strip()}` is no command")
        for verb in re.findall(r"scripts/deploy\.sh (\S+)", text):
            if verb.strip("`.,;)") not in VERBS:
                problems.append(f"{name}.md: deploy.sh has no {verb}")
        for verb, rest in re.findall(r"docker compose -f docker-compose\.prod\.yml ([a-z]+)([^`|\n]*)", text):
            if verb not in COMPOSE:
                problems.append(f"{name}.md: docker compose has no {verb}")
            for service in named(verb, rest.split()):
                if services and service.replace("-N", "-1") not in services:
                    problems.append(f"{name}.md: compose has no {service}")
    return problems


def named(verb, words):
    """The services in the words after the verb: all of them, or the first one where a command follows it."""
    services, skip = [], False
    for word in words:
        if skip or word.startswith("-"):
            skip = word == "--tail"
        else:
            services.append(word.strip(")"))
    return services[:1] if verb in {"exec", "run"} else services


def code(text):
    """What is to be typed: blocks of code, and code in a sentence."""
    return re.findall(r"```sh\n(.*?)```", text, re.S) + re.findall(r"`([^`\n]+)`", text)


def queries(root):
    for name, text in pages(root).items():
        for expression in re.findall(r"promtool query instant http://localhost:9090 '([^']+)'", text):
            yield f"{name}.md", expression


def asked(root, known):
    return [f"{page}: nobody exports {metric}" for page, expression in queries(root) for metric in sorted(promql.metrics(expression) - known)]
