#!/usr/bin/env python3
"""Writes log files as services write them, the same ones for the same seed.

Usage: make_logs.py DIRECTORY FILES BYTES_PER_FILE [SEED]
"""
import datetime
import os
import random
import sys

LEVELS = ["INFO"] * 82 + ["DEBUG"] * 10 + ["WARN"] * 6 + ["ERROR"] * 2
MODULES = ["api.router", "db.pool", "worker.render", "auth.session", "cache", "scheduler", "storage.s3", "mailer"]
PATHS = ["/api/v1/previews/{}", "/api/v1/jobs/{}", "/static/app.{:x}.js", "/healthz", "/api/v2/users/{}/orders",
         "/login", "/api/v1/objects?cursor={:x}"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64) Firefox/126.0", "curl/7.88.1", "python-requests/2.31.0",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4) Safari/605.1.15", "Prometheus/2.42.0"]
FRAMES = ["at Renderer.frame (/srv/app/render.js:{}:{})", "at Pool.acquire (/srv/app/db/pool.js:{}:{})",
          "at processTicksAndRejections (node:internal/process/task_queues:{}:{})"]


def line(rng, clock):
    stamp = clock.strftime("%Y-%m-%dT%H:%M:%S.") + f"{clock.microsecond // 1000:03d}Z"
    kind = rng.random()
    if kind < 0.55:
        path = rng.choice(PATHS).format(rng.randrange(1 << 24))
        address = f"10.{rng.randrange(8)}.{rng.randrange(256)}.{rng.randrange(256)}"
        return (f'{address} - - [{stamp}] "{rng.choice(("GET", "GET", "GET", "POST"))} {path} HTTP/1.1" '
                f'{rng.choice((200, 200, 200, 200, 304, 404, 500))} {rng.randrange(100, 90000)} "-" '
                f'"{rng.choice(AGENTS)}" {rng.random() * 0.8:.3f}\n')
    text = (f"{stamp} {rng.choice(LEVELS):5} {rng.choice(MODULES)} request_id={rng.getrandbits(64):016x} "
            f"user={rng.randrange(40000)} took={rng.expovariate(0.05):.1f}ms ")
    if kind < 0.97:
        return text + rng.choice(("request finished", "cache miss, loading from store", "lease renewed",
                                  f"removed {rng.randrange(300)} expired rows", "retrying after timeout")) + "\n"
    return text + "unhandled exception: connection reset by peer\n" + "".join(
        "    " + rng.choice(FRAMES).format(rng.randrange(900), rng.randrange(80)) + "\n" for _ in range(6))


def main():
    directory, files, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    os.makedirs(directory, exist_ok=True)
    for number in range(files):
        rng = random.Random(seed * 1_000_003 + number)
        clock = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=number)
        written = 0
        with open(os.path.join(directory, f"service-{number:03d}.log"), "w", encoding="ascii") as out:
            while written < size:
                clock += datetime.timedelta(microseconds=rng.randrange(1, 60000))
                text = line(rng, clock)[:size - written]
                out.write(text)
                written += len(text)


main()
