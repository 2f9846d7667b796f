#!/usr/bin/env python3
"""Operations of Telemetry beside those of the Go and the Python client library, measured in turn: run.py

Needs the release build of Benchmarks/telemetry/swift. All of them at their own best of several rounds, twice in turn.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kit import BUILD, HERE, VENV, Part, fail, need, package, say, scratch, wheel

INTRO = """The time of one operation, the best of all rounds: what an increment costs the code that makes it, and what
a scrape of 10,080 series costs the service. Histograms here always keep native buckets beside the classic ones; the peers
can be told to (Go) or cannot (Python). Best instead of median, because an operation of nanoseconds is only ever slowed down
by what else the machine does."""
GO, PYTHON = "client_golang", "prometheus_client"
SOURCES = "/usr/share/gocode"
GO_TEST = "go test -bench . -benchtime 0.3s -count 3 Benchmarks/telemetry/go/telemetry_test.go"
NATIVE, CLASSIC = "both with native buckets", "native here only"
# Our operation, the peer's, and a note.
GO_ROWS = [
    ("counter increment", "CounterIncrement", ""), ("counter increment by 1.5", "CounterIncrementBy", ""),
    ("histogram observe", "HistogramObserveNative", NATIVE), ("histogram observe", "HistogramObserve", CLASSIC),
    ("histogram observe, spread", "HistogramObserveSpreadNative", NATIVE),
    ("histogram observe, spread", "HistogramObserveSpread", CLASSIC),
    ("render 10,000 series, text", "RenderText", ""), ("render 10,000 series, OpenMetrics", "RenderOpenMetrics", ""),
    ("render 10,000 series, protobuf", "RenderProtobuf", ""),
]
PYTHON_ROWS = [
    ("counter increment", ""), ("histogram observe", CLASSIC),
    ("render 10,000 series, text", ""), ("render 10,000 series, OpenMetrics", ""),
]


def lines(command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode != 0:
        fail(f"{command} ended with {done.returncode}: {done.stdout[-2000:]}")
    return [line.rsplit(" ", 1) for line in done.stdout.splitlines()]


def go(cache):
    """Names and nanoseconds of `go test -bench`; offline, with the library of Debian."""
    environment = {**os.environ, "GO111MODULE": "off", "GOPROXY": "off", "GOFLAGS": "", "GOPATH": SOURCES, "GOCACHE": cache}
    for words in lines(GO_TEST.split(), env=environment, cwd=HERE.parent):
        fields = " ".join(words).split()
        if fields and fields[0].startswith("Benchmark"):
            yield fields[0].removeprefix("Benchmark").split("-")[0], fields[2]


def main():
    need("go")
    if not os.path.isdir(f"{SOURCES}/src/github.com/prometheus/client_golang"):
        fail("the Go client library is missing: run scripts/install.sh bench")
    with scratch() as folder:
        versions = [package("golang-go"), package("golang-github-prometheus-client-golang-dev"), wheel("prometheus_client")]
        part = Part("telemetry", "Metrics", INTRO, folder, versions)
        best = {"ours": {}, GO: {}, PYTHON: {}}
        for turn in (1, 2):
            say(f"turn {turn} of 2")
            for whose, found in (("ours", lines([BUILD / "TelemetryBenchmark"])), (GO, go(str(folder / "cache"))),
                                 (PYTHON, lines([VENV / "bin/python", HERE / "telemetry/render.py"]))):
                for name, figure in found:
                    best[whose][name] = min(float(figure), best[whose].get(name, float("inf")))
        rows = [(name, GO, peer, note) for name, peer, note in GO_ROWS]
        rows += [(name, PYTHON, name, note) for name, note in PYTHON_ROWS]
        for name, library, peer, note in rows:
            unit, nanoseconds = ("ms", 1e6) if name.startswith("render") else ("ns", 1)
            ours, theirs = best["ours"][name] / nanoseconds, best[library][peer] / nanoseconds
            part.row(name, unit, [ours], library, [theirs], note=note)
        part.command("TelemetryBenchmark")
        part.command(f"GO111MODULE=off GOPATH={SOURCES} {GO_TEST}")
        part.command("python Benchmarks/telemetry/render.py")
        part.finish()


main()
