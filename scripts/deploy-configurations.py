#!/usr/bin/python3
"""Writes the configurations that deploy/kubernetes and deploy/compose bring, and made-up secrets for them, so that the program
can be asked what it thinks of them.

Usage: scripts/deploy-configurations.py SECRETS CONFIGURATIONS      (folders; SECRETS is seen as /run/secrets)
"""

import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"


def block(text: str, key: str) -> str:
    """The literal block of a key in YAML; this runs where no YAML library is."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip() == f"{key}: |")
    depth = len(lines[start]) - len(lines[start].lstrip())
    body = []
    for line in lines[start + 1 :]:
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            break
        body.append(line)
    return textwrap.dedent("\n".join(body)) + "\n"


def main() -> None:
    secrets, configurations = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    (secrets / "cleanupd").mkdir(parents=True, exist_ok=True)
    example = (DEPLOY / "kubernetes/secret.example.yaml").read_text()
    for line in example.partition("stringData:\n")[2].splitlines():
        key, _, value = line.strip().partition(": ")
        (secrets / "cleanupd" / key).write_text(value + "\n")
    for name, value in {
        "state_url": "postgres://cleanupd:x@postgres/cleanupd",
        "redis_url": "redis://:x@redis:6379/0",
        "admin_token": "0123456789abcdef0123456789abcdef",
    }.items():
        (secrets / name).write_text(value + "\n")
    manifest = (DEPLOY / "kubernetes/configmap.yaml").read_text()
    (configurations / "kubernetes.yaml").write_text(block(manifest, "cleanup.yaml"))
    (configurations / "compose.yaml").write_text((DEPLOY / "compose/cleanup.yaml").read_text())


if __name__ == "__main__":
    main()
