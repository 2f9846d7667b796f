"""deploy/kubernetes: whom the pods may speak to, and how many of them may be taken away. The policy lets out what the
configuration connects to, and nothing else; the budget lets a node be drained, and keeps a pod running."""

import math
import re
import urllib.parse

import yaml

from . import common

FOLDER = "deploy/kubernetes"
MOUNT = "/run/secrets/cleanupd/"
# Where a URL says no port. `s3` is a bucket without an endpoint: of AWS.
PORTS = {
    "postgres": 5432, "postgresql": 5432, "redis": 6379, "rediss": 6379, "redis-sentinel": 26379,
    "rediss-sentinel": 26379, "https": 443, "http": 80, "s3": 443,
}
OUTSIDE = "outside of the cluster"
NAMES = {("kube-system", protocol, 53) for protocol in ("UDP", "TCP")}
# Gives the machine's own keys of its cloud to whoever asks.
METADATA = "169.254.0.0/16"


def problems(by_kind: dict) -> list[str]:
    found = egress(by_kind) + disruption(by_kind["PodDisruptionBudget"]["spec"], by_kind["Deployment"]["spec"]["replicas"])
    return [f"{FOLDER}/{text}" for text in found]


def egress(by_kind: dict) -> list[str]:
    spec = by_kind["NetworkPolicy"]["spec"]
    if "Egress" not in spec["policyTypes"]:
        return ["network.yaml: whatever leaves the pods is allowed"]
    allowed, found = set(), []
    for rule in spec["egress"]:
        if not rule.get("to") or not rule.get("ports"):
            found.append(f"network.yaml: egress to everybody, or on every port: {rule}")
            continue
        places = {place(to) for to in rule["to"]}
        if any("endPort" in port for port in rule["ports"]):
            found.append("network.yaml: egress to a range of ports")
        allowed |= {(one, port["protocol"], port["port"]) for one in places for port in rule["ports"]}
        blocks = [to["ipBlock"] for to in rule["to"] if "ipBlock" in to]
        blocks = [block["cidr"] for block in blocks if METADATA not in block.get("except", [])]
        found += [f"network.yaml: {block} holds {METADATA}" for block in blocks]
    wanted = NAMES | destinations(by_kind)
    lacking, needless = sorted(wanted - allowed), sorted(allowed - wanted)
    found += [f"network.yaml: no egress to {to}, {protocol} {port}, which is connected to" for to, protocol, port in lacking]
    return found + [f"network.yaml: egress to {to}, {protocol} {port}, which nothing needs" for to, protocol, port in needless]


def place(to: dict) -> str:
    """A namespace, or what is outside."""
    if "ipBlock" in to:
        return OUTSIDE
    return to["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]


def destinations(by_kind: dict) -> set[tuple[str, str, int]]:
    """What the configuration connects to: namespace or outside, protocol, port."""
    container = by_kind["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    variables = {one["name"]: one["value"] for one in container["env"]}
    text = by_kind["ConfigMap"]["data"]["cleanup.yaml"]
    text = re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda found: variables.get(found[1], found[2] or ""), text)
    secrets = by_kind["Secret"]["stringData"]

    def url(value) -> str:
        return secrets[value["file"].removeprefix(MOUNT)] if isinstance(value, dict) else value

    configuration = yaml.load(text, common.LOADER)
    servers = [configuration["state"], configuration["coordination"], *configuration["connections"].values()]
    urls = [one.get("endpoint") or url(one["url"]) if isinstance(one, dict) else one for one in servers]
    for cycle in configuration.get("cycles", {}).values():
        urls += [url(one["webhook"]) for one in cycle.get("notify", [])]
    return {way for text in urls for way in ways(text)}


def ways(text: str) -> list[tuple[str, str, int]]:
    """Of one URL, which may name several hosts; none for what lies on the machine itself."""
    scheme, _, rest = text.partition("://")
    if scheme not in PORTS and scheme != "tcp":
        return []
    hosts = rest.split("/")[0].rpartition("@")[2].split(",")
    split = [urllib.parse.urlsplit(f"//{host}") for host in hosts]
    return [(namespace(one.hostname or ""), "TCP", one.port or PORTS[scheme]) for one in split]


def namespace(host: str) -> str:
    found = re.fullmatch(r"[^.]+\.([^.]+)\.svc(\.cluster\.local)?", host)
    return found[1] if found else OUTSIDE


def disruption(spec: dict, replicas: int) -> list[str]:
    """How many pods the budget lets go at once, in Kubernetes' own arithmetic: shares are rounded up."""

    def count(value) -> int:
        return math.ceil(int(value.rstrip("%")) * replicas / 100) if isinstance(value, str) else value

    if "maxUnavailable" in spec:
        gone = count(spec["maxUnavailable"])
    else:
        gone = replicas - count(spec["minAvailable"])
    if gone < 1:
        return [f"disruption.yaml: no node can be drained: none of {replicas} pods may go"]
    if gone >= replicas:
        return [f"disruption.yaml: all of {replicas} pods may go at once"]
    return []
