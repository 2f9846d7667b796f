#!/usr/bin/env python3
"""The 99th percentile of pgbench's latency (4 clients) alone, and beside a run of cleanupd: beside.py

BENCH_ROWS=1000000 BENCH_SECONDS=10: rows, and how long pgbench runs alone. The two take turns, and the median counts.
"""

import os
import subprocess
import time

from postgres import PROGRAMS, postgres  # first: it says where kit is
from kit import CLEANUPD, Part, fail, output, run, say, scratch, size, turns_of

INTRO = """What the users of a database notice while half a table of it is removed: pgbench's own transactions, four clients
as fast as they can, alone and beside a run that has no `pace` set."""


class Clients:
    def __init__(self, server, folder):
        self.folder = folder
        self.command = [f"{PROGRAMS}/pgbench", "-h", "127.0.0.1", "-p", str(server.port), "-U", "app", "-n"]

    def transact(self, seconds):
        options = ["-c", "4", "-j", "1", "-T", str(seconds), "-l", f"--log-prefix={self.folder}/log"]
        return subprocess.Popen([*self.command, *options, "bench"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def percentile(self, start, end):
        """The 99th of what ended between those instants, in milliseconds."""
        latencies = []
        for file in self.folder.glob("log.*"):
            for line in file.read_text().splitlines():
                fields = line.split()
                # What ends it may cut its last line.
                if len(fields) >= 6 and start <= float(f"{fields[4]}.{fields[5]:>06}") <= end:
                    latencies.append(int(fields[2]))
            file.unlink()
        if len(latencies) < 100:
            fail(f"only {len(latencies)} transactions ended meanwhile: raise BENCH_ROWS")
        return sorted(latencies)[int(len(latencies) * 0.99)] / 1000


def alone(clients, seconds):
    if clients.transact(seconds).wait() != 0:
        fail("pgbench failed")
    return clients.percentile(0, 1e12)


def beside(clients):
    """The percentile while a run lasts, and how long that was."""
    process = clients.transact(600)
    while not any(file.stat().st_size for file in clients.folder.glob("log.*")):
        time.sleep(0.1)
    start = time.time()
    run(f"{CLEANUPD} run logs --force")
    end = time.time()
    if process.poll() is not None:
        fail("pgbench ended before the run")
    # It writes its log in blocks: the next one has what the run saw last.
    time.sleep(1)
    process.terminate()
    process.wait()
    return clients.percentile(start, end), end - start


def main():
    rows, seconds = size(int(os.environ.get("BENCH_ROWS", "1000000")), least=10_000), int(os.environ.get("BENCH_SECONDS", "10"))
    with scratch() as folder, postgres(folder) as server:
        part = Part("beside", "Others on the same PostgreSQL", INTRO, folder, [output([f"{PROGRAMS}/pgbench", "--version"])])
        server.sql("postgres", "CREATE DATABASE bench")
        clients = Clients(server, folder)
        run([*clients.command, "-i", "-q", "-s", "20", "bench"])
        server.fill("ordered", rows, "n")
        server.configure("copy")
        before, together, lasted = [], [], []
        turns = turns_of(3)
        for turn in range(1, turns + 1):
            say(f"turn {turn} of {turns}")
            server.copy("ordered")
            before.append(alone(clients, seconds))
            latency, length = beside(clients)
            server.check("cleanupd")
            together.append(latency)
            lasted.append(length)
        part.row("p99 of pgbench beside a run", "ms", together, "alone", before)
        part.row(f"the run beside it, {rows // 2:,} rows", "s", lasted,
                 note="as slow as its neighbours want it")
        part.command(f"pgbench -c 4 -j 1 -T {seconds} -l bench  # of scale 20")
        part.command(f"{CLEANUPD} run logs --force")
        part.finish()


main()
