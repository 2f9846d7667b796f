"""Panels that both dashboards have. Each says what is good and what to do otherwise."""

from . import settings
from .kinds import durations, rates
from .panels import bargauge, heatmap, incidents, timeseries
from .queries import Service, Tasks

TO_TASK = {
    "title": "Open the task",
    "url": f"/d/{settings.TASK}?var-task=${{__field.labels.task}}&{settings.KEPT}",
}


def overdue_age(tasks: Tasks, links: tuple = ()) -> dict:
    return timeseries(
        "How far the oldest item is past its retention",
        {"{{task}}": tasks.overdue_age},
        "Good: 0, or less than the time between two runs. Rising without end: items are kept although they should go. "
        "Look at what is skipped and what fails, and run `cleanupd plan`.",
        unit=settings.SECONDS,
        alerts=("CleanupOverdue",),
        links=links,
    )


def lateness(tasks: Tasks, links: tuple = ()) -> dict:
    return timeseries(
        "Age of the last success, as a share of what is allowed",
        {"{{task}}": tasks.lateness},
        "Allowed are two schedule intervals and two time limits of a run. Good: a saw below 50 %. At 100 % two whole "
        "cycles were missed, and the alert fires. Tasks that are disabled or in dry run are left out. Look at the runs "
        "that failed, at the guards and at the leader.",
        unit=settings.SHARE,
        thresholds=settings.LIMIT,
        links=links,
        alerts=("CleanupTaskNotSucceeding", "CleanupTaskNeverSucceeded"),
    )


def guard_trips(tasks: Tasks, **size) -> dict:
    return incidents(
        "Plans refused by guards",
        {"{{guard}}": tasks.total("cleanup_guard_trips_total", "guard")},
        "A guard refused a plan before anything was removed: run `cleanupd plan`, see whether the plan is right, and "
        "only then raise the limit. A refusal before the first scrape of a process is not counted here.",
        thresholds=settings.NONE_IS_GOOD,
        alerts=("CleanupGuardTripped",),
        **size,
    )


def skipped(tasks: Tasks) -> dict:
    return rates(
        "Skipped, by reason",
        {"{{reason}}": tasks.rate("cleanup_items_skipped_total", "reason")},
        "Items that runs looked at and passed over, per second. Young and protected ones are as it should be; many "
        "that changed, vanished or are in use mean that something else works in the same place.",
        stacked=True,
    )


def failed(tasks: Tasks) -> dict:
    return rates(
        "Failures of items, by reason",
        {"{{reason}}": tasks.rate("cleanup_item_failures_total", "reason")},
        "Per second. Good: 0. Permission and io want a person; conflict, timeout and throttled are tried again by the "
        "next run. The log names each item.",
        stacked=True,
        alerts=("CleanupErrorRatioHigh",),
    )


def run_failures(tasks: Tasks, **size) -> dict:
    return incidents(
        "Runs that did not succeed",
        {"{{reason}}": tasks.total("cleanup_task_run_failures_total", "reason")},
        "The log and `cleanupd run` without `--force` tell why.",
        alerts=("CleanupRunsFailing",),
        **size,
    )


def duration(tasks: Tasks, **size) -> dict:
    return heatmap(
        "Duration of runs",
        tasks.duration_heat,
        "How many runs of tasks took how long. Good: the band stays where it was, far below the time limit. A band "
        "that climbs means more items, or a slower disk or database.",
        alerts=("CleanupRunsFailing",),
        **size,
    )


def cycles() -> dict:
    return heatmap(
        "Duration of cycles",
        Service.cycle_heat,
        "How many cycles took how long. Good: well below the time between two firings; a cycle that is still at work "
        "when it is due again misses that firing.",
        alerts=("CleanupCycleFailed",),
    )


def batches(tasks: Tasks, by: str) -> list[dict]:
    """What databases feel of us; time held back is split by the label `by`."""
    return [
        durations(
            "Database: time of a batch",
            {"{{task}} p50": tasks.batch(0.5), "{{task}} p95": tasks.batch(0.95)},
            "From BEGIN to COMMIT, only while batches run. Good: about the pace's goal, 100 ms unless set. p95 over "
            "5 s: an index is missing (`cleanupd check` names it), or the table is bloated.",
            thresholds=settings.BATCH,
            alerts=("CleanupDBBatchSlow",),
        ),
        timeseries(
            "Database: rows of a batch",
            {"{{task}} p50": tasks.batch_rows(0.5)},
            "Only while batches run. The size adapts to the database: one that falls to a few rows means that each row "
            "is expensive to delete (triggers, cascades, missing indices on referring tables).",
            unit=settings.COUNT,
            points=True,
        ),
        timeseries(
            f"Database: held back, by {by}",
            {f"{{{{{by}}}}}": tasks.rate("cleanup_db_throttle_seconds_total", by)},
            "Share of the time for which runs waited. Good: low. Near 100 %: the task may never finish; mend the lag "
            "or the load, or give it another hour of the day.",
            unit=settings.SHARE,
            thresholds=settings.THROTTLE,
            alerts=("CleanupThrottledTooLong",),
        ),
        timeseries(
            "Database: replication lag seen",
            {"{{task}}": tasks.shared("cleanup_db_replication_lag_seconds")},
            "Of the worst replica at the last look; 0 also where there is none. Above `pace.max_lag` runs wait.",
            unit=settings.SECONDS,
            thresholds=settings.LAG,
            w=6,
            steps=True,
            alerts=("CleanupThrottledTooLong",),
        ),
        rates(
            "Database: waits for locks that timed out",
            {"{{task}}": tasks.rate("cleanup_db_lock_timeouts_total")},
            "Per second. Good: 0, or single ones: the batch is tried again. Many: something holds locks on the table "
            "for long.",
            w=6,
        ),
    ]


def compression(tasks: Tasks) -> list[dict]:
    """What became of files that are compressed first."""
    return [
        timeseries(
            "Compression: bytes read and written",
            {
                "{{task}} read": tasks.rate("cleanup_compression_input_bytes_total"),
                "{{task}} written": tasks.rate("cleanup_compression_output_bytes_total"),
            },
            "Per second, of verified archives only. Good: far less written than read; otherwise the files were "
            "compressed already and the task costs more than it saves.",
            unit=settings.BYTES_PER_SECOND,
        ),
        bargauge(
            "Compressed files",
            {"{{task}}": tasks.total("cleanup_compressed_files_total")},
            "In the chosen time: replaced by an archive that read back as the original.",
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            w=6,
        ),
        incidents(
            "Archives that did not verify",
            {"{{task}}": tasks.total("cleanup_compression_verify_failures_total")},
            "The originals were kept. Suspect the disk and the memory first.",
            thresholds=settings.NONE_IS_GOOD,
            w=6,
            alerts=("CleanupArchiveCorrupt",),
        ),
    ]


def storage(tasks: Tasks) -> list[dict]:
    """Only of tasks with a quota; without any, the panels say so by having no data."""
    none = " Tasks without a quota are not here."
    return [
        bargauge(
            "Quota in use",
            {"{{task}}": tasks.storage_share},
            "Share of the quota's maximum. Good: below 100 %, and just below it is normal for a full quota. Above: "
            "items may not go (kept, young, protected), or more comes than a run takes." + none,
            unit=settings.SHARE,
            thresholds=settings.QUOTA,
            top=1,
            alerts=("CleanupStorageNearQuota",),
        ),
        timeseries(
            "Storage under quota",
            {
                "{{task}} used": tasks.shared("cleanup_storage_used_bytes"),
                "{{task}} limit": tasks.shared("cleanup_storage_limit_bytes"),
            },
            "Bytes as last measured, and what the quota allows. Good: a saw below the limit." + none,
            unit=settings.BYTES,
            w=16,
            steps=True,
            alerts=("CleanupStorageNearQuota",),
        ),
    ]
