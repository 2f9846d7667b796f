#!/usr/bin/env python3
"""Begins a run by the API and asks the service at a fixed rate until it has ended: ask.py PORT TASK OTHER RATE

TASK is run, and the candidates of OTHER are asked for, RATE times a second as each of the other calls. Each call has a
connection of its own, and its time counts from when it was due, so that an answer that is late makes the next ones late.
Prints a table, and ends with 1 when a figure is above what is promised.
"""

import http.client
import json
import sys
import threading
import time

API, SCRAPE = 100, 50  # milliseconds


def request(connection, method, path, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 202):
        raise SystemExit(f"{method} {path}: {answer.status} {text.decode()[:500]}")
    return text


def ask(port, path, rate, ended, seconds):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    due = time.monotonic()
    while not ended.is_set():
        request(connection, "GET", path)
        seconds.append(time.monotonic() - due)
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))


def percentile(seconds, part):
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))] * 1000


def main():
    port, task, other, rate = int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
    calls = {f"/api/cleanup/{name}": API for name in ["status", "runs", f"candidates?task={other}", "jobs", "settings"]}
    calls["/metrics"] = SCRAPE
    control = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = json.loads(request(control, "POST", "/api/cleanup/run", json.dumps({"tasks": [task], "dry_run": False})))
    start = time.monotonic()
    ended = threading.Event()
    seconds = {path: [] for path in calls}
    threads = [threading.Thread(target=ask, args=(port, path, rate, ended, seconds[path])) for path in calls]
    for thread in threads:
        thread.start()
    while True:
        run = json.loads(request(control, "GET", f"/api/cleanup/runs/{begun['id']}"))
        if run["state"] != "running":
            break
        time.sleep(0.2)
    ended.set()
    for thread in threads:
        thread.join()
    lasted = time.monotonic() - start
    deleted = run["tasks"][task]["deleted"]
    if run["outcome"] != "success":
        raise SystemExit(f"the run ended with {run['outcome']}: {run}")
    print(f"{deleted:,} files were deleted in {lasted:.1f} s ({deleted / lasted:,.0f} a second, plan included).\n")
    print("| call | requests | p50 | p99 | p99 at most |\n|---|---|---|---|---|")
    failed = False
    for path, most in calls.items():
        high = percentile(seconds[path], 0.99)
        failed = failed or high >= most
        print(f"| `{path}` | {len(seconds[path])} | {percentile(seconds[path], 0.5):.1f} ms | {high:.1f} ms | {most} ms |")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
