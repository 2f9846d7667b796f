#!/usr/bin/env python3
"""How long it takes to get a lock, beside redis-cli --latency on the same server: run.py

Needs the release build of Benchmarks/locks/swift.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import BUILD, Part, fail, package, say, scratch, turns_of

from redis import redis

INTRO = """The peer is a bare PING over loopback, as `redis-cli --latency` measures it (its average, in hundredths of a
millisecond). A lock is a script that takes a free lease; the lock of a task also raises a number in a SQLite file, which is
durable before the lock counts."""
NAMES = ["PING by this client", "lock granted by Redis", "lock of a task, its epoch durable"]


def main():
    figures, peer = {}, []
    with scratch() as folder, redis(folder) as server:
        part = Part("locks", "Locks in Redis", INTRO, folder, [package("redis-server")])
        turns = turns_of(3)
        for turn in range(1, turns + 1):
            say(f"turn {turn} of {turns}")
            peer.append(float(server.cli("--raw", "--latency", "-i", "2").splitlines()[-1].split()[2]))
            place = folder / f"turn-{turn}"
            place.mkdir()
            done = subprocess.run([BUILD / "LocksBenchmark", server.url, place], stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode != 0:
                fail("LocksBenchmark failed")
            for line in done.stdout.splitlines():
                name, median, high = line.rsplit(" ", 2)
                figures.setdefault(name, []).append((float(median), float(high)))
        for name in NAMES:
            part.row(f"{name}, p50", "ms", [median for median, _ in figures[name]], "redis-cli --latency", peer)
            part.row(f"{name}, p99", "ms", [high for _, high in figures[name]])
        part.command(f"LocksBenchmark {server.url} DIR")
        part.command("redis-cli -p PORT --raw --latency -i 2")
        part.finish()


main()
