#!/usr/bin/env python3
"""The StatefulSet redis and the Job redis-form of the overlay production, run as six pods on Docker: the cluster forms, forming it again
changes nothing, and it is whole again after a pod, and after all pods, came back with other addresses.

    tests/deploy/k8s_redis.py

Images: redis:8, and INVITER_MYSQL_IMAGE (inviter-mysql:9.7) for what holds a pod's network. As root, with dockerd; needs PyYAML and kubectl.
"""

import sys
import time

from kubelet import certificates, run, say, wait
from rendering import ROOT

PODS = [f"redis-{number}" for number in range(6)]


def real_secrets(files):
    # As scripts/deploy.sh makes them: probes ask the server on its own machine.
    certificates(files, "redis", [f"{pod}.redis" for pod in PODS] + ["localhost"])
    accounts = (ROOT / "config/redis/accounts.conf").read_text()
    for name in ("redis_admin", "redis_exporter", "redis"):
        accounts = accounts.replace(f"@{name}@", f"word-{name.replace('_', '-')}")
    (files / "redis.conf").write_text(accounts)
    (files / "redis_admin").write_text("word-redis-admin\n")
    (files / "redis").write_text("word-redis\n")


class Cluster:
    def __init__(self, node):
        self.node, self.workload = node, node.objects.named("StatefulSet", "redis")

    def ready(self):
        return all(self.node.probe(self.workload, pod, "redis", "readinessProbe") for pod in PODS)

    def ask(self, pod, words):
        script = f'REDISCLI_AUTH=$(cat /run/secrets/redis_admin) redis-cli -c --tls --cacert /run/tls/ca.pem -h "$POD.redis" {words}'
        return self.node.execute(pod, "redis", "sh", "-c", script).stdout.strip()

    def whole(self):
        """Every node sees three masters with all slots and three replicas, all of them connected and at the addresses of today."""
        return all(self.sees(pod) for pod in PODS)

    def sees(self, pod):
        lines = [line.split() for line in self.ask(pod, "cluster nodes").splitlines()]
        roles = sorted("master" if "master" in line[2] else "slave" for line in lines if not {"fail", "fail?"} & set(line[2].split(",")))
        addresses = {line[1].split(":")[0] for line in lines}
        return (roles == ["master"] * 3 + ["slave"] * 3 and all(line[7] == "connected" for line in lines)
                and addresses == {self.node.running[one] for one in PODS} and "cluster_slots_ok:16384" in self.ask(pod, "cluster info"))

    def identities(self):
        """Who the nodes are. One that is just being met has a name made up for the moment."""
        lines = [line.split() for line in self.ask("redis-0", "cluster nodes").splitlines()]
        return {line[0] for line in lines if "handshake" not in line[2].split(",")}

    def form(self):
        job = self.node.objects.named("Job", "redis-form")
        self.node.remove("redis-form") if "redis-form" in self.node.running else None
        self.node.start(job)
        code, told = self.node.finished("redis-form", "form", 120)
        assert code == 0, told
        return told


def story(node):
    cluster = Cluster(node)
    for pod in PODS:
        node.start(cluster.workload, pod)
    wait("six pods are ready", 60, cluster.ready)
    assert all(node.probe(cluster.workload, pod, "redis", "livenessProbe") for pod in PODS)
    cluster.form()
    took = wait("the cluster is whole", 60, cluster.whole)
    say(f"ok     six pods are one cluster, {took:.1f} s after the Job ended")
    before = cluster.identities()
    told = cluster.form()
    assert cluster.identities() == before and cluster.whole(), told
    say(f"ok     the Job, run again, changes nothing: {told.splitlines()[-1]}")
    named = cluster.ask("redis-0", "cluster slots")
    assert "redis-" in named and ".redis" in named, named
    say("ok     clients are told names, which are what certificates are for")
    assert cluster.ask("redis-1", "set inviter:drill kept") == "OK"
    node.remove("redis-0")
    wait("a replica takes over, and keys are there", 30, lambda: cluster.ask("redis-1", "get inviter:drill") == "kept")
    node.start(cluster.workload, "redis-0")
    took = wait("it is whole again", 90, cluster.whole)
    assert cluster.identities() == before, "redis-0 came back as somebody else"
    say(f"ok     redis-0 was made anew at another address: whole again {took:.1f} s later, and the same as before")
    for pod in PODS:
        node.remove(pod)
    begun = time.monotonic()
    for pod in PODS:
        node.start(cluster.workload, pod)
    wait("it is whole again", 120, cluster.whole)
    assert cluster.identities() == before
    say(f"ok     all six were made anew at other addresses: whole again after {time.monotonic() - begun:.1f} s")


def last_words(node):
    for pod in PODS:
        say(f"--- {pod}\n{node.logs(pod, 'redis', 12)}{Cluster(node).ask(pod, 'cluster nodes')}")


if __name__ == "__main__":
    sys.exit(run("k8s-redis", real_secrets, story, last_words))
