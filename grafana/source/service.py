"""Panels of the overview about the program itself."""

from . import settings
from .kinds import durations, rates, requests
from .layout import across
from .panels import bargauge, column, incidents, labels, named_like, table, timeseries
from .queries import Service

BY_INSTANCE = "{{instance}}"


def cycles() -> dict:
    return bargauge(
        "Cycles, and those that failed",
        {
            "{{cycle}} ended": Service.cycles,
            "{{cycle}} failed or partial": Service.cycle_failures,
            "{{cycle}} begun without quiet": Service.cycles_late,
        },
        "In the chosen time. Good: none failed. A cycle counts as failed if one of its tasks did not succeed; one that waits "
        "until it is quiet (when_quiet) begins without at its last moment.",
        unit=settings.COUNT,
        thresholds=settings.NEUTRAL,
        alerts=("CleanupCycleFailed",),
        overrides=(named_like("/ failed or partial$/", settings.NONE_IS_GOOD),),
    )


def notifications() -> list[dict]:
    return across(
        bargauge(
            "Messages about cycles",
            {"{{cycle}}": Service.notifications},
            "In the chosen time: what `notify` asked for, delivered or not. 0 where a cycle tells nobody.",
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            alerts=("CleanupNotificationsFailing",),
        ),
        incidents(
            "Messages that did not arrive",
            {"{{cycle}} {{reason}}": Service.notification_failures},
            "Refused: the server does not want them. Unreachable: it did not answer well in any try. Dropped: there were "
            "too many, or the process ended first. The log names the server.",
            thresholds=settings.NONE_IS_GOOD,
            alerts=("CleanupNotificationsFailing",),
        ),
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
            column("Contained", Service.contained, unit=settings.COUNT, mappings=settings.YES_OR_NO),
        ],
        "Good: all are up, of one version, contained by the kernel, and loaded their configuration at about the same "
        "time. Click on an instance for its page.",
        w=12,
        alerts=("CleanupdReplicaDown", "CleanupdAbsent", "CleanupContainmentMissing"),
    )


def api() -> list[dict]:
    return across(
        requests(
            "HTTP requests, by route and status",
            {"{{route}} {{code}}": Service.requests},
            "Per second. Good: nothing but 200 (503 of /readyz while it starts or stops).",
        ),
        durations(
            "HTTP requests: 95th percentile of duration",
            {"{{route}}": Service.request_p95},
            "Only while there are requests. Good: well below 1 s.",
        ),
        requests(
            "HTTP requests refused",
            {"{{reason}}": Service.auth_failures, "too many for {{route}}": Service.rate_limited},
            "Per second, for want of a good token or because there were too many. Good: 0. Otherwise somebody guesses, "
            "or a client has an old token.",
            alerts=("CleanupAuthFailures",),
        ),
    )


def process() -> list[dict]:
    return across(
        timeseries(
            "CPU",
            {BY_INSTANCE: Service.cpu},
            "Share of one core. Good: near 0 between runs; `compress` may take whole cores.",
            unit=settings.SHARE,
        ),
        timeseries(
            "Memory",
            {BY_INSTANCE: Service.memory},
            "Resident. Good: falls back after each run; steps that only rise are a leak worth a report.",
            unit=settings.BYTES,
        ),
        timeseries(
            "Open files",
            {BY_INSTANCE: Service.descriptors},
            "Share of the limit of the process. Good: a few percent. Near 100 % scans and scrapes fail.",
            unit=settings.SHARE,
            thresholds=settings.DESCRIPTORS,
        ),
        h=7,
    )


def ledger() -> list[dict]:
    return [
        rates(
            "Ledger: records written",
            {BY_INSTANCE: Service.ledger_records},
            "Intents made durable before anything was done, per second: what was deleted stands here first.",
            w=6,
        ),
        incidents(
            "Ledger: writes that failed",
            {BY_INSTANCE: Service.ledger_failures},
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
            {BY_INSTANCE + " built": Service.gather, BY_INSTANCE + " scraped": Service.scrape},
            "How long the program took to build the metrics, and Prometheus to fetch them. Good: milliseconds.",
            unit=settings.SECONDS,
            thresholds=settings.GATHER,
            alerts=("CleanupMetricsErrors",),
        ),
        incidents(
            "Trouble with metrics",
            {
                BY_INSTANCE + " {{cause}} errors": Service.gather_errors,
                BY_INSTANCE + " series dropped": Service.dropped_series,
                BY_INSTANCE + " values dropped": Service.dropped_values,
            },
            "Dropped series: a family reached its limit and the rest counts as `other`. Others are defects of the "
            "program: please report them.",
            thresholds=settings.NONE_IS_GOOD,
            w=12,
            alerts=("CleanupMetricsErrors",),
        ),
    ]
