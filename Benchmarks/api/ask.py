"""Begins a run by the API and asks the service at a fixed rate until it has ended."""

import http.client
import json
import threading
import time


def request(connection, method, path, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 202):
        raise SystemExit(f"{method} {path}: {answer.status} {text.decode()[:500]}")
    return text


def ask(port, path, rate, ended, milliseconds, failures):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    due = time.monotonic()
    while not ended.is_set():
        try:
            request(connection, "GET", path)
        except (SystemExit, OSError, http.client.HTTPException) as failure:
            # One that is not answered would be missing, and what it asks for no load to the others.
            failures.append(f"{path}: {failure!r}")
            return
        milliseconds.append((time.monotonic() - due) * 1000)
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))


def siege(port, task, calls, rate):
    """How many items a run of the task deleted, in how many seconds, and the times of the calls meanwhile, sorted."""
    control = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = json.loads(request(control, "POST", "/api/cleanup/run", json.dumps({"tasks": [task], "dry_run": False})))
    start, ended = time.monotonic(), threading.Event()
    times, failures = {path: [] for path in calls}, []
    threads = [threading.Thread(target=ask, args=(port, path, rate, ended, times[path], failures)) for path in calls]
    for thread in threads:
        thread.start()
    while (run := json.loads(request(control, "GET", f"/api/cleanup/runs/{begun['id']}")))["state"] == "running":
        time.sleep(0.2)
    ended.set()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit("; ".join(failures))
    if run["outcome"] != "success":
        raise SystemExit(f"the run ended with {run['outcome']}: {run}")
    return run["tasks"][task]["deleted"], time.monotonic() - start, {path: sorted(found) for path, found in times.items()}
