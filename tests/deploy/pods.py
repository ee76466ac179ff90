"""What is asked of every pod: the Pod Security Standard `restricted`, and more than that."""

from rendering import containers

# https://kubernetes.io/docs/concepts/security/pod-security-standards: the volumes that `restricted` lets a pod have.
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
SYSCTLS = {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
           "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
           "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"}
SECCOMP = {"RuntimeDefault", "Localhost"}
SELINUX = {None, "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}


def restricted(objects):
    """Faults by which the namespace would refuse a pod."""
    faults = []
    for _, name, template in objects.workloads():
        faults += [f"{name}: {fault}" for fault in pod_faults(template)]
    return faults


def pod_faults(template):
    pod, faults = template["spec"], []
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            faults.append(f"{key} is on")
    for volume in pod.get("volumes", []):
        kinds = set(volume) - {"name"}
        if not kinds <= VOLUMES:
            faults.append(f"volume {volume['name']} is a {'/'.join(sorted(kinds))}")
    outer = pod.get("securityContext") or {}
    for one in outer.get("sysctls", []):
        if one["name"] not in SYSCTLS:
            faults.append(f"sysctl {one['name']} is not safe")
    for key in template.get("metadata", {}).get("annotations", {}):
        if key.startswith("container.apparmor.security.beta.kubernetes.io/"):
            faults.append("AppArmor is set by an annotation")
    for container in containers(pod):
        faults += [f"container {container['name']}: {fault}" for fault in container_faults(container, outer)]
    return faults


def container_faults(container, outer):
    inner = container.get("securityContext") or {}

    def effective(key):
        return inner[key] if key in inner else outer.get(key)

    drop = (inner.get("capabilities") or {}).get("drop", [])
    add = set((inner.get("capabilities") or {}).get("add", []))
    selinux = effective("seLinuxOptions") or {}
    faults = [
        (inner.get("privileged"), "privileged"),
        (inner.get("allowPrivilegeEscalation") is not False, "allowPrivilegeEscalation is not false"),
        ("ALL" not in drop, "capabilities are not dropped"),
        (add - {"NET_BIND_SERVICE"}, f"capabilities are added: {sorted(add)}"),
        (effective("runAsNonRoot") is not True, "runAsNonRoot is not true"),
        (effective("runAsUser") == 0, "runs as root"),
        ((effective("seccompProfile") or {}).get("type") not in SECCOMP, "no seccomp profile"),
        (inner.get("procMount", "Default") != "Default", "procMount is set"),
        (selinux.get("type") not in SELINUX or "user" in selinux or "role" in selinux, "seLinuxOptions are set"),
        ((effective("appArmorProfile") or {}).get("type") == "Unconfined", "AppArmor is off"),
        ((effective("windowsOptions") or {}).get("hostProcess"), "hostProcess"),
        (any(port.get("hostPort") for port in container.get("ports", [])), "a port of the host"),
        (any("host" in action for action in hooks(container)), "a probe or hook names a host"),
    ]
    return [words for wrong, words in faults if wrong]


def hooks(container):
    """HTTP and TCP actions of probes and hooks."""
    found = [container.get(key) for key in ("livenessProbe", "readinessProbe", "startupProbe")]
    found += (container.get("lifecycle") or {}).values()
    for one in filter(None, found):
        yield from (one[key] for key in ("httpGet", "tcpSocket") if key in one)


def closed(objects):
    """Beyond `restricted`: a numeric user, nothing written but to volumes, no token, memory that is there."""
    faults = []
    for one, name, template in objects.workloads():
        if one["kind"] == "MySQLCluster":
            continue  # its user and folders are the operator's
        pod = template["spec"]
        account = objects.named("ServiceAccount", pod.get("serviceAccountName", "default"))
        if account is None or account.get("automountServiceAccountToken") is not False or pod.get("automountServiceAccountToken") is not False:
            faults.append(f"{name}: no service account of its own without a token")
        for volume in pod.get("volumes", []):
            if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
                faults.append(f"{name}: emptyDir {volume['name']} has no limit")
        for container in containers(pod):
            faults += [f"{name}: container {container['name']}: {fault}" for fault in more_faults(container, pod.get("securityContext", {}))]
    return faults


def more_faults(container, outer):
    inner = container.get("securityContext") or {}
    user = inner.get("runAsUser", outer.get("runAsUser"))
    requests, limits = ((container.get("resources") or {}).get(key, {}) for key in ("requests", "limits"))
    image = container["image"]
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    faults = [
        (not isinstance(user, int) or user == 0, "no numeric user"),
        (inner.get("readOnlyRootFilesystem") is not True, "its root can be written to"),
        ("memory" not in limits or limits.get("memory") != requests.get("memory"), "memory request and limit are not the same"),
        ("cpu" not in requests, "no CPU request"),
        ("@" not in image and tag in ("", "latest"), f"image {image} has no version"),
        (container.get("imagePullPolicy") == "Always", "pulls always: a registry that is away keeps pods from starting"),
        (secret_in_env(container), "a secret is in its environment"),
    ]
    return [words for wrong, words in faults if wrong]


def secret_in_env(container):
    for one in container.get("env", []):
        if "secretKeyRef" in (one.get("valueFrom") or {}) or "planted-" in str(one.get("value", "")):
            return True
    return any("secretRef" in one for one in container.get("envFrom", []))
