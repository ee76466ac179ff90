"""Broken copies of k8s/: what is broken, which check has to see it, and a word of what it says.

A case is (name, file below k8s/, text in it, text in its place, check of k8s.py, word). The text has to be there, or the case is wrong.
"""

from k8s import CHECKS

APP, SCALING, MYSQL = "base/app.yaml", "base/scaling.yaml", "components/mysql/mysql-deployment.yaml"
NETWORK, GROUP_NETWORK = "base/network.yaml", "components/mysql/network.yaml"
(RESTRICTED, CLOSED, SPACE, PROBES, STOPPING, DISKS, SPREAD, DISRUPTION, SCALER, QUOTA, FLOWS, NAMES, ROLLS, SECRETS, ENTRANCE,
 MIGRATION) = CHECKS
CONFIG_VOLUME = "        - name: config\n          configMap:\n            name: inviter-config\n"

CASES = [
    # The Pod Security Standard, control by control.
    ("hostPath", APP, CONFIG_VOLUME, "        - name: config\n          hostPath:\n            path: /etc/inviter\n", RESTRICTED, "hostPath"),
    ("root user", APP, "runAsUser: 65532", "runAsUser: 0", RESTRICTED, "runs as root"),
    ("runAsNonRoot missing", APP, "        runAsNonRoot: true\n", "", RESTRICTED, "runAsNonRoot"),
    ("privileged", APP, "allowPrivilegeEscalation: false", "privileged: true", RESTRICTED, "privileged"),
    ("escalation not forbidden", APP, "            allowPrivilegeEscalation: false\n", "", RESTRICTED, "allowPrivilegeEscalation"),
    ("capabilities kept", APP, "              drop: [ALL]", "              drop: [NET_RAW]", RESTRICTED, "capabilities are not dropped"),
    ("capability added", APP, "              drop: [ALL]", "              drop: [ALL]\n              add: [SYS_ADMIN]", RESTRICTED, "are added"),
    ("no seccomp profile", APP, "        seccompProfile:\n          type: RuntimeDefault\n", "", RESTRICTED, "seccomp"),
    ("the machine's network", APP, "      enableServiceLinks: false\n", "      enableServiceLinks: false\n      hostNetwork: true\n", RESTRICTED, "hostNetwork"),
    ("a port of the machine", APP, "              containerPort: 3000", "              containerPort: 3000\n              hostPort: 80", RESTRICTED, "port of the host"),
    ("unsafe sysctl", APP, "        fsGroup: 65532\n", "        fsGroup: 65532\n        sysctls: [{name: kernel.msgmax, value: '1'}]\n", RESTRICTED, "sysctl"),
    ("`restricted` not enforced", "base/namespace.yaml", "pod-security.kubernetes.io/enforce: restricted", "pod-security.kubernetes.io/enforce: baseline", SPACE, "not enforced"),
    # What it does not ask.
    ("latest", "settings/kustomization.yaml", "  - name: inviter\n    newTag: 0.1.0", "  - name: inviter\n    newTag: latest", CLOSED, "no version"),
    ("no memory limit", APP, "            limits:\n              memory: 512Mi\n", "", CLOSED, "memory"),
    ("a root that can be written to", APP, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", CLOSED, "written to"),
    ("a token", APP, "automountServiceAccountToken: false\n---", "automountServiceAccountToken: true\n---", CLOSED, "token"),
    ("a secret in the environment", APP, "            - name: INVITER_DATABASE__URL_FILE\n              value: /run/secrets/database_url\n",
     "            - name: INVITER_DATABASE__URL\n              valueFrom:\n                secretKeyRef: {name: inviter-app, key: database_url}\n", CLOSED, "secret"),
    ("emptyDir without limit", MYSQL, "          emptyDir:\n            sizeLimit: 1Gi", "          emptyDir: {}", CLOSED, "no limit"),
    # Probes: #17, #18, #21 of the deployment that never started.
    ("alive only with a database", APP, "              path: /livez\n              port: http\n            periodSeconds: 10", "              path: /api/health\n              port: http\n            periodSeconds: 10", PROBES, "/api/health"),
    ("ready without asking", APP, "path: /api/ready", "path: /livez", PROBES, "readinessProbe"),
    ("no startup probe", APP, "startupProbe:", "x-startupProbe:", PROBES, "startupProbe"),
    ("MySQL asked without a password", MYSQL, "MYSQL_PWD=$(cat /run/secrets/guard) ", "", PROBES, "without a password"),
    ("killed after ten seconds", APP, "            timeoutSeconds: 3\n            failureThreshold: 6", "            timeoutSeconds: 3\n            failureThreshold: 1", PROBES, "half a minute"),
    ("no time to end", APP, "terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 30", STOPPING, "less than"),
    ("no time for MySQL", MYSQL, "terminationGracePeriodSeconds: 90", "terminationGracePeriodSeconds: 30", STOPPING, "StatefulSet mysql"),
    ("a journal that goes with the pod", APP, "    - metadata:\n        name: journal", "    - metadata:\n        name: other", DISKS, "no disk"),
    ("disks thrown away", MYSQL, "    whenDeleted: Retain", "    whenDeleted: Delete", DISKS, "kept"),
    ("members on one machine", MYSQL, "topologyKey: kubernetes.io/hostname", "topologyKey: topology.kubernetes.io/zone", SPREAD, "one machine"),
    ("PodDisruptionBudget for others", SCALING, "  selector:\n    matchLabels:\n      app.kubernetes.io/name: inviter", "  selector:\n    matchLabels:\n      app: inviter", DISRUPTION, "0 PodDisruptionBudgets"),
    ("two members at a time", MYSQL, "  maxUnavailable: 1", "  maxUnavailable: 2", DISRUPTION, "more than one"),
    # The autoscaler: #20.
    ("too many pods", SCALING, "maxReplicas: 12", "maxReplicas: 100", SCALER, "connections"),
    ("one pod", SCALING, "minReplicas: 3", "minReplicas: 1", SCALER, "three"),
    ("memory as a measure", SCALING, "        name: cpu", "        name: memory", SCALER, "memory"),
    ("requests in flight not looked at", SCALING, "name: inviter_http_requests_in_flight", "name: inviter_http_requests", SCALER, "in flight"),
    ("down at once", SCALING, "stabilizationWindowSeconds: 300", "stabilizationWindowSeconds: 0", SCALER, "faster"),
    ("two who say how many", APP, "  serviceName: inviter-pods\n", "  serviceName: inviter-pods\n  replicas: 3\n", SCALER, "undo"),
    ("nothing to scale", SCALING, "kind: StatefulSet", "kind: Deployment", SCALER, "not there"),
    ("a quota that is too small", "base/limits.yaml", "limits.memory: 40Gi", "limits.memory: 10Gi", QUOTA, "limits.memory"),
    # Flows.
    ("nothing denied", NETWORK, "policyTypes: [Ingress, Egress]\n---\n# Everybody", "policyTypes: [Egress]\n---\n# Everybody", FLOWS, "redis-form has no rule"),
    ("the application may not reach MySQL", GROUP_NETWORK, "        values: [inviter, inviter-migrate]", "        values: [inviter-migrate]", FLOWS, "inviter to mysql on 3306 is needed, and 0 rules"),
    ("everybody reaches MySQL", GROUP_NETWORK, "            matchLabels:\n              app.kubernetes.io/name: inviter\n", "            matchLabels: {}\n", FLOWS, "2 rules let it in"),
    ("the world without limits", NETWORK, "            except: [10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]\n", "", FLOWS, "metadata service on 443 is allowed"),
    ("a flow allowed twice", NETWORK, "    - from:\n        - namespaceSelector:\n            matchLabels:\n              inviter/monitoring: allowed\n", "    - from:\n        - namespaceSelector: {}\n", FLOWS, "2 rules let it in"),
    ("guards that nobody may ask", GROUP_NETWORK, "port: 9104", "port: 9105", FLOWS, "prometheus to mysql on 9104 is needed"),
    # Names.
    ("a key that there is not", "components/secret-files/secret.yaml", "  - files/metrics_token\n  - files/redis\n  - files/redis_sentinel\n  - files/smtp_url\n  - tls_ca=files/tls/ca.pem\n---\napiVersion: builtin\nkind: SecretGenerator\nmetadata:\n  name: inviter-migrate", "  - files/redis\n  - files/redis_sentinel\n  - files/smtp_url\n  - tls_ca=files/tls/ca.pem\n---\napiVersion: builtin\nkind: SecretGenerator\nmetadata:\n  name: inviter-migrate", NAMES, "/run/secrets/metrics_token"),
    ("a port that there is not", APP, "      targetPort: http\n---\n# Names", "      targetPort: web\n---\n# Names", NAMES, "port web"),
    ("a selector for nobody", APP, "  selector:\n    app.kubernetes.io/name: inviter\n  ports:\n    - name: http\n      port: 80", "  selector:\n    app.kubernetes.io/name: app\n  ports:\n    - name: http\n      port: 80", NAMES, "leads to 0"),
    ("a ConfigMap that there is not", APP, "name: inviter-config", "name: app-config", NAMES, "app-config"),
    ("a probe of no port", MYSQL, "              port: guard", "              port: health", NAMES, "health"),
    ("figures at no port", "components/monitoring/monitors.yaml", "    - port: http", "    - port: metrics", NAMES, "port metrics"),
    ("a way in to nobody", "components/ingress/ingress.yaml", "                name: inviter", "                name: app", NAMES, "Service app"),
    ("a change that rolls nothing", "base/configmap.yaml", "    internal.config.kubernetes.io/needsHashSuffix: enabled\ndata:\n  production", "    a: b\ndata:\n  production", ROLLS, "inviter-config"),
    ("annotations of one controller", "components/ingress/ingress.yaml", "  name: inviter\nspec", "  name: inviter\n  annotations: {nginx.ingress.kubernetes.io/ssl-redirect: 'true'}\nspec", ENTRANCE, "annotations"),
    ("open to the outside", APP, "  clusterIP: None", "  type: LoadBalancer", ENTRANCE, "open to the outside"),
    ("a migration tried again and again", "base/migrate.yaml", "backoffLimit: 0", "backoffLimit: 6", MIGRATION, "again"),
    ("a migration by the wrong account", "base/migrate.yaml", "database_url_migrator\n", "database_url\n", MIGRATION, "account"),
    ("every pod migrates", APP, "args: [serve]", "args: [migrate, serve]", MIGRATION, "migrates, too"),
]


def broken(copy, case):
    """Faults of the overlay production with the case's file broken; the file is as before afterwards."""
    name, file, old, new, check, _ = case
    path = copy.k8s / file
    text = path.read_text()
    if old not in text:
        raise ValueError(f"the case `{name}` is about what is not in k8s/{file}")
    path.write_text(text.replace(old, new, 1))
    try:
        return CHECKS[check](copy.objects("production"))
    finally:
        path.write_text(text)


def empty_secret(copy):
    path = copy.k8s / "components/secret-files/files/app_secret"
    text = path.read_text()
    path.write_text("")
    try:
        return CHECKS[SECRETS](copy.objects("production"))
    finally:
        path.write_text(text)
