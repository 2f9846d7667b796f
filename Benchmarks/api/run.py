#!/usr/bin/env python3
"""How long calls of the API and scrapes take, at a fixed rate, while a run deletes at full speed: run.py

BENCH_API=1000000: files, all due. BENCH_RATE=15: requests a second of each call.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import CLEANUPD, HERE, Part, answers, configure, fail, free_port, run, scratch, server, size

from ask import siege

INTRO = """A run that a call began deletes at full speed while each of these is asked for at a fixed rate. Each call has a
connection of its own, and its time counts from when it was due, so that an answer that is late makes the next ones late."""


def main():
    files, rate = size(int(os.environ.get("BENCH_API", "1000000")), least=1000), float(os.environ.get("BENCH_RATE", "15"))
    with scratch() as folder:
        part = Part("api", "The API beside a run", INTRO, folder, [])
        for name, directories, old in (("tree", (files + 999) // 1000, 100), ("other", 10, 50)):
            (folder / name).mkdir()
            run([sys.executable, str(HERE / "make-tree.py"), str(folder / name), str(directories), "1000", str(old)])
        port = free_port()
        # The jobs and runs of some past are there, too.
        configure(folder, f"""
http: {{ listen: "127.0.0.1:{port}" }}
connections:
  tree: {{ url: "file://{folder}/tree" }}
  other: {{ url: "file://{folder}/other" }}
cycles:
  busy: {{ every: 1s, tasks: [nothing] }}
tasks:
  files: {{ files: {{ in: tree, type: file }}, remove: {{ older_than: 7d }}, limits: {{ max_percent: 100 }} }}
  other: {{ files: {{ in: other, type: file }}, remove: {{ older_than: 7d }} }}
  nothing: {{ files: {{ in: other, match: ["*.nothing"] }}, remove: {{ older_than: 7d }} }}
""")
        with server([CLEANUPD, "serve"], folder / "serve.log", lambda: answers(port, "/readyz")):
            time.sleep(1)
            calls = [f"/api/cleanup/{name}" for name in ("status", "runs", "candidates?task=other", "jobs", "settings")]
            deleted, lasted, times = siege(port, "files", [*calls, "/metrics"], rate)
        for _, _, left in os.walk(folder / "tree"):
            if left:
                fail(f"the run left {len(left)} files of one directory")
        for call, milliseconds in times.items():
            part.row(f"`{call}`, p99 of {len(milliseconds):,}", "ms", [milliseconds[int(0.99 * len(milliseconds))]],
                     note=f"p50 {milliseconds[len(milliseconds) // 2]:.1f} ms" if call == "/metrics" else "")
        part.row(f"the run meanwhile, {deleted:,} files", "s", [lasted],
                 note="20,000 files in each second, plan included")
        part.command(f"{CLEANUPD} serve")
        part.command(f"""curl -d '{{"tasks":["files"],"dry_run":false}}' http://127.0.0.1:{port}/api/cleanup/run""")
        part.finish()


main()
