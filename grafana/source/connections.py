"""Panels of the overview about the servers behind connections: whether they answer, how, and what time it is there."""

from . import settings
from .kinds import durations, flags, rates, requests
from .layout import across
from .panels import timeseries
from .queries import Service
from .service import BY_INSTANCE

BY_OPERATION = "{{connection}} {{operation}}"


def calls() -> list[dict]:
    return [
        requests(
            "Calls, by connection and operation",
            {BY_OPERATION: Service.calls},
            "Per second, each counted once however often it was made again. Good: bursts at each run, about as high "
            "as ever. None while its tasks run: of PostgreSQL, its circuit is open.",
            alerts=("CleanupBackendFailing",),
        ),
        requests(
            "Calls that failed, by reason",
            {"{{connection}} {{reason}}": Service.call_failures},
            "Per second; keys that were refused within a list of deletions count each. Good: 0, or single ones. "
            "Refused ones are answers: a condition that did not hold, as probes of an object storage ask on purpose. "
            "For the others look at the server, the network and the keys.",
            stacked=True,
            alerts=("CleanupBackendFailing", "CleanupErrorRatioHigh"),
        ),
        *across(
            durations(
                "Calls: 95th percentile of duration",
                {BY_OPERATION: Service.call_p95},
                "Retries and the pauses between them included, only while there are calls. Good: as ever, well below "
                "1 s but for the removal of large containers.",
                alerts=("CleanupBackendFailing",),
            ),
            rates(
                "Calls made again",
                {BY_OPERATION: Service.call_retries},
                "Per second. Good: 0, or single ones. Many: the server is throttled or unwell, and soon calls fail.",
                alerts=("CleanupBackendFailing",),
            ),
            flags(
                "Open circuits",
                {"{{connection}}": Service.circuit_open},
                "1 while a replica does not even try to connect to PostgreSQL: for 30 s after five failures in a row. "
                "Good: 0. It tries again by itself; runs fail until then. No line: there is no PostgreSQL.",
                alerts=("CleanupBackendFailing", "CleanupRunsFailing"),
            ),
        ),
    ]


def promises() -> list[dict]:
    """What ages and deletions rest on."""
    return [
        flags(
            "Deletes only what has not changed",
            {"{{connection}}": Service.conditional_deletes},
            "1 if the object storage heeded If-Match at the last probe. Good: 1. At 0 tasks refuse to delete there, "
            "or do so without this protection if `allow.unconditional` says so. No line: there is no object storage, "
            "or the probe may not write.",
            w=8,
            alerts=("CleanupConditionalDeletesIgnored",),
        ),
        timeseries(
            "Clocks: our own minus the server's",
            {BY_INSTANCE + ": {{source}}": Service.clock_offset},
            "Good: milliseconds. Beyond 30 s either way ages are wrong, and the alert fires: above, the replica is "
            "ahead and takes young things for old ones. One replica apart from all: its clock; one source apart from "
            "all replicas: that server's. No line: no answer within 15 minutes.",
            unit=settings.SECONDS,
            thresholds=settings.CLOCK,
            w=16,
            signed=True,
            alerts=("CleanupClockSkew", "CleanupGuardTripped"),
        ),
    ]
