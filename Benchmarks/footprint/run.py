#!/usr/bin/env python3
"""What a cleanupd costs that has nothing to do, beside prometheus-node-exporter: run.py

BENCH_IDLE=30: seconds of rest over which the processor's time is counted.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import CLEANUPD, Part, answers, configure, fail, forget, free_port, measure, need, package, say, scratch, turns_of

INTRO = """node_exporter is here because it stands on most machines that Prometheus watches, and is what a small service in Go
costs. It keeps no state; cleanupd opens its store, takes its lock, reads the tasks and schedules them before it answers. Memory
is that of the process after that rest, from `/proc/PID/smaps_rollup`."""
EXPORTER = "prometheus-node-exporter"


class Service:
    """A process, from its start to its first good answer, which took `milliseconds`."""

    def __init__(self, folder, command, port, path):
        with open(folder / "service.log", "wb") as log:
            start = time.perf_counter()
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        while not answers(port, path):
            if self.process.poll() is not None or time.perf_counter() - start > 60:
                fail(f"{command[0]} did not start: {(folder / 'service.log').read_text()[-2000:]}")
            time.sleep(0.001)
        self.milliseconds = (time.perf_counter() - start) * 1000

    def memory(self):
        """MiB in memory, and those of them that are no file's."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return tuple(int(re.search(rf"^{key}:\s+(\d+)", text, re.MULTILINE).group(1)) / 1024 for key in ("Rss", "Anonymous"))

    def processor(self):
        """Seconds of the processor so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.terminate()
        self.process.wait(30)


def main():
    need("prometheus-node-exporter", "strip")
    idle = int(os.environ.get("BENCH_IDLE", "30"))
    with scratch() as folder:
        part = Part("footprint", "Start, rest and size", INTRO, folder, [package(EXPORTER)])
        port, other = free_port(), free_port()
        (folder / "tree").mkdir()
        configure(folder, f"""
http: {{ listen: "127.0.0.1:{port}" }}
connections: {{ tree: {{ url: "file://{folder}/tree" }} }}
cycles: {{ hourly: {{ schedule: "@hourly", tasks: [files] }} }}
tasks:
  files: {{ files: {{ in: tree, type: file }}, remove: {{ older_than: 7d }} }}
""")
        commands = {"ours": ([CLEANUPD, "serve"], port, "/healthz"),
                    "peer": ([EXPORTER, f"--web.listen-address=127.0.0.1:{other}"], other, "/")}
        starts, versions = {"ours": [], "peer": []}, {"ours": [], "peer": []}
        turns = turns_of(9)
        for turn in range(1, turns + 1):
            say(f"start {turn} of {turns}")
            for name, command in commands.items():
                forget(folder)
                service = Service(folder, *command)
                service.end()
                starts[name].append(service.milliseconds)
            for name, program in (("ours", CLEANUPD), ("peer", EXPORTER)):
                versions[name].append(measure(f"{program} --version 2>&1", folder)[0] * 1000)
        say(f"rest of {idle} s")
        services = {name: Service(folder, *command) for name, command in commands.items()}
        time.sleep(3)
        before = {name: service.processor() for name, service in services.items()}
        time.sleep(idle)
        percent = {name: (service.processor() - before[name]) / idle * 100 for name, service in services.items()}
        memory = {name: service.memory() for name, service in services.items()}
        for service in services.values():
            service.end()
        # As they are shipped: without symbols.
        shipped = folder / "cleanupd"
        subprocess.run(["strip", "-o", shipped, os.path.realpath(CLEANUPD)], check=True)
        sizes = {name: os.path.getsize(path) / 2**20 for name, path in (("ours", shipped), ("peer", "/usr/bin/" + EXPORTER))}
        part.row("start to the first good answer", "ms", starts["ours"], EXPORTER, starts["peer"],
                 note="cleanupd: `serve` to a 200 of `/healthz`, with a new state; node_exporter: to its first page")
        part.row("`--version`", "ms", versions["ours"], EXPORTER, versions["peer"])
        part.row("memory at rest", "MiB", [memory["ours"][0]], EXPORTER, [memory["peer"][0]])
        part.row("of it anonymous", "MiB", [memory["ours"][1]], EXPORTER, [memory["peer"][1]],
                 note="what no file backs, and only swap could take")
        part.row(f"processor over {idle} s of rest", "%", [percent["ours"]],
                 note=f"of one core; node_exporter, which has no schedule: {percent['peer']:.2f} %")
        part.row("the program's file, without symbols", "MiB", [sizes["ours"]], EXPORTER, [sizes["peer"]],
                 note=f"{linkage()}; the target is no ratio, since there are HTTP, TLS, PostgreSQL, S3, Docker and a page in it")
        for command, _, _ in commands.values():
            part.command(" ".join(command))
        part.finish()


def linkage():
    """Whether the Swift runtime is in the file or beside it."""
    libraries = subprocess.run(["ldd", CLEANUPD], stdout=subprocess.PIPE, text=True, check=False).stdout
    return "the Swift runtime lies in libraries of its own beside it" if "libswift" in libraries else "the Swift runtime is in it"


main()
