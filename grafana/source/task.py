"""One task: does it run in time, what does it do, what stops it?"""

from . import sections, settings
from .kinds import flags, levels, rates
from .layout import TASK_VALUES, annotations, frame, target_variables, variable
from .panels import stat, timeseries
from .queries import Tasks

# One value, so that no character of a name can mean anything else.
TASKS = Tasks('task="$task"')


def dashboard() -> dict:
    return frame(
        uid=settings.TASK,
        title="cleanupd / Task",
        description="One task: does it run in time, what does it do, and what stops it?",
        since="now-7d",
        marks=annotations(TASKS, every=True),
        variables=[*target_variables(), variable("task", "Task", TASK_VALUES, multi=False)],
        other={"title": "Overview", "url": f"/d/{settings.OVERVIEW}?{settings.CHOICE}", "tooltip": "All tasks"},
        rows=[
            (
                "$task: in time?",
                [
                    *now(),
                    sections.overdue_age(TASKS),
                    sections.lateness(TASKS),
                    overdue_items(),
                    sections.guard_trips(TASKS, w=8),
                    sections.run_failures(TASKS, w=8),
                ],
            ),
            (
                "$task: what it did",
                [
                    *totals(),
                    done(),
                    freed(),
                    sections.skipped(TASKS),
                    sections.failed(TASKS),
                    *sections.compression(TASKS),
                ],
            ),
            ("$task: how long it takes", [running(), sections.duration(TASKS), *sections.batches(TASKS, "cause")]),
            ("$task: storage under its quota", sections.storage(TASKS)),
        ],
    )


def now() -> list[dict]:
    return [
        stat(
            "Last success",
            TASKS.moment("cleanup_task_last_success_timestamp_seconds"),
            "Good: not longer ago than its schedule says. Never: see the runs that did not succeed, and the guards.",
            unit=settings.FROM_NOW,
            thresholds=settings.NEUTRAL,
            mappings=settings.NEVER,
            alerts=("CleanupTaskNotSucceeding", "CleanupTaskNeverSucceeded"),
        ),
        stat(
            "Age allowed",
            TASKS.allowed_age,
            "How old the last success may grow before the alert fires: two schedule intervals and two time limits of "
            "a run.",
            unit=settings.SECONDS,
            thresholds=settings.NEUTRAL,
        ),
        stat(
            "Oldest overdue",
            TASKS.overdue_age,
            "How far the oldest item that should be gone is past its retention. Good: 0, or less than the interval.",
            unit=settings.SECONDS,
            thresholds=settings.NEUTRAL,
            alerts=("CleanupOverdue",),
        ),
        stat(
            "Next run",
            TASKS.moment("cleanup_task_next_run_timestamp_seconds"),
            "When it is due next. In the past: nobody schedules, or its cycle is still at work.",
            unit=settings.FROM_NOW,
            thresholds=settings.NEUTRAL,
            mappings=settings.NEVER,
        ),
        stat(
            "State",
            TASKS.state,
            "Disabled and dry run are choices of the configuration; nothing is deleted then.",
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            mappings=settings.STATE,
            alerts=("CleanupDryRunLeftOn",),
        ),
        stat(
            "Guards that hold it",
            TASKS.held_guards,
            "Refusals of a plan that no success followed. Good: 0. Look at the plan before you raise a limit.",
            unit=settings.COUNT,
            thresholds=settings.NONE_IS_GOOD,
            alerts=("CleanupGuardTripped",),
        ),
    ]


def totals() -> list[dict]:
    since = " in the chosen time. What a process did before its first scrape is not counted."

    def count(title: str, metric: str, meaning: str, **more) -> dict:
        options = {"unit": settings.COUNT, "thresholds": settings.NEUTRAL, "decimals": 0} | more
        return stat(title, TASKS.sum(metric), meaning + since, **options)

    return [
        count("Runs", "cleanup_task_runs_total", "Real runs that ended,"),
        count(
            "Firings missed",
            "cleanup_schedule_misses_total",
            "Times at which it was due but did not run (still at work, or nobody scheduled); good: 0,",
            thresholds=settings.NONE_IS_BETTER,
        ),
        count(
            "Deleted",
            "cleanup_items_deleted_total",
            "Items whose removal was confirmed,",
            alerts=("CleanupDeletionSpike",),
        ),
        count("Updated", "cleanup_items_updated_total", "Items that were set instead of removed,"),
        count(
            "Freed",
            "cleanup_freed_bytes_total",
            "Bytes of storage given back (rows are not counted),",
            unit=settings.BYTES,
            decimals=1,
        ),
        stat(
            "Failed, of all attempts of 26 h",
            TASKS.failure_share,
            "Good: 0. At 5 % the alert fires. 26 h, so that a daily run stays in sight.",
            unit=settings.SHARE,
            thresholds=settings.FAILURES,
            alerts=("CleanupErrorRatioHigh",),
        ),
    ]


def overdue_items() -> dict:
    return levels(
        "Items overdue",
        {"{{task}}": TASKS.shared("cleanup_overdue_items")},
        "Eligible but still there at the end of the last scan. Good: 0 after each run. A constant rest: items that "
        "fail, or a limit of a run that is too low.",
        w=8,
        alerts=("CleanupDeletesNothing",),
    )


def done() -> dict:
    return rates(
        "Items looked at, tried and done",
        {
            "looked at": TASKS.rate("cleanup_items_examined_total"),
            "tried": TASKS.rate("cleanup_item_attempts_total"),
            "deleted": TASKS.rate("cleanup_items_deleted_total"),
            "set": TASKS.rate("cleanup_items_updated_total"),
        },
        "Per second. Good: all that is tried is done, compressed files apart. Looked at but never tried for long: the "
        "policy keeps everything, or the task looks in the wrong place.",
        alerts=("CleanupDeletesNothing", "CleanupDeletionSpike"),
    )


def freed() -> dict:
    return timeseries(
        "Freed over time",
        {"{{task}}": TASKS.rate("cleanup_freed_bytes_total")},
        "Bytes per second. Good: bursts at each run. None for long while storage fills: see what is skipped.",
        unit=settings.BYTES_PER_SECOND,
    )


def running() -> dict:
    return flags(
        "Running",
        {"{{task}}": TASKS.shared("cleanup_task_running")},
        "1 while it runs; runs between two scrapes are not seen here (the marks on the time axis show them all). "
        "Always 1: it never ends; see what it waits for.",
    )
