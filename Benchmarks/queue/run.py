#!/usr/bin/env python3
"""The queue in Redis beside XADD by redis-benchmark, on one server: run.py

BENCH_JOBS=100000: jobs. Needs the release build of Benchmarks/queue/swift.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import BUILD, Part, fail, package, say, scratch, size, turns_of

from redis import redis

INTRO = """Jobs a second of one client. A job goes in by one script (is it live already, which epoch put it there, when is it
due) and out by two more. XADD by redis-benchmark does none of that and is the most that the server takes of one connection,
one at a time and 64 sent together."""
# Name, the peer's name, and what is printed.
ROWS = [
    ("enqueue one", "one", "enqueue, one at a time"), ("drain one", "one", "claim and complete, one worker"),
    ("enqueue many", "many", "enqueue, 64 at a time"), ("drain many", "many", "claim and complete, 64 workers"),
]


def add(server, together, count):
    return (f"redis-benchmark -h 127.0.0.1 -p {server.port} -c 1 -P {together} -n {count} --csv "
            "XADD bench * id cycle1@2027-01-15")


def xadd(server, together, count):
    lines = subprocess.run(add(server, together, count).split(), stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    server.cli("del", "bench")
    rates = [line.split('","')[1] for line in lines if line.startswith('"XADD')]
    return float(rates[0])


def ours(server, count):
    command = [BUILD / "QueueBenchmark", server.url + "/0", str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        fail("QueueBenchmark failed")
    server.cli("flushall")
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in done.stdout.splitlines()}


def main():
    count, figures = size(int(os.environ.get("BENCH_JOBS", "100000")), least=640), {}
    with scratch() as folder, redis(folder) as server:
        part = Part("queue", "The queue in Redis", INTRO, folder, [package("redis-server")])
        turns = turns_of(3)
        for turn in range(1, turns + 1):
            say(f"turn {turn} of {turns}")
            found = {"xadd one": xadd(server, 1, count), "xadd many": xadd(server, 64, count), **ours(server, count)}
            for name, figure in found.items():
                figures.setdefault(name, []).append(figure)
        for name, peer, text in ROWS:
            part.row(text, "/s", figures[name], f"XADD, {peer if peer == 'one' else '64'} at a time", figures[f"xadd {peer}"])
        part.row(f"peak memory of the client, {count:,} jobs twice", "MiB", [peak / 1024 for peak in figures["peak"]])
        part.command(f"QueueBenchmark {server.url}/0 {count}")
        part.command(add(server, 64, count))
        part.finish()


main()
