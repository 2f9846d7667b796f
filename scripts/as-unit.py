#!/usr/bin/python3
"""Starts a systemd unit's ExecStart= in a folder that holds a system, as the unit says and without systemd: user, read-only
file system, folders of its own, no capabilities, and the filter of system calls. For tests.

Usage, as root, in a mount namespace of its own (unshare --mount):
    scripts/as-unit.py ROOT UNIT      (ROOT/usr/lib/systemd/system/UNIT and the drop-ins of ROOT/etc/systemd/system/UNIT.d)

It becomes the service: its process id and its output are the service's.
"""

import ctypes
import os
import pathlib
import pwd
import re
import resource
import shlex
import subprocess
import sys

import seccomp

from deploy_checks.calls import allowed_calls

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
PROT_EXEC, PROT_WRITE = 4, 2
LIBC = ctypes.CDLL(None, use_errno=True)


class Unit:
    """The lines of [Service], in order; those of drop-ins after the unit's."""

    def __init__(self, root: pathlib.Path, name: str):
        drop_ins = sorted((root / "etc/systemd/system" / f"{name}.d").glob("*.conf"))
        files = [root / "usr/lib/systemd/system" / name, *drop_ins]
        self.text = "\n".join(file.read_text() for file in files)
        self.lines = re.findall(r"^(\w+)=(.*)$", self.text, flags=re.M)

    def all(self, key: str) -> list[str]:
        """Words of a list; an empty line empties it."""
        words: list[str] = []
        for name, value in self.lines:
            if name == key:
                words = words + value.split() if value.strip() else []
        return words

    def one(self, key: str, default: str = "") -> str:
        return next((value for name, value in reversed(self.lines) if name == key), default)


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def make_view(root: pathlib.Path, unit: Unit, user: pwd.struct_passwd) -> None:
    """ProtectSystem=strict with StateDirectory= and ReadWritePaths=, PrivateTmp=, PrivateDevices=, ProtectHome=, ProtectProc=."""
    if unit.one("ProtectSystem") != "strict":
        sys.exit("as-unit: this knows ProtectSystem=strict only")
    writable = []
    for name in unit.all("StateDirectory"):
        folder = root / "var/lib" / name
        folder.mkdir(exist_ok=True)
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(int(unit.one("StateDirectoryMode", "0755"), 8))
        writable.append(folder)
    for path in unit.all("ReadWritePaths"):
        folder = root / path.lstrip("-").lstrip("/")
        if folder.exists():
            writable.append(folder)
        elif not path.startswith("-"):
            sys.exit(f"as-unit: {path} of ReadWritePaths= is not there")
    mount("--rbind", str(root), str(root))
    mount("-o", "remount,bind,ro", str(root))
    for folder in writable:
        mount("--bind", str(folder), str(folder))
        mount("-o", "remount,bind,rw", str(folder))
    if unit.one("PrivateTmp") == "yes":
        for name in ("tmp", "var/tmp"):
            mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(root / name))
    if unit.one("ProtectHome") == "yes":
        for name in ("home", "root"):
            mount("-t", "tmpfs", "-o", "mode=000,ro", "tmpfs", str(root / name))
    mount("-t", "proc", "-o", "hidepid=invisible" if unit.one("ProtectProc") == "invisible" else "rw", "proc", str(root / "proc"))
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(root / "dev"))
    for name in ("null", "zero", "random", "urandom"):
        (root / "dev" / name).touch()
        mount("--bind", f"/dev/{name}", str(root / "dev" / name))


def filter_of(unit: Unit) -> seccomp.SyscallFilter:
    """SystemCallFilter= with SystemCallErrorNumber=EPERM, RestrictAddressFamilies=, MemoryDenyWriteExecute=."""
    rules = seccomp.SyscallFilter(seccomp.ERRNO(1))
    for call in sorted(allowed_calls(unit.text) - {"socket", "mmap", "mprotect", "pkey_mprotect"}):
        # Of another architecture, or younger than the library: systemd leaves it out as well.
        try:
            rules.add_rule(seccomp.ALLOW, call)
        except (ValueError, RuntimeError):
            pass
    import socket

    for name in unit.all("RestrictAddressFamilies"):
        rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, getattr(socket, name)))
    if unit.one("MemoryDenyWriteExecute") == "yes":
        for forbidden in (PROT_EXEC, PROT_WRITE):
            rules.add_rule(seccomp.ALLOW, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, forbidden, 0))
        rules.add_rule(seccomp.ALLOW, "mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, 0))
    return rules


def variables(root: pathlib.Path, unit: Unit, user: pwd.struct_passwd) -> dict[str, str]:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": user.pw_dir, "USER": user.pw_name, "LANG": "C.UTF-8"}
    for path in unit.all("EnvironmentFile"):
        file = root / path.lstrip("-").lstrip("/")
        for line in file.read_text().splitlines() if file.exists() else []:
            if "=" in line and not line.startswith("#"):
                name, _, value = line.partition("=")
                environment[name] = shlex.split(value)[0] if value else ""
    return environment


def become(unit: Unit, user: pwd.struct_passwd) -> None:
    kept = unit.all("CapabilityBoundingSet")
    if kept:
        sys.exit("as-unit: this knows units without capabilities only")
    for capability in range(int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        checked(LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "PR_CAPBSET_DROP")
    limit = min(int(unit.one("LimitNOFILE", "1024")), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.umask(int(unit.one("UMask", "0022"), 8))
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if unit.one("NoNewPrivileges") == "yes":
        checked(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")


def main() -> None:
    root, name = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    unit = Unit(root, name)
    entry = next(line for line in (root / "etc/passwd").read_text().splitlines() if line.startswith(unit.one("User") + ":"))
    parts = entry.split(":")
    user = pwd.struct_passwd((parts[0], parts[1], int(parts[2]), int(parts[3]), *parts[4:]))
    rules = filter_of(unit)
    environment = variables(root, unit, user)
    command = shlex.split(unit.one("ExecStart"))
    make_view(root, unit, user)
    os.chroot(root)
    os.chdir(unit.one("WorkingDirectory", "/"))
    become(unit, user)
    rules.load()
    os.execve(command[0], command, environment)


if __name__ == "__main__":
    main()
