#!/usr/bin/env python3
"""Compresses old log files, beside gzip, pigz and logrotate: run.py

BENCH_LOGS=24: files of 16 MiB. Each command must leave a good archive of each file, and no file.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import CLEANUPD, HERE, Part, configure, fail, forget, need, package, run, scratch, size, take_turns, turns_of

INTRO = """Logs as services write them, 16 MiB each, at level 6. cleanupd reads each archive back and compares its checksum,
synchronises file and folder before the original goes; none of the peers does either. It uses both cores, as pigz does."""
LOGROTATE = """with a state and a configuration of its own (`rotate 1`, `compress`, `nodelaycompress`); renames, then runs gzip
on one file after the other"""


def main():
    need("gzip", "pigz", "logrotate")
    logs, mebibytes = size(int(os.environ.get("BENCH_LOGS", "24")), least=2), 16
    with scratch() as folder:
        master, work = folder / "master", folder / "logs"
        run([sys.executable, str(HERE / "gzip/make_logs.py"), str(master), str(logs), str(mebibytes << 20)])
        run(f"touch -d '10 days ago' {master}/*")
        configure(folder, f"""
connections: {{ logs: {{ url: "file://{work}" }} }}
tasks:
  logs: {{ files: {{ in: logs, type: file, match: ["*.log"] }}, compress: {{ older_than: 7d }} }}
  fast: {{ files: {{ in: logs, type: file, match: ["*.log"] }}, compress: {{ older_than: 7d, library: libdeflate }} }}
""")
        rotation = folder / "logrotate.conf"
        rotation.write_text(f"{work}/*.log {{\n  rotate 1\n  compress\n  nodelaycompress\n  compressoptions -6\n}}\n")
        rotation.chmod(0o644)

        def prepare():
            shutil.rmtree(work, ignore_errors=True)
            run(["cp", "-a", str(master), str(work)])
            (folder / "logrotate.state").unlink(missing_ok=True)
            forget(folder)

        def check(name):
            archives = sorted(work.glob("*.gz"))
            plain = [file for file in work.iterdir() if file.suffix == ".log"]
            if len(archives) != logs or plain:
                fail(f"{name} left {len(archives)} archives of {logs}, and {len(plain)} files")
            # Each of them, read by gzip itself, is what it was.
            for archive in archives:
                run(f"gzip -dc {archive} | cmp - {master / (archive.name.split('.log')[0] + '.log')}")

        commands = {
            "cleanupd": f"{CLEANUPD} run logs --force",
            "fast": f"{CLEANUPD} run fast --force",
            "pigz": f"pigz -p2 -6 {work}/*.log",
            "gzip": f"gzip -6 {work}/*.log",
            "logrotate": f"logrotate --force --state {folder}/logrotate.state {rotation}",
        }
        versions = [package(name) for name in ("gzip", "pigz", "logrotate")]
        part = Part("compress", "Compressing logs", INTRO, folder, versions)
        seconds = take_turns({name: (prepare, command, check) for name, command in commands.items()}, turns_of(3), folder)
        part.compare(f"{logs} files of {mebibytes} MiB", seconds, "cleanupd", [
            ("pigz", "both cores on one file after the other"), ("gzip", "one core"), ("logrotate", LOGROTATE),
        ])
        part.compare(f"{logs} files of {mebibytes} MiB, `library: libdeflate`", seconds, "fast", [("pigz", ""), ("gzip", "")])
        for command in commands.values():
            part.command(command)
        part.finish()


main()
