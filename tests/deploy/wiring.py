"""Whether every name in an object is one that another object has: ports, keys, files, accounts."""

import re
import tomllib

from rendering import OPTIONAL, containers, label, matches


def names(objects):
    faults = []
    for one, name, template in objects.workloads():
        pod = template["spec"]
        account = pod.get("serviceAccountName")
        if account and objects.named("ServiceAccount", account) is None:
            faults.append(f"{name}: there is no ServiceAccount {account}")
        if one["kind"] == "StatefulSet":
            service = objects.named("Service", one["spec"]["serviceName"])
            if service is None or service["spec"].get("clusterIP") not in ("None", None):
                faults.append(f"{name}: there is no Service {one['spec']['serviceName']}")
        if "selector" in one["spec"] and not matches(one["spec"]["selector"], template["metadata"]["labels"]):
            faults.append(f"{name}: its selector does not take its own pods")
        for container in containers(pod):
            faults += [f"{name}: container {container['name']}: {fault}" for fault in container_faults(objects, pod, container)]
    return faults + services(objects) + monitors(objects) + entrances(objects)


def container_faults(objects, pod, container):
    faults, mounts = [], {mount["name"] for mount in container.get("volumeMounts", [])}
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
    for key in ("startupProbe", "livenessProbe", "readinessProbe"):
        for action in ("httpGet", "tcpSocket"):
            port = (container.get(key) or {}).get(action, {}).get("port")
            if port is not None and port not in ports and port not in ports.values():
                faults.append(f"{key} asks port {port}, which there is not")
    for one in container.get("envFrom", []):
        source = one.get("configMapRef", {}).get("name")
        if source and objects.named("ConfigMap", source) is None:
            faults.append(f"there is no ConfigMap {source}")
    claims = {claim["metadata"]["name"] for one, _, template in objects.workloads() if template["spec"] is pod
              for claim in one["spec"].get("volumeClaimTemplates", [])}
    faults += [f"volume {mount} is not there" for mount in mounts - volumes - claims]
    there = files(objects, pod, container)
    faults += [f"{source} is not there: {why}" for source, why in there.items() if why]
    for path in sorted(told(objects, container, there)):
        if path not in there:
            faults.append(f"is told of {path}, which there is not")
    return faults


def files(objects, pod, container):
    """Paths of the files that a container finds, out of ConfigMaps and Secrets; and what of it is missing, with the reason."""
    found = {}
    for mount in container.get("volumeMounts", []):
        volume = next((one for one in pod.get("volumes", []) if one["name"] == mount["name"]), {})
        for kind, key, name in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
            if key in volume:
                source = volume[key][name]
                keys = content(objects, kind, source)
                if keys is None:
                    found[f"{kind} {source}"] = "no such object"
                    continue
                for item in volume[key].get("items") or [{"key": one, "path": one} for one in keys]:
                    found[f"{mount['mountPath']}/{item['path']}"] = None if item["key"] in keys else f"{kind} {source} has no key {item['key']}"
    return found


def content(objects, kind, name):
    one = objects.named(kind, name)
    if one is not None:
        return set(one.get("data") or {}) | set(one.get("stringData") or {})
    if kind == "Secret":
        made = next((one for one in objects.of("ExternalSecret") if one["spec"]["target"]["name"] == name), None)
        if made is not None:
            return {entry["secretKey"] for entry in made["spec"]["data"]}
    return None


def told(objects, container, there):
    """Files that the program is told to read: in its environment, its arguments, and production.toml where it reads that."""
    env = {}
    for one in container.get("envFrom", []):
        env |= (objects.named("ConfigMap", one.get("configMapRef", {}).get("name")) or {}).get("data", {})
    env |= {one["name"]: one.get("value", "") for one in container.get("env", [])}
    texts = [*env.values(), *container.get("args", []), *container.get("command", [])]
    for key in ("startupProbe", "livenessProbe", "readinessProbe"):
        texts += (container.get(key) or {}).get("exec", {}).get("command", [])
    paths = set(re.findall(r"(/(?:run|etc)/[\w./-]*\w)", " ".join(map(str, texts))))
    if "/etc/inviter/production.toml" in there and env.get("INVITER_CONFIG"):
        for section, values in config(objects).items():
            for key, value in values.items() if isinstance(values, dict) else ():
                # What the environment says wins over the file.
                if isinstance(value, str) and value.startswith("/run/") and f"INVITER_{section}__{key}".upper() not in env:
                    paths.add(value)
    return {path for path in paths if path not in (env.get("SECRETS"), env.get("TLS"), "/run/secrets", "/run/tls") and path.rsplit("/", 1)[-1] not in OPTIONAL}


def config(objects):
    return tomllib.loads(objects.hashed("ConfigMap", "inviter-config")["data"]["production.toml"])


def services(objects):
    faults = []
    for service in objects.of("Service"):
        spec = service["spec"]
        chosen = [template for _, _, template in objects.workloads() if matches({"matchLabels": spec["selector"]}, template["metadata"]["labels"])]
        if len(chosen) != 1:
            faults.append(f"{label(service)} leads to {len(chosen)} kinds of pods")
            continue
        ports = {port["name"]: port["containerPort"] for one in chosen[0]["spec"]["containers"] for port in one.get("ports", [])}
        for port in spec["ports"]:
            target = port.get("targetPort", port["port"])
            if target not in ports and target not in ports.values():
                faults.append(f"{label(service)}: port {target} is nobody's")
    return faults


def monitors(objects):
    faults = []
    for monitor in objects.of("ServiceMonitor"):
        chosen = [one for one in objects.of("Service") if matches(monitor["spec"]["selector"], one["metadata"].get("labels", {}))]
        if len(chosen) != 1:
            faults.append(f"{label(monitor)} leads to {len(chosen)} Services")
            continue
        known = {port["name"] for port in chosen[0]["spec"]["ports"]}
        for endpoint in monitor["spec"]["endpoints"]:
            if endpoint["port"] not in known:
                faults.append(f"{label(monitor)}: port {endpoint['port']} is not there")
            token = endpoint.get("authorization", {}).get("credentials")
            if token and token["key"] not in (content(objects, "Secret", token["name"]) or ()):
                faults.append(f"{label(monitor)}: there is no Secret {token['name']} with {token['key']}")
            if not any(rule.get("targetLabel") == "job" for rule in endpoint.get("relabelings", [])):
                faults.append(f"{label(monitor)}: the job has no name, and rules go by it")
    return faults


def entrances(objects):
    faults = []
    for way in objects.of("Ingress", "HTTPRoute"):
        if way["kind"] == "Ingress":
            wanted = [(path["backend"]["service"]["name"], path["backend"]["service"]["port"].get("name")) for rule in way["spec"]["rules"]
                      for path in rule["http"]["paths"]]
        else:
            wanted = [(one["name"], one["port"]) for rule in way["spec"]["rules"] for one in rule["backendRefs"]]
        for name, port in wanted:
            service = objects.named("Service", name)
            if service is None or not any(port in (one["name"], one["port"]) for one in service["spec"]["ports"]):
                faults.append(f"{label(way)}: there is no Service {name} with port {port}")
        for tls in way["spec"].get("tls", []):
            if {"tls.crt", "tls.key"} - (content(objects, "Secret", tls["secretName"]) or set()):
                faults.append(f"{label(way)}: there is no Secret {tls['secretName']} with a certificate")
    return faults
