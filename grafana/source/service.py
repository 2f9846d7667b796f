"""Panels of the overview about the program itself."""

from . import settings
from .panels import bargauge, column, incidents, labels, named_like, table, target, timeseries
from .queries import Service

BY_INSTANCE = "{{instance}}"


def cycles() -> dict:
    return bargauge(
        "Cycles, and those that failed",
        [
            target(Service.cycles, "{{cycle}} ended"),
            target(Service.cycle_failures, "{{cycle}} failed or partial"),
        ],
        "In the chosen time. Good: none failed. A cycle counts as failed if one of its tasks did not succeed.",
        unit=settings.COUNT,
        thresholds=settings.NEUTRAL,
        alerts=("CleanupCycleFailed",),
        overrides=(named_like("/ failed or partial$/", settings.NONE_IS_GOOD),),
    )


def instances() -> dict:
    return table(
        "Instances",
        {
            "name": "instance",
            "title": "Instance",
            "also": ["version", "revision"],
            "properties": [
                {"id": "links", "value": [{"title": "Its page", "url": settings.INSTANCE_PAGE, "targetBlank": True}]}
            ],
        },
        [
            column("Up", Service.up_by_instance, unit=settings.COUNT, mappings=settings.YES_OR_NO),
            labels(Service.version),
            column("Started", Service.started, unit=settings.FROM_NOW),
            column("Configuration loaded", Service.reload_time, unit=settings.FROM_NOW),
        ],
        "Good: all are up, of one version, and loaded their configuration at about the same time. Click on an instance "
        "for its page.",
        w=12,
        alerts=("CleanupdReplicaDown", "CleanupdAbsent"),
    )


def api() -> list[dict]:
    return [
        timeseries(
            "HTTP requests, by route and status",
            [target(Service.requests, "{{route}} {{code}}")],
            "Per second. Good: nothing but 200 (503 of /readyz while it starts or stops).",
            unit=settings.REQUESTS_PER_SECOND,
            w=8,
        ),
        timeseries(
            "HTTP requests: 95th percentile of duration",
            [target(Service.request_p95, "{{route}}")],
            "Only while there are requests. Good: well below 1 s.",
            unit=settings.SECONDS,
            w=8,
            points=True,
        ),
        timeseries(
            "HTTP requests refused",
            [target(Service.auth_failures, "{{reason}}"), target(Service.rate_limited, "too many for {{route}}")],
            "Per second, for want of a good token or because there were too many. Good: 0. Otherwise somebody guesses, "
            "or a client has an old token.",
            unit=settings.REQUESTS_PER_SECOND,
            w=8,
            alerts=("CleanupAuthFailures",),
        ),
    ]


def process() -> list[dict]:
    return [
        timeseries(
            "CPU",
            [target(Service.cpu, BY_INSTANCE)],
            "Share of one core. Good: near 0 between runs; `compress` may take whole cores.",
            unit=settings.SHARE,
            w=8,
            h=7,
        ),
        timeseries(
            "Memory",
            [target(Service.memory, BY_INSTANCE)],
            "Resident. Good: falls back after each run; steps that only rise are a leak worth a report.",
            unit=settings.BYTES,
            w=8,
            h=7,
        ),
        timeseries(
            "Open files",
            [target(Service.descriptors, BY_INSTANCE)],
            "Share of the limit of the process. Good: a few percent. Near 100 % scans and scrapes fail.",
            unit=settings.SHARE,
            w=8,
            h=7,
            thresholds=settings.DESCRIPTORS,
        ),
    ]


def ledger() -> list[dict]:
    return [
        timeseries(
            "Ledger: records written",
            [target(Service.ledger_records, BY_INSTANCE)],
            "Intents made durable before anything was done, per second: what was deleted stands here first.",
            unit=settings.PER_SECOND,
            w=6,
        ),
        incidents(
            "Ledger: writes that failed",
            [target(Service.ledger_failures, BY_INSTANCE)],
            "Deletions stop until it can be written again: look at the disk under `state`.",
            thresholds=settings.NONE_IS_GOOD,
            w=6,
            alerts=("CleanupLedgerFailing",),
        ),
    ]


def scrape() -> list[dict]:
    return [
        timeseries(
            "Scrapes",
            [target(Service.gather, BY_INSTANCE + " built"), target(Service.scrape, BY_INSTANCE + " scraped")],
            "How long the program took to build the metrics, and Prometheus to fetch them. Good: milliseconds.",
            unit=settings.SECONDS,
            thresholds=settings.GATHER,
            alerts=("CleanupMetricsErrors",),
        ),
        incidents(
            "Trouble with metrics",
            [
                target(Service.gather_errors, BY_INSTANCE + " {{cause}} errors"),
                target(Service.dropped_series, BY_INSTANCE + " series dropped"),
                target(Service.dropped_values, BY_INSTANCE + " values dropped"),
            ],
            "Dropped series: a family reached its limit and the rest counts as `other`. Others are defects of the "
            "program: please report them.",
            thresholds=settings.NONE_IS_GOOD,
            w=12,
            alerts=("CleanupMetricsErrors",),
        ),
    ]
