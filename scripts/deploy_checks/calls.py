"""Which system calls a unit leaves to its service."""

import re
import subprocess


def allowed_calls(unit: str) -> set[str]:
    """The system calls that SystemCallFilter= leaves, as systemd reads its lines, one after the other."""
    allowed: set[str] = set()
    for value in re.findall(r"^SystemCallFilter=(.*)$", unit, flags=re.M):
        names = expanded(value.lstrip("~").split())
        allowed = allowed - names if value.startswith("~") else allowed | names
    return allowed | expanded(["@default"])


def expanded(names: list[str]) -> set[str]:
    calls: set[str] = set()
    for name in names:
        if not name.startswith("@"):
            calls.add(name)
            continue
        listed = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
        lines = (line.strip() for line in listed.stdout.splitlines()[1:])
        calls |= expanded([line for line in lines if line and not line.startswith("#")])
    return calls
