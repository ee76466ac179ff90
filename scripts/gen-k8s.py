#!/usr/bin/env python3
"""Writes what k8s/ has from elsewhere: kustomize reads no file outside of its own folders.

    scripts/gen-k8s.py           write
    scripts/gen-k8s.py --check   say what is not as it would be written, and exit with 1 if anything is

production.toml comes from config/, the files of a Redis node from config/redis/, the rules from prometheus/rules/.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
K8S = HERE / "k8s"
MADE = "# Made by scripts/gen-k8s.py of {}: change it there.\n"
# Nobody in the namespace scrapes these: nginx is the cluster's own entrance, hosts and Prometheus itself are watched by whoever runs them.
ELSEWHERE = {"edge.yml", "host.yml", "meta.yml"}
# Rules that go with what they are about: others would be told for ever that it is not there.
WITH = {"backup.yml": "monitoring-mysql", "redis.yml": "monitoring-redis"}


def indented(text, by):
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


def config_map():
    """The file with production.toml in the place of what is there."""
    path = K8S / "base/configmap.yaml"
    before, rest = path.read_text().split("  production.toml: |\n")
    after = rest[rest.index("---\n"):]
    return path, before + "  production.toml: |\n" + indented((HERE / "config/production.toml").read_text(), 4) + after


def redis():
    for name in ("cluster.conf", "cluster.sh"):
        source = HERE / "config/redis" / name
        yield K8S / "components/redis-cluster" / name, after_interpreter(source.read_text(), MADE.format(f"config/redis/{name}"))
    source = HERE / "config/redis/server.conf"
    yield K8S / "components/redis-single/server.conf", MADE.format("config/redis/server.conf") + source.read_text()


def after_interpreter(text, line):
    first, rest = text.split("\n", 1)
    return f"{first}\n{line}{rest}" if first.startswith("#!") else line + text


def rules():
    """Each file of rules as an object of its own, as the Prometheus operator wants them."""
    lists = {}
    for source in sorted((HERE / "prometheus/rules").glob("*.yml")):
        if source.name in ELSEWHERE:
            continue
        text = source.read_text()
        head = MADE.format(f"prometheus/rules/{source.name}") + (
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n"
            f"  name: inviter-{source.stem}\n  labels:\n    app.kubernetes.io/part-of: inviter\nspec:\n")
        folder = K8S / "components" / WITH.get(source.name, "monitoring") / "rules"
        lists.setdefault(folder, []).append(f"  - {source.stem}.yaml\n")
        yield folder / f"{source.stem}.yaml", head + indented(text[text.index("groups:\n"):], 2)
    for folder, names in lists.items():
        yield (folder / "kustomization.yaml", MADE.format("prometheus/rules")
               + "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n" + "".join(names))


def main():
    made = dict([config_map(), *redis(), *rules()])
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    stale += [path for path in (K8S / "components").glob("*/rules/*.yaml") if path not in made]
    for path in stale:
        if "--check" in sys.argv[1:]:
            print(f"{path.relative_to(HERE)} is not what scripts/gen-k8s.py would write")
        elif path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path])
        else:
            path.unlink()
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
