"""deploy/kubernetes: the manifests by Kubernetes' schemas and the operator's, by the rules of Pod Security `restricted`, and
by each other."""

import json
import pathlib

import jsonschema
import kubernetes_validate
import yaml

from . import common, reach

FOLDER = "deploy/kubernetes"
# The oldest that is still in wide use, and the newest that the package knows.
VERSIONS = ("1.29", kubernetes_validate.latest_version())
EXAMPLE = "secret.example.yaml"
MOUNT = "/run/secrets/cleanupd/"


def problems(root: pathlib.Path) -> list[str]:
    folder = root / FOLDER
    names = sorted(file.name for file in folder.glob("*.yaml") if file.name != "kustomization.yaml")
    objects = [(name, document) for name in names for document in common.documents(folder / name)]
    found = []
    for name, document in objects:
        found += [f"{FOLDER}/{name}: {text}" for text in schema_problems(root, document)]
        if document["kind"] != "Namespace" and document["metadata"].get("namespace") != "cleanupd":
            found.append(f"{FOLDER}/{name}: {document['kind']} is not in the namespace cleanupd")
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    listed = kustomization["resources"]
    if sorted(listed) != [name for name in names if name != EXAMPLE]:
        found.append(f"{FOLDER}/kustomization.yaml lists {listed}")
    by_kind = {document["kind"]: document for _, document in objects}
    try:
        found += relations(by_kind) + restricted(by_kind["Deployment"]) + configuration(root, by_kind)
        found += image(by_kind["Deployment"], kustomization["images"]) + reach.problems(by_kind)
    except (KeyError, TypeError, IndexError) as error:
        found.append(f"{FOLDER}: something that every installation needs is missing: {error!r}")
    return found


def schema_problems(root: pathlib.Path, document: dict) -> list[str]:
    if document["kind"] == "PodMonitor":
        crd = json.loads((root / "Tests/Deploy/Vectors/podmonitors-crd.json").read_text())
        schema = strict(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
        errors = jsonschema.Draft202012Validator(schema).iter_errors(document)
        return [f"{error.json_path}: {error.message}" for error in errors]
    found = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{version}: {'.'.join(map(str, error.path))}: {error.message}")
    return found


def strict(schema):
    """The same schema, that refuses what it does not name: a server would drop it in silence."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        # `metadata` is described elsewhere.
        if schema["properties"]:
            copy.setdefault("additionalProperties", False)
    return copy


def relations(by_kind: dict) -> list[str]:
    """What selects pods selects ours, and ports are called as the container calls them."""
    found = []
    deployment = by_kind["Deployment"]["spec"]
    template = deployment["template"]
    labels = template["metadata"]["labels"]
    container = template["spec"]["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    selectors = {
        "Deployment": deployment["selector"]["matchLabels"],
        "Service": by_kind["Service"]["spec"]["selector"],
        "PodMonitor": by_kind["PodMonitor"]["spec"]["selector"]["matchLabels"],
        "PodDisruptionBudget": by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        "NetworkPolicy": by_kind["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    }
    found += [f"{kind} selects {selector}" for kind, selector in selectors.items() if not selector.items() <= labels.items()]
    used = {port["targetPort"] for port in by_kind["Service"]["spec"]["ports"]}
    used |= {endpoint["port"] for endpoint in by_kind["PodMonitor"]["spec"]["podMetricsEndpoints"]}
    used |= {port["port"] for rule in by_kind["NetworkPolicy"]["spec"]["ingress"] for port in rule["ports"]}
    probes = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for probe, path in probes.items():
        used.add(container[probe]["httpGet"]["port"])
        if container[probe]["httpGet"]["path"] != path:
            found.append(f"{probe} does not ask {path}")
    found += [f"there is no port {port}" for port in sorted(used - set(ports))]
    if labels.get(by_kind["PodMonitor"]["spec"]["jobLabel"]) != "cleanupd":
        found.append('the job is not called "cleanupd", which the rules of alerts/ look for')
    annotations = template["metadata"]["annotations"]
    if annotations.get("prometheus.io/port") != str(ports["metrics"]) or annotations.get("prometheus.io/scrape") != "true":
        found.append("the annotations for scraping do not name the port of the metrics")
    if deployment["replicas"] < 3:
        found.append("fewer than three replicas")
    return [f"{FOLDER}: {text}" for text in found]


def image(deployment: dict, images: list[dict]) -> list[str]:
    """No registry has the image by the name in the deployment: kustomization.yaml says which one has it."""
    name, _, tag = deployment["spec"]["template"]["spec"]["containers"][0]["image"].partition(":")
    said = [(one["name"], str(one["newTag"])) for one in images if "/" in one.get("newName", "")]
    return [] if said == [(name, tag)] else [f"{FOLDER}/kustomization.yaml does not say where {name}:{tag} comes from"]


def restricted(deployment: dict) -> list[str]:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, and a read-only root."""
    pod = deployment["spec"]["template"]["spec"]
    context = pod.get("securityContext", {})
    found = []
    if context.get("runAsNonRoot") is not True or context.get("runAsUser", 0) == 0:
        found.append("may run as root")
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        found.append("has no filter of system calls")
    if pod.get("automountServiceAccountToken") is not False:
        found.append("is given a token of the cluster, which it does not need")
    if any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
        found.append("shares something of the host")
    if any("hostPath" in volume for volume in pod.get("volumes", [])):
        found.append("mounts a folder of the host")
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
            found.append("may gain privileges")
        if own.get("capabilities", {}).get("drop") != ["ALL"] or own["capabilities"].get("add"):
            found.append("keeps capabilities")
        if own.get("readOnlyRootFilesystem") is not True:
            found.append("may write to its root")
        if any("value" in variable and "password" in variable["name"].lower() for variable in container.get("env", [])):
            found.append("has a secret in the manifest")
    return [f"{FOLDER}/deployment.yaml: the pod {text}" for text in found]


def configuration(root: pathlib.Path, by_kind: dict) -> list[str]:
    text = by_kind["ConfigMap"]["data"]["cleanup.yaml"]
    found = common.configuration_problems(root, f"{FOLDER}/configmap.yaml", text)
    keys = {MOUNT + key for key in by_kind["Secret"]["stringData"]}
    read = common.secret_files(text)
    found += [f"{FOLDER}: the configuration reads {path}, which the Secret does not have" for path in sorted(read - keys)]
    found += [f"{FOLDER}: {path} is in the Secret, and nothing reads it" for path in sorted(keys - read)]
    container = by_kind["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    for path in (MOUNT.rstrip("/"), "/etc/cleanupd"):
        if not mounts[path].get("readOnly"):
            found.append(f"{FOLDER}/deployment.yaml: {path} is not read-only")
    http = yaml.load(text, common.LOADER)["http"]
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    for name, key in (("http", "listen"), ("metrics", "metrics_listen")):
        if http[key].rpartition(":")[2] != ports[name]:
            found.append(f"{FOLDER}: the configuration does not listen on the port {name} of the container")
    return found
