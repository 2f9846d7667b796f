"""The overview: is everything deleted in time, and nothing else?"""

from . import connections, replicas, sections, service, settings
from .kinds import rates
from .layout import TASK_VALUES, annotations, frame, target_variables, variable
from .panels import bargauge, column, stat, table, timeseries
from .queries import Service, Tasks

TASKS = Tasks('task=~"$task"')


def dashboard() -> dict:
    return frame(
        uid=settings.OVERVIEW,
        title="cleanupd / Overview",
        description="Is everything deleted in time, and nothing else? Most important at the top left; each panel says "
        "what is good and what to do otherwise.",
        since="now-24h",
        marks=annotations(TASKS, every=False),
        variables=[*target_variables(), variable("task", "Task", TASK_VALUES)],
        other={
            "title": "One task",
            "url": f"/d/{settings.TASK}?{settings.CHOICE}",
            "tooltip": "The dashboard of one task",
        },
        rows=[
            (
                "In time?",
                [
                    *now(),
                    tasks_table(),
                    sections.overdue_age(TASKS, (sections.TO_TASK,)),
                    sections.lateness(TASKS, (sections.TO_TASK,)),
                    sections.guard_trips(TASKS, w=12),
                    sections.run_failures(TASKS, w=12),
                ],
            ),
            (
                "What was deleted",
                [*totals(), *amounts(), sections.skipped(TASKS), sections.failed(TASKS), *sections.compression(TASKS)],
            ),
            ("How long it takes", [sections.cycles(), sections.duration(TASKS), *sections.batches(TASKS, "task")]),
            ("Storage under quotas", sections.storage(TASKS)),
            ("Connections", [*connections.calls(), *connections.promises()]),
            ("Replicas and queue", [*replicas.leadership(), *replicas.queue(), *replicas.locks()]),
            (
                "API, process, scrape",
                [
                    service.instances(),
                    *service.ledger(),
                    *service.notifications(),
                    *service.api(),
                    *service.process(),
                    *service.scrape(),
                ],
            ),
        ],
    )


def now() -> list[dict]:
    """The first line: five seconds are enough to read it."""
    return [
        stat(
            "Tasks late",
            TASKS.late,
            "Tasks whose last success is older than two cycles. Good: 0. The table below names them.",
            unit=settings.COUNT,
            thresholds=settings.NONE_IS_GOOD,
            alerts=("CleanupTaskNotSucceeding", "CleanupTaskNeverSucceeded"),
        ),
        stat(
            "Tasks with overdue items",
            TASKS.overdue,
            "Tasks with an item that is past its retention by more than three schedule intervals. Good: 0. Runs may "
            "succeed and leave items all the same.",
            unit=settings.COUNT,
            thresholds=settings.NONE_IS_GOOD,
            alerts=("CleanupOverdue", "CleanupDeletesNothing"),
        ),
        stat(
            "Guards that hold a task",
            TASKS.held_guards,
            "Refusals of a plan that no success of the task followed. Good: 0. Look at the plan before you raise a "
            "limit.",
            unit=settings.COUNT,
            thresholds=settings.NONE_IS_GOOD,
            alerts=("CleanupGuardTripped",),
        ),
        stat(
            "Leaders",
            Service.leaders,
            "Replicas that schedule, among the chosen instances. Good: exactly 1, if all of one installation are "
            "chosen; with "
            "`coordination: local`, 1 for each host.",
            unit=settings.COUNT,
            thresholds=settings.ONE_IS_GOOD,
            alerts=("CleanupNoLeader", "CleanupSplitBrain"),
        ),
        stat(
            "Instances up",
            Service.targets_up,
            "Share of the chosen targets that answered the last scrape. Good: 100 %.",
            unit=settings.SHARE,
            thresholds=settings.ALL_IS_GOOD,
            alerts=("CleanupdReplicaDown", "CleanupdAbsent"),
        ),
        stat(
            "Configuration in force",
            Service.reloaded,
            "No: an instance refused the newest configuration or certificate, and goes on with the one before. Its log "
            "names each error.",
            unit=settings.COUNT,
            thresholds=settings.ALL_IS_GOOD,
            mappings=settings.YES_OR_NO,
            alerts=("CleanupConfigReloadFailed",),
        ),
    ]


def tasks_table() -> dict:
    open_task = {
        "title": "Open the task",
        "url": f"/d/{settings.TASK}?var-task=${{__data.fields.Task}}&{settings.KEPT}",
    }
    return table(
        "Tasks",
        {"name": "task", "title": "Task", "properties": [{"id": "links", "value": [open_task]}]},
        [
            column(
                "Last success",
                TASKS.moment("cleanup_task_last_success_timestamp_seconds"),
                unit=settings.FROM_NOW,
                mappings=settings.NEVER,
            ),
            column("of what is allowed", TASKS.lateness, unit=settings.SHARE, color=settings.LIMIT),
            column("Oldest overdue", TASKS.overdue_age, unit=settings.SECONDS),
            column("of its limit", TASKS.overdue_share, unit=settings.SHARE, color=settings.LIMIT),
            column("Items overdue", TASKS.shared("cleanup_overdue_items"), unit=settings.COUNT),
            column("Failed of 26 h", TASKS.failure_share, unit=settings.SHARE, color=settings.FAILURES),
            column(
                "Next run",
                TASKS.moment("cleanup_task_next_run_timestamp_seconds"),
                unit=settings.FROM_NOW,
                mappings=settings.NEVER,
            ),
            column("State", TASKS.state, unit=settings.COUNT, mappings=settings.STATE),
        ],
        "Good: nothing red. Click on a task for its own dashboard. Shares are empty for tasks that are disabled or in "
        "dry run: they are late on purpose.",
        alerts=("CleanupTaskNotSucceeding", "CleanupOverdue", "CleanupErrorRatioHigh", "CleanupDryRunLeftOn"),
    )


def totals() -> list[dict]:
    since = " in the chosen time. What a process did before its first scrape is not counted."
    return [
        stat(
            "Deleted",
            TASKS.sum("cleanup_items_deleted_total"),
            "Items whose removal was confirmed," + since,
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            decimals=0,
            alerts=("CleanupDeletionSpike",),
        ),
        stat(
            "Updated",
            TASKS.sum("cleanup_items_updated_total"),
            "Items that were set instead of removed," + since,
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            decimals=0,
        ),
        stat(
            "Freed",
            TASKS.sum("cleanup_freed_bytes_total"),
            "Bytes of storage given back," + since + " Rows are not counted: a database keeps their space.",
            unit=settings.BYTES,
            thresholds=settings.NEUTRAL,
        ),
        stat(
            "Failed",
            TASKS.sum("cleanup_item_failures_total"),
            "Items that could not be removed, set or compressed," + since + " Good: 0.",
            unit=settings.COUNT,
            thresholds=settings.NONE_IS_BETTER,
            decimals=0,
            alerts=("CleanupErrorRatioHigh",),
        ),
        stat(
            "Last cycle or run",
            Service.last_run,
            "When it ended, whatever its outcome. Good: not longer ago than the schedule says.",
            unit=settings.FROM_NOW,
            thresholds=settings.NEUTRAL,
            mappings=settings.NEVER,
        ),
        stat(
            "It took",
            Service.last_run_duration,
            "Wall time of the last cycle or manual run. Good: as ever.",
            unit=settings.SECONDS,
            thresholds=settings.NEUTRAL,
        ),
    ]


def amounts() -> list[dict]:
    return [
        rates(
            "Deleted, by task",
            {
                "{{task}}": TASKS.rate("cleanup_items_deleted_total"),
                "{{task}} (set)": TASKS.rate("cleanup_items_updated_total"),
            },
            "Items per second. Good: bursts at each run, about as high as ever. A burst far higher than before: find "
            "out what was deleted (the log, the ledger) before the next run.",
            links=(sections.TO_TASK,),
            alerts=("CleanupDeletionSpike", "CleanupDeletesNothing"),
        ),
        timeseries(
            "Freed, by task",
            {"{{task}}": TASKS.rate("cleanup_freed_bytes_total")},
            "Bytes per second. Good: bursts at each run. None for long while storage fills: see what is skipped.",
            unit=settings.BYTES_PER_SECOND,
            links=(sections.TO_TASK,),
        ),
        bargauge(
            "Deleted, by resource",
            {"{{resource}}": Service.deleted_by_resource},
            "In the chosen time, from the counter that each resource has by its own name.",
            unit=settings.COUNT,
            thresholds=settings.NEUTRAL,
            w=8,
        ),
        bargauge(
            "Failed, of all attempts of 26 h",
            {"{{task}}": TASKS.failure_share},
            "Good: 0. At 5 % the alert fires. 26 h, so that a daily run stays in sight.",
            unit=settings.SHARE,
            thresholds=settings.FAILURES,
            w=8,
            top=1,
            alerts=("CleanupErrorRatioHigh",),
        ),
        service.cycles(),
    ]
