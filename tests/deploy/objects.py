"""What is asked of the objects one by one and of how they fit together."""

import re
from fractions import Fraction

from rendering import OPTIONAL, containers, label, matches

# Probes by which a pod may be restarted must not ask for anything outside of it.
ASKS_OTHERS = ("/api/health", "/api/ready")
UNITS = {"m": Fraction(1, 1000), "": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def probes(objects):
    faults = []
    for _, name, template in objects.serving():
        for container in template["spec"]["containers"]:
            faults += [f"{name}: container {container['name']}: {fault}" for fault in probe_faults(container)]
    inviter = objects.named("StatefulSet", "inviter")
    if inviter is None:
        return [*faults, "there is no StatefulSet inviter"]
    container = inviter["spec"]["template"]["spec"]["containers"][0]
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/api/ready")):
        found = (container.get(probe) or {}).get("httpGet", {}).get("path")
        if found != path:
            faults.append(f"StatefulSet inviter: {probe} asks {found}, not {path}")
    return faults


def probe_faults(container):
    live, ready = container.get("livenessProbe"), container.get("readinessProbe")
    # The guard is no service that anybody is led to; its metrics are asked pod by pod.
    wanted = ["livenessProbe"] if container["name"] == "guard" else ["livenessProbe", "readinessProbe", "startupProbe"]
    faults = [f"no {probe}" for probe in wanted if not container.get(probe)]
    if live and live.get("httpGet", {}).get("path") in ASKS_OTHERS:
        faults.append(f"is restarted when {live['httpGet']['path']} says no, which it may for the sake of another")
    if live and live.get("periodSeconds", 10) * live.get("failureThreshold", 3) < 30:
        faults.append("is restarted after less than half a minute")
    words = " ".join((ready or {}).get("exec", {}).get("command", []))
    if re.search(r"\bmysql\b", words) and not re.search(r"MYSQL_PWD=|--defaults-(extra-)?file", words):
        faults.append("readiness asks MySQL without a password: the answer is always no")
    return faults


def stopping(objects, toml):
    faults, server = [], toml["server"]
    needed = {"inviter": seconds(server["drain_delay"]) + seconds(server["shutdown_timeout"]) + 10, "mysql": 60, "inviter-backup": 30}
    for _, name, template in objects.serving():
        least = needed.get(name.split()[1], 0)
        if template["spec"].get("terminationGracePeriodSeconds", 30) < least:
            faults.append(f"{name} is given less than {least} s to end")
    return faults


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


def disks(objects, toml):
    """What must outlive a pod has a disk of its own, and one for each pod."""
    faults = []
    for name, path in (("inviter", toml["data_dir"]), ("mysql", "/var/lib/inviter-mysql"), ("inviter-backup", "/var/backups/inviter")):
        one = objects.named("StatefulSet", name) or objects.named("Deployment", name)
        if one is None:
            continue
        claims = {claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", [])}
        mounts = {mount["mountPath"]: mount["name"] for mount in one["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]}
        if mounts.get(path) not in claims:
            faults.append(f"{label(one)} keeps {path} on no disk of its own: what is there goes with the pod")
        if one["spec"].get("persistentVolumeClaimRetentionPolicy") != {"whenDeleted": "Retain", "whenScaled": "Retain"}:
            faults.append(f"{label(one)} does not say that its disks are kept")
    return faults


def spread(objects):
    faults = []
    for one, name, template in objects.serving():
        if one["kind"] != "StatefulSet" or (one["spec"].get("replicas", 3) < 2):
            continue
        pod, labels = template["spec"], template["metadata"]["labels"]
        rules = [rule for rule in pod.get("topologySpreadConstraints", []) if matches(rule["labelSelector"], labels)]
        hard = any(rule["topologyKey"] == "kubernetes.io/hostname" and rule["whenUnsatisfiable"] == "DoNotSchedule" for rule in rules)
        apart = (pod.get("affinity") or {}).get("podAntiAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution", [])
        hard = hard or any(rule["topologyKey"] == "kubernetes.io/hostname" and matches(rule["labelSelector"], labels) for rule in apart)
        if not hard:
            faults.append(f"{name}: all of it may be on one machine")
        if not any(rule["topologyKey"] == "topology.kubernetes.io/zone" for rule in rules):
            faults.append(f"{name}: is not spread over zones")
    return faults


def disruption(objects):
    faults, budgets = [], objects.of("PodDisruptionBudget")
    for one, name, template in objects.serving():
        if one["kind"] == "Deployment" or one["spec"].get("replicas", 3) < 2:
            continue
        mine = [budget for budget in budgets if matches(budget["spec"]["selector"], template["metadata"]["labels"])]
        if len(mine) != 1:
            faults.append(f"{name} has {len(mine)} PodDisruptionBudgets")
        elif mine[0]["spec"].get("maxUnavailable") != 1:
            faults.append(f"{name}: a drained node may take more than one, or none, at a time")
    for budget in budgets:
        if not any(matches(budget["spec"]["selector"], template["metadata"]["labels"]) for _, _, template in objects.workloads()):
            faults.append(f"{label(budget)} is for nobody")
    return faults


def scaling(objects, toml, most):
    """The autoscaler: connections, damping, and who says how many."""
    one = objects.named("HorizontalPodAutoscaler", "inviter")
    if one is None:
        return ["there is no HorizontalPodAutoscaler"]
    spec, faults = one["spec"], []
    target = objects.named(spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"])
    if target is None:
        faults.append("it scales what is not there")
    elif "replicas" in target["spec"]:
        faults.append("replicas are in the StatefulSet as well: every apply would undo what the autoscaler decided")
    settings = objects.hashed("ConfigMap", "inviter-settings")["data"]
    readers = int(settings.get("INVITER_DATABASE__READERS", toml.get("database", {}).get("readers", 4)))
    connections = spec["maxReplicas"] * (readers + 5)
    if connections > 0.7 * most:
        faults.append(f"{spec['maxReplicas']} pods open {connections} connections to a member, more than 0.7 of its {most}")
    if spec["minReplicas"] < 3:
        faults.append("fewer than three may be left")
    kinds = {metric["type"]: metric[metric["type"].lower()] for metric in spec["metrics"]}
    resources = {metric["resource"]["name"] for metric in spec["metrics"] if metric["type"] == "Resource"}
    if resources != {"cpu"}:
        faults.append(f"looks at {sorted(resources)}, not at the CPU alone")
    if kinds.get("Pods", {}).get("metric", {}).get("name") != "inviter_http_requests_in_flight":
        faults.append("does not look at requests in flight")
    down, up = spec["behavior"]["scaleDown"], spec["behavior"]["scaleUp"]
    if down.get("stabilizationWindowSeconds", 300) < 300 or any(policy["type"] != "Pods" or policy["value"] > 1 for policy in down["policies"]):
        faults.append("goes down faster than one pod a minute after five minutes")
    if up.get("stabilizationWindowSeconds", 0) > 30:
        faults.append("goes up late")
    return faults


def quota(objects):
    """Everything at its largest fits into what the namespace may use."""
    hard = objects.of("ResourceQuota")[0]["spec"]["hard"]
    scaler = objects.named("HorizontalPodAutoscaler", "inviter")
    cpu = memory = pods = 0
    for one, name, template in objects.workloads():
        count = scaler["spec"]["maxReplicas"] if name == "StatefulSet inviter" else one["spec"].get("replicas", 1)
        pods += count
        for container in template["spec"]["containers"]:
            cpu += count * amount(container["resources"]["requests"]["cpu"])
            memory += count * amount(container["resources"]["limits"]["memory"])
    found = (("requests.cpu", cpu), ("limits.memory", memory), ("requests.memory", memory), ("pods", pods))
    return [f"the quota allows {hard[key]} of {key}, {float(value):.0f} are needed" for key, value in found if value > amount(hard[key])]


def amount(text):
    number, unit = re.fullmatch(r"([\d.]+)(\w*)", str(text)).groups()
    return Fraction(number) * UNITS[unit]


def secrets(objects):
    faults = []
    for one in objects.of("Secret"):
        data = (one.get("data") or {}) | (one.get("stringData") or {})
        if not data:
            faults.append(f"{label(one)} has nothing in it")
        faults += [f"{label(one)}: {key} is empty" for key, value in data.items() if not value and key not in OPTIONAL]
    return faults


def entrance(objects):
    """One way in, to the Service, by the host of the public address and with a certificate."""
    ways, faults = objects.of("Ingress", "HTTPRoute"), []
    url = objects.hashed("ConfigMap", "inviter-settings")["data"]["INVITER_SERVER__PUBLIC_URL"]
    host = url.split("/")[2]
    if not url.startswith("https://"):
        faults.append("the public address is not https")
    if len(ways) != 1:
        faults.append(f"there are {len(ways)} ways in")
    for way in ways:
        if way["metadata"].get("annotations"):
            faults.append(f"{label(way)} has annotations, which one controller knows and another does not")
        hosts = [rule.get("host") for rule in way["spec"].get("rules", [])] if way["kind"] == "Ingress" else way["spec"]["hostnames"]
        if hosts != [host]:
            faults.append(f"{label(way)} is for {hosts}, not for {host}")
        if way["kind"] == "Ingress" and [one["hosts"] for one in way["spec"].get("tls", [])] != [[host]]:
            faults.append(f"{label(way)} has no certificate for {host}")
    return faults + [f"{label(one)} is open to the outside" for one in objects.of("Service") if one["spec"].get("type", "ClusterIP") != "ClusterIP"]


def space(objects):
    found = objects.of("Namespace")
    if [one["metadata"]["name"] for one in found] != ["inspi-ai"]:
        return ["the namespace is not inspi-ai"]
    faults = [] if found[0]["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") == "restricted" else ["`restricted` is not enforced"]
    cluster = ("Namespace", "ClusterRole", "ClusterRoleBinding")
    faults += [f"{label(one)} is in no namespace of ours" for one in objects.all if one["kind"] not in cluster and one["metadata"].get("namespace") != "inspi-ai"]
    return faults + [f"{label(one)}: nobody here needs rights" for one in objects.all if one["kind"] in ("Role", "RoleBinding", *cluster[1:])]


def migration(objects):
    """A step of its own: not retried blindly, not for ever, by an account of its own."""
    job = objects.named("Job", "inviter-migrate")
    if job is None:
        return ["there is no Job inviter-migrate"]
    spec, faults = job["spec"], []
    if spec.get("backoffLimit") != 0 or "activeDeadlineSeconds" not in spec:
        faults.append("it is tried again, or for ever")
    env = {one["name"]: one.get("value") for one in spec["template"]["spec"]["containers"][0]["env"]}
    if env.get("INVITER_DATABASE__URL_FILE") != "/run/secrets/database_url_migrator":
        faults.append("it does not use the account for the schema")
    for one, name, template in objects.serving():
        if any("migrate" in container.get("args", []) for container in containers(template["spec"])):
            faults.append(f"{name} migrates, too")
    return faults
