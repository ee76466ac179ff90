#!/usr/bin/env python3
"""A stand-in for kubectl: writes down its words and answers as a cluster would that is a folder.

CLUSTER is the folder: `words` is what was said, a line of JSON for each call; `input` what was last given to a command in a pod;
`objects` what is there; `faults` lines of what shall go wrong: `job NAME` fails, `image NAME:TAG` never becomes ready. REAL_KUBECTL
renders.
"""

import json
import os
import re
import sys
from pathlib import Path

HOME = Path(os.environ["CLUSTER"])
OBJECTS, FAULTS = HOME / "objects", HOME / "faults"


def objects(path):
    """Kind and name of each object of a file, with its text."""
    for text in re.split(r"^---$", Path(path).read_text(), flags=re.M):
        kind, name = re.search(r"^kind: (\S+)", text, re.M), re.search(r"^metadata:\n(?:^ .*\n)*?^  name: (\S+)", text, re.M)
        if kind:
            yield f"{kind[1]}/{name[1]}", text.strip()


def fails(what):
    return FAULTS.exists() and what in FAULTS.read_text().splitlines()


def ready(text):
    return not any(fails(f"image {image}") for image in re.findall(r"image: (\S+)", text))


def cannot(code, words):
    print(f"Error from server: {words}", file=sys.stderr)
    return code


def fixed(before, text):
    """Whether this is a Job that would have to change, which none can."""
    return before is not None and before != text and text.startswith("apiVersion: batch/")


def answer(words, there):
    verb, rest = words[0], words[1:]
    options = dict(zip(rest, rest[1:]))
    names = [word for word in rest if not word.startswith("-")]
    if verb == "diff":
        changed = [(name, text) for name, text in objects(options["--filename"]) if there.get(name) != text]
        if "Namespace/inspi-ai" not in there:
            return cannot(2, 'namespaces "inspi-ai" not found')
        if any(fixed(there.get(name), text) for name, text in changed):
            return cannot(2, "field is immutable")
        for name, _ in changed:
            print("diff -u -N /tmp/LIVE-1/x.{0} /tmp/MERGED-2/x.{0}".format(name.replace("/", ".inspi-ai.")))
        return 1 if changed else 0
    if verb == "apply":
        for name, text in objects(options["--filename"]):
            if fixed(there.get(name), text):
                return cannot(1, f"{name}: field is immutable")
            if name in there and there[name] != text:
                there[f"before {name}"] = there[name]
            there[name] = text
    elif verb == "delete":
        there.pop(f"Job/{names[1]}", None)
    elif verb == "get" and names[0] == "secrets":
        print(*(name.lower() for name in there if name.startswith("Secret/")), sep="\n")
    elif verb == "get" and "jsonpath" in options.get("--output", ""):
        if names[0] == "horizontalpodautoscaler":
            print(12)
        elif names[0] == "job":
            over = "1" if fails(f"job {names[1]}") and "failed" in options["--output"] else ""
            print("1" if not fails(f"job {names[1]}") else over)
    elif verb == "get" and "/" in names[0]:
        return 0 if names[0] in {name.lower() for name in there} else cannot(1, "not found")
    elif verb == "rollout":
        name = names[1].replace("statefulset", "StatefulSet")
        if names[0] == "undo":
            there[name], there[f"before {name}"] = there[f"before {name}"], there[name]
        return 0 if ready(there[name]) else 1
    elif verb == "exec" and "--stdin" in rest:
        (HOME / "input").write_text(sys.stdin.read())
    elif verb == "logs":
        print(f"what {names[0]} said")
    return 0


def main():
    words = sys.argv[1:]
    if words[:1] == ["--namespace"]:
        words = words[2:]
    with open(HOME / "words", "a") as file:
        print(json.dumps(words), file=file)
    if words[0] == "kustomize":
        os.execv(os.environ["REAL_KUBECTL"], ["kubectl", *words])
    there = json.loads(OBJECTS.read_text()) if OBJECTS.exists() else {}
    code = answer(words, there)
    OBJECTS.write_text(json.dumps(there))
    return code


if __name__ == "__main__":
    sys.exit(main())
