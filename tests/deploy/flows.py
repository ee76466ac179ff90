"""Who may talk to whom: the NetworkPolicies against a list of what is needed."""

from rendering import matches

# Pods by app.kubernetes.io/name; others: ingress controller, Prometheus, DNS, the world, a database outside, MOCO's controller.
OUTSIDE = {
    "entrance": ({"inviter/entrance": "allowed"}, {}),
    "prometheus": ({"inviter/monitoring": "allowed"}, {}),
    "moco": ({"inviter/moco": "allowed"}, {}),
    "dns": ({"kubernetes.io/metadata.name": "kube-system"}, {"k8s-app": "kube-dns"}),
    "a stranger": ({"kubernetes.io/metadata.name": "default"}, {}),
}
ADDRESSES = {"world": "93.184.216.34", "database": "10.20.30.40", "metadata service": "169.254.169.254", "neighbour": "10.9.9.9"}

# What each pod needs, where the other one is there as well.
NEEDED = {
    ("entrance", "inviter", 3000), ("prometheus", "inviter", 3000),
    ("inviter", "world", 443), ("inviter", "world", 465), ("inviter", "world", 587),
    ("inviter", "mysql", 3306), ("inviter-migrate", "mysql", 3306), ("inviter-backup", "mysql", 3306), ("mysqld-exporter", "mysql", 3306),
    ("mysql", "mysql", 3306), ("mysql", "mysql", 23306), ("prometheus", "mysql", 9104),
    ("inviter", "redis", 6379), ("redis-form", "redis", 6379), ("redis-exporter", "redis", 6379),
    ("redis", "redis", 6379), ("redis", "redis", 16379),
    ("prometheus", "inviter-backup", 9105), ("prometheus", "mysqld-exporter", 9104), ("prometheus", "redis-exporter", 9121),
}
# Where MySQL is looked after by MOCO there are no guards and no port of a group; where it is outside, there is another address.
MOCO = {("mysql", "mysql", 23306): False, ("prometheus", "mysql", 8080): True,
        ("moco", "mysql", 3306): True, ("moco", "mysql", 33062): True, ("moco", "mysql", 9080): True}
MANAGED = {("inviter", "database", 3306), ("inviter-migrate", "database", 3306)}


def needed(objects):
    names = {name(template) for _, _, template in objects.workloads()}
    wanted = set(NEEDED)
    if objects.of("MySQLCluster"):
        wanted |= {flow for flow, there in MOCO.items() if there}
        wanted -= {flow for flow, there in MOCO.items() if not there}
    elif "mysql" not in names:
        wanted |= MANAGED
    if not any(one["spec"]["replicas"] > 1 for one in objects.of("StatefulSet") if one["metadata"]["name"] == "redis"):
        wanted -= {("redis", "redis", 6379), ("redis", "redis", 16379)}
    here = names | set(OUTSIDE) | set(ADDRESSES)
    return {flow for flow in wanted if flow[0] in here and flow[1] in here}


def name(template):
    return template["metadata"]["labels"]["app.kubernetes.io/name"]


def flows(objects):
    """Faults: a needed flow that not exactly one rule on each side allows, and any other flow that is allowed at all."""
    policies = objects.of("NetworkPolicy")
    pods = {name(template): template["metadata"]["labels"] for _, _, template in objects.workloads()}
    ports = sorted({port for policy in policies for rule in rules(policy) for port in numbers(rule)} | {22, 80, 8080})
    wanted, faults = needed(objects), []
    for source in [*pods, *OUTSIDE, *ADDRESSES]:
        for target in [*pods, *OUTSIDE, *ADDRESSES]:
            if source not in pods and target not in pods:
                continue
            for port in ports:
                out = allowing(policies, pods, source, target, port, "egress") if source in pods else 1
                into = allowing(policies, pods, target, source, port, "ingress") if target in pods else 1
                faults += judge((source, target, port), out, into, wanted)
    for pod in pods:
        faults += [f"{pod} has no rule that closes {way}" for way in ("Ingress", "Egress") if not closed(policies, pods[pod], way)]
    return faults


def judge(flow, out, into, wanted):
    words = "{} to {} on {}".format(*flow)
    if flow in wanted or (flow[1] == "dns" and flow[2] == 53):
        if (out, into) != (1, 1):
            return [f"{words} is needed, and {out} rules let it out, {into} rules let it in"]
    elif out and into:
        return [f"{words} is allowed, and nobody needs it"]
    return []


def rules(policy):
    return (policy["spec"].get("ingress") or []) + (policy["spec"].get("egress") or [])


def numbers(rule):
    return {port["port"] for port in rule.get("ports", [])}


def closed(policies, labels, way):
    return any(way in policy["spec"]["policyTypes"] and matches(policy["spec"]["podSelector"], labels) for policy in policies)


def allowing(policies, pods, pod, other, port, way):
    """How many rules of this pod let the other one through. Without a policy everybody is let through."""
    mine = [policy for policy in policies if way.capitalize() in policy["spec"]["policyTypes"] and matches(policy["spec"]["podSelector"], pods[pod])]
    if not mine:
        return 1
    peers = "from" if way == "ingress" else "to"
    found = 0
    for policy in mine:
        for rule in policy["spec"].get(way) or []:
            if (not rule.get("ports") or port in numbers(rule)) and (not rule.get(peers) or any(fits(peer, other, pods) for peer in rule[peers])):
                found += 1
    return found


def fits(peer, other, pods):
    if "ipBlock" in peer:
        return other in ADDRESSES and within(ADDRESSES[other], peer["ipBlock"])
    if other in ADDRESSES:
        return False
    space, labels = OUTSIDE[other] if other in OUTSIDE else (None, pods[other])
    if "namespaceSelector" in peer:
        # Our own namespace has none of the labels by which the others are known.
        if not matches(peer["namespaceSelector"], space if space is not None else {"kubernetes.io/metadata.name": "inspi-ai"}):
            return False
    elif space is not None:
        return False
    return matches(peer.get("podSelector", {}), labels)


def within(address, block):
    from ipaddress import ip_address, ip_network

    one = ip_address(address)
    return one in ip_network(block["cidr"]) and not any(one in ip_network(net) for net in block.get("except", []))
