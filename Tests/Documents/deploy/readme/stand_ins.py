"""Stands in for docker and kubectl: refuses what the real ones would refuse of deploy/README.md.

    stand_ins.py docker|kubectl ARGUMENT...

Docker builds of a Dockerfile whose sources are there, runs and pushes what it has built. The cluster takes what it has a
namespace and an image for, and starts a command in a container that has the file it names. What it remembers lies in
$DOCS_WORK. The image itself and the manifests are the matter of scripts/test-deploy.sh and scripts/check-deploy.py.
"""

import argparse
import json
import os
import pathlib
import sys

import yaml

# The checks' own readers of manifests and of Dockerfiles.
sys.path.insert(0, str(pathlib.Path("scripts").resolve()))
from deploy_checks import dockerfile  # noqa: E402
from deploy_checks.common import documents  # noqa: E402

MEMORY = pathlib.Path(os.environ["DOCS_WORK"], "stand-ins.json")


class Refused(Exception):
    """What the real one would say."""


def docker(words: list[str], memory: dict) -> None:
    parser = argparse.ArgumentParser(prog="docker", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build")
    build.add_argument("--file", required=True)
    build.add_argument("--tag", required=True)
    build.add_argument("context")
    run = commands.add_parser("run")
    run.add_argument("--read-only", action="store_true")
    for name in ("--tmpfs", "--cap-drop", "--security-opt", "--user", "--volume", "--publish"):
        run.add_argument(name, action="append")
    run.add_argument("image")
    commands.add_parser("push").add_argument("image")
    asked = parser.parse_args(words)
    if asked.command == "build":
        check_sources(pathlib.Path(asked.file), pathlib.Path(asked.context))
        memory["built"].append(asked.tag)
        return
    if asked.image not in memory["built"]:
        raise Refused(f"no such image: {asked.image}")
    if asked.command == "push":
        memory["pushed"].append(asked.image)
    else:
        check_container(asked)


def check_sources(file: pathlib.Path, context: pathlib.Path) -> None:
    """Each source of the context is there, be it mounted or copied."""
    for word, rest in dockerfile.instructions(file.read_text()):
        mounts = [dict(one.split("=", 1) for one in part[8:].split(",")) for part in rest.split() if part.startswith("--mount=")]
        sources = [one["source"] for one in mounts if "from" not in one] if word == "RUN" else []
        if word == "COPY":
            sources = [one for one in rest.split() if not one.startswith("--")][:-1]
        if missing := [one for one in sources if not (context / one).exists()]:
            raise Refused(f"{file}: {word} {rest}: not found: {missing}")


def check_container(asked: argparse.Namespace) -> None:
    """The container can write what the image says, as its user, and is reached at the port on which it listens."""
    text = pathlib.Path("deploy/container/Dockerfile").read_text()
    mounted = [one.split(":")[1] for one in asked.volume] + asked.tmpfs
    if asked.read_only and not {*dockerfile.words(text, "VOLUME"), "/tmp"} <= set(mounted):
        raise Refused(f"read-only, with nothing but {mounted} to write to")
    if asked.user != dockerfile.words(text, "USER")[:1]:
        raise Refused(f"the image's files are not of user {asked.user}")
    if [one.rpartition(":")[2] for one in asked.publish] != dockerfile.words(text, "EXPOSE"):
        raise Refused(f"nothing listens on {asked.publish}")


def kubectl(words: list[str], memory: dict) -> None:
    parser = argparse.ArgumentParser(prog="kubectl", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    apply = commands.add_parser("apply").add_mutually_exclusive_group(required=True)
    apply.add_argument("-f")
    apply.add_argument("-k")
    execute = commands.add_parser("exec")
    execute.add_argument("-n", required=True)
    execute.add_argument("name")
    own = words[words.index("--") + 1 :] if "--" in words else []
    asked = parser.parse_args(words[: len(words) - len(own) - 1] if own else words)
    if asked.command == "exec":
        start(asked.n, asked.name, own, memory)
    elif asked.f:
        admit(documents(pathlib.Path(asked.f)), memory)
    else:
        folder = pathlib.Path(asked.k)
        kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
        found = [one for name in kustomization["resources"] for one in documents(folder / name)]
        names = {one["name"]: f"{one['newName']}:{one['newTag']}" for one in kustomization["images"]}
        for container in containers(found):
            container["image"] = names.get(container["image"].partition(":")[0], container["image"])
        admit(found, memory)


def containers(found: list[dict]) -> list[dict]:
    return [one for item in found if item["kind"] == "Deployment" for one in item["spec"]["template"]["spec"]["containers"]]


def admit(found: list[dict], memory: dict) -> None:
    namespaces = {one["metadata"]["name"] for one in memory["cluster"] + found if one["kind"] == "Namespace"}
    for one in found:
        if one["kind"] != "Namespace" and one["metadata"].get("namespace") not in namespaces:
            raise Refused(f"{one['kind']} {one['metadata']['name']}: there is no such namespace")
    if missing := [one["image"] for one in containers(found) if one["image"] not in memory["pushed"]]:
        raise Refused(f"ErrImagePull: {missing}")
    memory["cluster"] += found


def start(namespace: str, name: str, command: list[str], memory: dict) -> None:
    """The command is that of the image, and the file that it names is mounted from a ConfigMap which has it."""
    kind, _, name = name.partition("/")
    place = {"namespace": namespace, "name": name}
    deployed = [one for one in memory["cluster"] if one["kind"] == "Deployment" and place.items() <= one["metadata"].items()]
    if kind != "deploy" or not deployed:
        raise Refused(f"there is no {kind} {name} in {namespace}")
    if command[0] != "cleanupd":
        raise Refused(f"there is no {command[0]} in the image")
    pod = deployed[0]["spec"]["template"]["spec"]
    maps = {one["name"]: one["configMap"]["name"] for one in pod["volumes"] if "configMap" in one}
    data = {one["metadata"]["name"]: one["data"] for one in memory["cluster"] if one["kind"] == "ConfigMap"}
    mounts = pod["containers"][0]["volumeMounts"]
    files = {f"{one['mountPath']}/{key}" for one in mounts if one["name"] in maps for key in data[maps[one["name"]]]}
    if missing := [one for one in command if one.startswith("/") and one not in files]:
        raise Refused(f"the container has {sorted(files)}, and not {missing}")


def main() -> int | str:
    memory = json.loads(MEMORY.read_text()) if MEMORY.exists() else {"built": [], "pushed": [], "cluster": []}
    try:
        {"docker": docker, "kubectl": kubectl}[sys.argv[1]](sys.argv[2:], memory)
    except Refused as refused:
        return f"{sys.argv[1]}: {refused}"
    MEMORY.write_text(json.dumps(memory, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main())
