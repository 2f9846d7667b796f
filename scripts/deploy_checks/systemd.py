"""deploy/systemd: the unit and the examples of drop-ins by systemd's own tools, without starting anything."""

import pathlib
import re
import subprocess
import tempfile

from . import common
from .calls import allowed_calls

FOLDER = "deploy/systemd"
# In tenths, as --threshold takes it: 2.0 is the project's own limit.
LIMIT = 20
# What the documents promise by name.
PROMISED = ("User=cleanupd", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "PrivateDevices=yes",
            "ProtectProc=invisible", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "SystemCallFilter=@system-service")
# What the service does beyond @system-service of systemd 252, or could do without noticing.
NEEDED = {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp", "capset", "prctl",
          "openat2", "adjtimex", "clock_adjtime", "renameat2", "statx", "unlinkat", "fchown", "fcntl", "flock", "prlimit64"}
DENIED = {"mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "ptrace", "bpf", "kexec_load", "init_module",
          "open_by_handle_at", "perf_event_open", "userfaultfd", "reboot", "clock_settime", "process_vm_writev"}


def problems(root: pathlib.Path) -> list[str]:
    folder = root / FOLDER
    found = []
    with tempfile.TemporaryDirectory() as work:
        for name, drop_ins in (("the unit", []), ("with drop-ins", ["paths.conf", "privileges.conf"])):
            units = pathlib.Path(work) / name.replace(" ", "-")
            (units / "cleanupd.service.d").mkdir(parents=True)
            unit = units / "cleanupd.service"
            text = (folder / "cleanupd.service").read_text()
            # Neither the program nor its pages need to be installed here; that they are there is seen by test-deploy.sh.
            text = re.sub(r"^Documentation=.*\n", "", text, flags=re.M).replace("/usr/bin/cleanupd ", "/bin/true ")
            unit.write_text(text)
            for drop_in in drop_ins:
                # With all that is commented out for the reader to choose.
                lines = (folder / drop_in).read_text()
                (unit.parent / "cleanupd.service.d" / drop_in).write_text(re.sub(r"^# (\w+=)", r"\1", lines, flags=re.M))
            verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
            said = [line for line in verified.stderr.splitlines() if "cleanupd" in line]
            if said or verified.returncode != 0:
                found.append(f"{FOLDER}: {name}: {' '.join(said) or verified.stderr.strip()}")
            if drop_ins:
                # What an operator opens is the operator's affair.
                continue
            exposure = common.run("systemd-analyze", "security", "--offline=true", f"--threshold={LIMIT}", str(unit))
            if exposure:
                found.append(f"{FOLDER}: {name} is more exposed than {LIMIT / 10}: {exposure.splitlines()[-1]}")
    text = (folder / "cleanupd.service").read_text()
    found += [f"{FOLDER}/cleanupd.service does not say {line}" for line in PROMISED if line not in text.splitlines()]
    calls = allowed_calls(text)
    found += [f"{FOLDER}/cleanupd.service does not allow {call}" for call in sorted(NEEDED - calls)]
    return found + [f"{FOLDER}/cleanupd.service allows {call}" for call in sorted(DENIED & calls)]
