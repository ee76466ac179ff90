#!/usr/bin/env python3
"""The StatefulSet mysql of the overlay production, run as three pods on Docker with their guards; then the migration and one pod of the
application, as they are rendered. A member is killed, another pod gets a new address, one is stopped: the group heals each time.

    tests/deploy/k8s_mysql.py

Images: INVITER_IMAGE (inviter:0.1.0), INVITER_MYSQL_IMAGE (inviter-mysql:9.7). As root, with dockerd; needs PyYAML and kubectl.
"""

import sys
import time

from kubelet import certificates, docker, run, say, wait

PODS = ["mysql-0", "mysql-1", "mysql-2"]


def real_secrets(files):
    """Secrets with which servers start: certificates that are ones, passwords of the allowed letters, the address of the database."""
    certificates(files, "mysql", [f"{pod}.mysql" for pod in PODS])
    for name, account, key in (("database_url", "inviter", "mysql_app"), ("database_url_migrator", "inviter_migrator", "mysql_migrator")):
        password = (files / key).read_text().strip()
        (files / name).write_text(f"mysql://{account}:{password}@mysql-0.mysql:3306/inviter?ssl-mode=verify_identity&ssl-ca=/run/secrets/tls_ca")


class Group:
    def __init__(self, node):
        self.node, self.workload = node, node.objects.named("StatefulSet", "mysql")

    def ready(self, pod):
        return self.node.probe(self.workload, pod, "mysqld", "readinessProbe")

    def all_ready(self):
        return all(self.ready(pod) for pod in PODS)

    def writers(self):
        """Pods whose guard says that the member takes the writes."""
        return [pod for pod in PODS if self.node.get(pod, 9104, "/writer")[0] == 200]

    def one_writer(self):
        return len(self.writers()) == 1

    def well(self, pod="mysql-0"):
        """`inviter mysql status`, in the guard's own container."""
        done = self.node.execute(pod, "guard", "/usr/local/bin/inviter", "mysql", "status")
        return done.returncode == 0, done.stdout + done.stderr

    def sql(self, pod, statement):
        script = 'MYSQL_PWD=$(cat /run/secrets/root) mysql --no-defaults -uroot --socket=/var/lib/inviter-mysql/sock -NBe "$0"'
        return self.node.execute(pod, "mysqld", "sh", "-c", script, statement).stdout.strip()


def begin(group):
    for pod in PODS:
        group.node.start(group.workload, pod)
    took = wait("all three members are ready", 240, group.all_ready, alive=lambda: all(group.node.alive(pod, "mysqld") for pod in PODS))
    assert group.one_writer(), f"writers: {group.writers()}"
    healthy, told = group.well()
    assert healthy, told
    say(f"ok     three pods are ready after {took:.0f} s, the writer is {group.writers()[0]}\n{told.rstrip()}")
    for pod in PODS:
        assert group.node.probe(group.workload, pod, "mysqld", "livenessProbe"), f"{pod} is said to be dead"
        assert group.node.probe(group.workload, pod, "mysqld", "startupProbe"), f"{pod} is said not to have started"
        assert group.node.probe(group.workload, pod, "guard", "livenessProbe"), f"the guard of {pod} is said to be dead"
    say("ok     their probes say that they are alive")


def bites(group):
    """The probe of readiness is one that can say no: without a password, and for a member that left the group."""
    command = group.workload["spec"]["template"]["spec"]["containers"][0]["readinessProbe"]["exec"]["command"]
    bare = [word.replace("MYSQL_PWD=$(cat /run/secrets/guard)", "") for word in command]
    assert bare != command
    assert group.node.execute("mysql-0", "mysqld", *bare).returncode != 0, "readiness needs no password"
    encrypted = group.sql(group.writers()[0], "SELECT @@require_secure_transport, @@group_replication_ssl_mode")
    assert encrypted == "1\tVERIFY_IDENTITY", encrypted
    say("ok     without its password the probe says no; members demand and verify TLS")


def application(group):
    node = group.node
    node.start(node.objects.named("Job", "inviter-migrate"))
    code, told = node.finished("inviter-migrate", "migrate")
    assert code == 0, told
    inviter = node.objects.named("StatefulSet", "inviter")
    node.start(inviter, "inviter-0")

    def ready():
        return node.probe(inviter, "inviter-0", "inviter", "readinessProbe")

    took = wait("the application is ready", 60, ready)
    assert node.probe(inviter, "inviter-0", "inviter", "livenessProbe")
    say(f"ok     the migration's pod ended with 0, the application's is ready after {took:.1f} s, with a read-only root")
    return ready


def killed(group, app_ready):
    """kill -9 of the writer's server; the kubelet would start its container again."""
    old = group.writers()[0]
    docker("kill", group.node.container(old, "mysqld"))
    begun = time.monotonic()
    wait("another writer", 60, lambda: group.writers() and group.writers() != [old], 0.2)
    gap = time.monotonic() - begun
    assert app_ready(), "the application is out of service while the database fails over"
    docker("start", group.node.container(old, "mysqld"))
    took = wait("all are back", 180, group.all_ready)
    say(f"ok     {old} was killed: {group.writers()[0]} took over after {gap:.1f} s, all were ready {took:.1f} s after its restart; the application stayed ready")


def moved(group):
    """A pod is made anew elsewhere: the same name and disk, another address."""
    pod = next(pod for pod in PODS if pod not in group.writers())
    before = group.node.running[pod]
    group.node.remove(pod)
    group.node.start(group.workload, pod)
    took = wait("it is back", 180, group.all_ready)
    assert group.node.running[pod] != before
    say(f"ok     {pod} was made anew at another address and was back after {took:.1f} s")


def everything(group):
    """All pods go at once and come back with other addresses."""
    rows = group.sql(group.writers()[0], "SELECT COUNT(*) FROM inviter.seaql_migrations")
    assert rows and int(rows) > 0, rows
    for pod in PODS:
        group.node.remove(pod)
    for pod in PODS:
        group.node.start(group.workload, pod)
    took = wait("the group begins again", 240, lambda: group.all_ready() and group.one_writer())
    after = group.sql(group.writers()[0], "SELECT COUNT(*) FROM inviter.seaql_migrations")
    assert rows == after, f"{rows} rows before, {after} after"
    say(f"ok     all three went at once and got other addresses: the group had begun again after {took:.1f} s with all it had")


def stopped(group):
    """A secondary that is told to stop ends by itself, within the time that the pod gives it."""
    pod = next(pod for pod in PODS if pod not in group.writers())
    grace = group.workload["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    begun = time.monotonic()
    docker("stop", "-t", grace, group.node.container(pod, "mysqld"))
    code = docker("inspect", "-f", "{{.State.ExitCode}}", group.node.container(pod, "mysqld")).stdout.strip()
    assert code == "0", f"{pod} ended with {code}"
    say(f"ok     {pod} stopped in {time.monotonic() - begun:.1f} s of {grace} s")


def story(node):
    group = Group(node)
    begin(group)
    bites(group)
    app_ready = application(group)
    killed(group, app_ready)
    moved(group)
    everything(group)
    wait("the application is ready", 60, app_ready)
    stopped(group)


def last_words(node):
    for pod in PODS:
        say(f"--- {pod}\n{node.logs(pod, 'mysqld')}\n--- guard of {pod}\n{node.logs(pod, 'guard', 12)}")
    if "inviter-0" in node.running:
        say(f"--- inviter-0\n{node.logs('inviter-0', 'inviter')}")


if __name__ == "__main__":
    sys.exit(run("k8s-mysql", real_secrets, story, last_words))
