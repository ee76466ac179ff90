"""Files that `docker compose` puts on top of docker-compose.prod.yml, each with one thing wrong, and the check that has to see it.

A case is (name, YAML, check of compose.py, word of what it says). `!reset` takes away what the file below has.
"""

import tempfile
from pathlib import Path

from compose import CHECKS, ROOT, rendered

PORTS, LIMITS, CLOSED, ENDING, HEALTH, SECRETS, NETWORKS, MOUNTS, SETTINGS = CHECKS
# What docker compose itself has to refuse.
REFUSED = None

CASES = [
    ("one name for three containers", "services: {app-1: {container_name: app, deploy: {replicas: 3}}}", REFUSED, "container_name"),
    ("an unknown key", "services: {app-1: {memory: 1g}}", REFUSED, "memory"),
    ("a published database", 'services: {mysql-1: {ports: ["3306:3306"]}}', PORTS, "mysql-1 is open to the world on 3306"),
    ("a published Redis on this machine", 'services: {redis-1: {ports: ["127.0.0.1:7000:6379"]}}', PORTS, "nobody asked"),
    ("Prometheus for everybody", 'services: {prometheus: {ports: !override ["9090:9090"]}}', PORTS, "prometheus is open"),
    ("the machine's network", "services: {node-exporter: {networks: !reset null, network_mode: host}}", PORTS, "network of the machine"),
    ("no limit of memory", "services: {app-1: {mem_limit: !reset null}}", LIMITS, "memory"),
    ("no limit of processes", "services: {app-1: {pids_limit: !reset null}}", LIMITS, "processes"),
    ("a log without end", "services: {app-1: {logging: !override {driver: json-file}}}", LIMITS, "rotates"),
    ("not started again", 'services: {mysql-2: {restart: !override "no"}}', LIMITS, "started again"),
    ("privileged", "services: {node-exporter: {privileged: true}}", CLOSED, "privileged"),
    ("the socket of Docker", 'services: {prometheus: {volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]}}', CLOSED, "socket"),
    ("the machine's root", 'services: {app-1: {volumes: ["/:/host:ro"]}}', CLOSED, "root"),
    ("latest", "services: {prometheus: {image: prom/prometheus:latest}}", CLOSED, "without a version"),
    ("no version at all", "services: {prometheus: {image: prom/prometheus}}", CLOSED, "without a version"),
    ("capabilities kept", "services: {app-2: {cap_drop: !reset []}}", CLOSED, "capabilities"),
    ("capability added", "services: {app-2: {cap_add: [SYS_ADMIN]}}", CLOSED, "adds"),
    ("privileges gained", "services: {app-2: {security_opt: !reset []}}", CLOSED, "privileges"),
    ("a root that can be written to", "services: {app-2: {read_only: false}}", CLOSED, "writes"),
    ("root user", "services: {app-3: {user: root}}", CLOSED, "root"),
    ("processes of others", "services: {app-3: {pid: host}}", CLOSED, "processes"),
    ("no time for MySQL", "services: {mysql-1: {stop_grace_period: 10s}}", ENDING, "mysql-1"),
    ("no time for the application", "services: {app-1: {stop_grace_period: 10s}}", ENDING, "app-1"),
    ("never asked", "services: {mysql-3: {healthcheck: !override {disable: true}}}", HEALTH, "mysql-3"),
    ("well whatever it answers", 'services: {nginx: {healthcheck: !override {test: ["CMD", "curl", "-f", "http://localhost/api/health"]}}}', HEALTH, "redirect"),
    ("a password in the environment", "services: {app-1: {environment: {DB_PASSWORD: hunter2}}}", SECRETS, "DB_PASSWORD"),
    ("a URL with a password", 'services: {app-1: {environment: {INVITER_DATABASE__URL: "mysql://inviter:hunter2@mysql-1/inviter"}}}', SECRETS, "INVITER_DATABASE__URL"),
    ("a password on the command line", "services: {redis-1: {command: [redis-server, --requirepass, hunter2]}}", SECRETS, "command line"),
    ("a way out for stores", "networks: {data: {internal: false}}", NETWORKS, "reaches the world"),
    ("nginx among the stores", "services: {nginx: {networks: [data]}}", NETWORKS, "nginx"),
    ("Redis at the edge", "services: {redis-1: {networks: {edge: {}}}}", NETWORKS, "redis-1"),
    ("a member that is looked up", "services: {mysql-1: {extra_hosts: !reset null}}", NETWORKS, "mysql-1 asks where"),
    ("a member elsewhere", 'services: {mysql-3: {networks: {data: {ipv4_address: "172.30.20.99"}}}}', NETWORKS, "app-1 asks where"),
    ("a file that there is not", 'services: {nginx: {volumes: ["./nginx/absent.conf:/etc/absent.conf:ro"]}}', MOUNTS, "nginx/absent.conf"),
    ("a file that can be written to", 'services: {nginx: {volumes: ["./config:/etc/config"]}}', MOUNTS, "may write"),
    ("other members", 'services: {mysql-2: {environment: {MEMBERS: "mysql-1:3306 mysql-2:3306"}}}', SETTINGS, "differ"),
]


def broken(case):
    """Faults that the check sees; for a file that has to be refused, what docker compose says."""
    _, text, check, _ = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "broken.yml")
        path.write_text(text)
        try:
            stack = rendered(ROOT / "docker-compose.prod.yml", path)
        except ValueError as error:
            if check is REFUSED:
                return [str(error)]
            raise
    return [] if check is REFUSED else CHECKS[check](stack)
