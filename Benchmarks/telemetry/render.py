#!/usr/bin/env python3
"""The peer: the same operations with prometheus_client, as `name nanoseconds`, the best of several rounds."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

BUCKETS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


def measure(name, iterations, body, rounds=3):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        body(iterations)
        best = min(best, (time.perf_counter() - start) / iterations)
    print(name, best * 1e9)


def large_registry():
    """9,000 counters and gauges, and 72 histograms: 10,080 series, as a scrape counts them."""
    registry = CollectorRegistry()
    for family in range(9):
        kind, name = (Counter, f"bench_{family}_total") if family % 2 == 0 else (Gauge, f"bench_{family}")
        metric = kind(name, "A family.", ["task", "reason"], registry=registry)
        for series in range(1000):
            child = metric.labels(f"task-{series % 100}", f"reason-{series // 100}")
            (child.inc if kind is Counter else child.set)(series * 1.37)
    histogram = Histogram("bench_duration_seconds", "A histogram.", ["task"], buckets=BUCKETS, registry=registry)
    for series in range(72):
        for value in range(100):
            histogram.labels(f"task-{series}").observe(value * 0.7)
    return registry


def render(generate, registry):
    def body(iterations):
        for _ in range(iterations):
            assert len(generate(registry)) > 300_000, "the body is too short"

    return body


def main():
    registry = CollectorRegistry()
    counter = Counter("bench_total", "A counter.", registry=registry)
    histogram = Histogram("bench_seconds", "A histogram.", buckets=BUCKETS, registry=registry)

    def increment(iterations):
        for _ in range(iterations):
            counter.inc()

    def observe(iterations):
        for index in range(iterations):
            histogram.observe(index & 15)

    measure("counter increment", 300_000, increment)
    measure("histogram observe", 300_000, observe)
    large = large_registry()
    measure("render 10,000 series, text", 5, render(generate_latest, large))
    measure("render 10,000 series, OpenMetrics", 5, render(generate_openmetrics, large))


main()
