#!/usr/bin/env python3
"""Looks at docker-compose.prod.yml as `docker compose config` gives it with .env.production, all profiles: one line for each check, and
exit status 1 where one fails.

    tests/deploy/compose.py [FILE]      another compose file
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What is not asked of a service, with the reason.
NO_HEALTH = {
    "migrate": "ends", "redis-init": "ends", "elk-setup": "ends",
    "mysqld-exporter": "its image may have nothing to ask with; Prometheus asks it", "redis-exporter": "the same",
    "nginx-exporter": "the same", "blackbox-exporter": "the same", "node-exporter": "the same",
}
ENDS = {"migrate", "redis-init", "elk-setup"}
HOST_PIDS = {"node-exporter": "counts the processes of the machine"}
WRITES = {one: "its image writes into its own installation at the start" for one in ("elasticsearch", "logstash", "kibana", "filebeat", "elk-setup")}
AS_ROOT = {"filebeat": "the log files of containers belong to root; of root's rights it has that to read"}
HOST_ROOT = {"node-exporter": "reads how full the machine's disks are", "filebeat": "reads the log files of containers"}
PUBLIC = {("nginx", 80), ("nginx", 443)}
LOCAL = {("prometheus", 9090), ("alertmanager", 9093), ("grafana", 3001), ("kibana", 5601)}


def rendered(*paths):
    """The services of these files, the later on top, with every anchor and variable put in. The caller's own environment is kept out."""
    words = ["docker", "compose", "--project-directory", str(ROOT), "--env-file", str(ROOT / ".env.production"), "--profile", "*"]
    words += [word for path in paths for word in ("--file", str(path))] + ["config", "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home())})
    if done.returncode:
        raise ValueError(done.stderr.strip())
    return json.loads(done.stdout)


def ports(stack):
    faults, found = [], set()
    for name, service in stack["services"].items():
        for port in service.get("ports", []):
            where, number = port.get("host_ip", "0.0.0.0"), int(port["published"])
            found.add((name, number))
            if where != "127.0.0.1" and (name, number) not in PUBLIC:
                faults.append(f"{name} is open to the world on {number}")
            if where == "127.0.0.1" and (name, number) not in LOCAL:
                faults.append(f"{name} publishes {number}, which nobody asked for")
        if service.get("network_mode") == "host":
            faults.append(f"{name} is on the network of the machine")
    return faults + [f"{name} does not publish {number}" for name, number in sorted((PUBLIC | LOCAL) - found) if name in stack["services"]]


def limits(stack):
    faults = []
    for name, service in stack["services"].items():
        options = (service.get("logging") or {}).get("options", {})
        wrong = [
            (not service.get("mem_limit"), "has no limit of memory"),
            (not service.get("pids_limit"), "has no limit of processes"),
            ("max-size" not in options or "max-file" not in options, "never rotates its log"),
            (service.get("restart") not in ("unless-stopped", "always") and name not in ENDS, "is not started again"),
        ]
        faults += [f"{name} {words}" for bad, words in wrong if bad]
    return faults


def closed(stack):
    faults = []
    for name, service in stack["services"].items():
        security = [one.replace("=", ":") for one in service.get("security_opt", [])]
        sources = [mount.get("source", "") for mount in service.get("volumes", []) if mount["type"] == "bind"]
        wrong = [
            (service.get("privileged"), "is privileged"),
            (service.get("cap_drop") != ["ALL"], "keeps capabilities"),
            (set(service.get("cap_add") or []) - {"NET_BIND_SERVICE"} - ({"DAC_READ_SEARCH"} if name in AS_ROOT else set()), "adds capabilities"),
            (not {"no-new-privileges:true", "no-new-privileges"} & set(security), "may gain privileges"),
            (service.get("read_only") is not True and name not in WRITES, "writes to its root"),
            (str(service.get("user", "")).split(":")[0] in ("0", "root") and name not in AS_ROOT, "runs as root"),
            (service.get("pid") and name not in HOST_PIDS, "sees the processes of others"),
            (any("docker.sock" in source for source in sources), "has the socket of Docker"),
            ("/" in sources and name not in HOST_ROOT, "has the machine's root"),
            (bool(re.search(r":latest$|^[^:@]+$", service["image"].rsplit("/", 1)[-1])), f"has the image {service['image']}, without a version"),
            (service.get("container_name") and (service.get("deploy") or {}).get("replicas", 1) > 1, "has one name for several containers"),
        ]
        faults += [f"{name} {words}" for bad, words in wrong if bad]
    return faults


def ending(stack):
    server = tomllib.loads((ROOT / "config/production.toml").read_text())["server"]
    app = sum(int(server[key].rstrip("s")) for key in ("drain_delay", "shutdown_timeout"))
    faults = []
    for name, service in stack["services"].items():
        least = 60 if name.startswith("mysql-") else app if name.startswith("app-") else 0
        if span(service.get("stop_grace_period", "10s")) < least:
            faults.append(f"{name} is given less than {least} s to end")
    return faults


def span(text):
    return sum(int(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in re.findall(r"(\d+)([hms])(?!s)", text))


def health(stack):
    own = set(re.findall(r"^FROM .* AS (\w+)\n(?:(?!^FROM).*\n)*?HEALTHCHECK", (ROOT / "Dockerfile").read_text(), re.M))
    faults = []
    for name, service in stack["services"].items():
        check = service.get("healthcheck") or {}
        if name in NO_HEALTH or (service.get("build", {}).get("target") in own and not check):
            continue
        test = " ".join(check.get("test", []))
        if not test or check.get("disable"):
            faults.append(f"{name} is never asked whether it is well")
        if "curl" in test and "-f" in test and "-L" not in test:
            faults.append(f"{name} is well whatever it answers: curl -f takes a redirect for success")
    return faults


def secrets(stack):
    faults = []
    for name, service in stack["services"].items():
        for key, value in (service.get("environment") or {}).items():
            hidden = re.search(r"PASSWORD|SECRET|TOKEN|PRIVATE|_KEY", key) and not re.search(r"_FILE$", key)
            if value and (hidden or re.search(r"://[^/\s:]+:[^/\s@]+@", value)):
                faults.append(f"{name} has {key} in its environment")
        words = " ".join(map(str, [*(service.get("command") or []), *(service.get("entrypoint") or [])]))
        if re.search(r"--(require)?pass(word)?[= ](?!\S*(file|/run/))|-p\S+@", words):
            faults.append(f"{name} has a password in its command line")
        for one in service.get("secrets", []):
            if one["source"] not in stack.get("secrets", {}):
                faults.append(f"{name} wants the secret {one['source']}, which there is not")
    return faults + [f"the secret {name} is no file in ./secrets" for name, one in stack.get("secrets", {}).items()
                     if not str(one.get("file", "")).startswith(str(ROOT / "secrets"))]


def networks(stack):
    faults = []
    if not (stack["networks"].get("data") or {}).get("internal"):
        faults.append("the network `data` reaches the world")
    for name, service in stack["services"].items():
        on = set(service.get("networks") or ["default"])
        stores = name.startswith(("mysql-", "redis-", "sentinel-"))
        if stores and "edge" in on:
            faults.append(f"{name} is on the network of nginx")
        if name == "nginx" and "data" in on:
            faults.append("nginx reaches the databases")
        if "default" in on:
            faults.append(f"{name} is on no network of ours")
    return faults + lookups(stack["services"])


def lookups(services):
    """Whoever speaks to the members of the group knows their addresses: the name of a dead container is asked of the world, and waited for."""
    members = {name: ((one.get("networks") or {}).get("data") or {}).get("ipv4_address") for name, one in services.items() if name.startswith("mysql-")}
    known = {f"{name}={address}" for name, address in members.items()}
    return [f"{name} asks where the members of the group are" for name, one in services.items()
            if name.startswith(("mysql-", "guard-", "app-")) and not known <= set(one.get("extra_hosts") or [])]


def mounts(stack):
    """What is mounted out of the repository is there: Docker would make an empty folder in its place."""
    faults = []
    for name, service in stack["services"].items():
        for mount in service.get("volumes", []):
            source = mount.get("source", "")
            inside = source.startswith(str(ROOT) + "/") and not source.startswith(str(ROOT / "secrets"))
            if mount["type"] == "bind" and inside and not Path(source).exists():
                faults.append(f"{name} mounts {Path(source).relative_to(ROOT)}, which there is not")
            if mount["type"] == "bind" and not mount.get("read_only"):
                faults.append(f"{name} may write to {source}")
    return faults


def settings(stack):
    """What is told to the members and to those who look for them is the same."""
    members = {service["environment"]["MEMBERS"] for name, service in stack["services"].items() if re.fullmatch(r"mysql-\d", name)}
    seen = {service["environment"]["INVITER_MYSQL_GUARD__MEMBERS"] for name, service in stack["services"].items() if name.startswith("guard-")}
    told = ",".join(tomllib.loads((ROOT / "config/production.toml").read_text())["database"]["members"])
    faults = [] if {one.replace(" ", ",") for one in members} == seen == {told} else [f"members differ: {members}, {seen}, {told}"]
    names = {member.split(":")[0] for member in told.split(",")}
    return faults + [f"{name} is a member and no service" for name in sorted(names - stack["services"].keys())]


CHECKS = {
    "only 80 and 443 are open, what people look at is on 127.0.0.1": ports,
    "every service has limits, rotates its log and is started again": limits,
    "every service is closed: no rights, no writing, no socket, a version": closed,
    "services are given the time to end": ending,
    "services are asked whether they are well": health,
    "no secret is in an environment or a command line": secrets,
    "stores are out of reach": networks,
    "what is mounted is there, and cannot be written to": mounts,
    "members are the same for everybody": settings,
}


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docker-compose.prod.yml"
    try:
        stack = rendered(path)
    except ValueError as error:
        print(f"FAILED docker compose takes it\n         {error}")
        return 1
    failed = False
    print("ok     docker compose takes it")
    for name, check in CHECKS.items():
        faults = check(stack)
        failed |= bool(faults)
        print(f"{'FAILED' if faults else 'ok':7}{name}", *(f"\n         {fault}" for fault in faults), sep="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
