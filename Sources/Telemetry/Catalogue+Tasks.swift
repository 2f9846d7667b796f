/// Cycles, and runs of tasks.
extension Catalogue {
    /// The users' name; persisted, set at the end of each real cycle or manual run.
    package static let lastRunTimestamp = Family(
        "cleanup_last_run_timestamp",
        .gauge,
        help: "Unix time in seconds at which the last real cycle or manual run ended, whatever its outcome."
    )
    /// The users' name; set together with ``lastRunTimestamp``.
    package static let lastRunDuration = Family(
        "cleanup_last_run_duration_seconds",
        .gauge,
        unit: "seconds",
        help: "Wall time of the last real cycle or manual run."
    )
    /// The users' name; observed at the end of each real cycle.
    package static let cycleDuration = Family(
        "cleanup_cycle_duration_seconds",
        .histogram(buckets: runBuckets),
        unit: "seconds",
        help: "Wall time of cycles."
    )
    /// Moves when a cycle ends, whatever its outcome.
    package static let cycles = Family(
        "cleanup_cycles_total",
        .counter,
        help: "Cycles that ended.",
        labels: ["cycle"]
    )
    /// Moves when a cycle ends failed or partial.
    package static let cycleFailures = Family(
        "cleanup_cycle_failures_total",
        .counter,
        help: "Cycles that ended failed or partial.",
        labels: ["cycle"]
    )
    /// Moves when a message about a cycle was delivered, or is given up.
    package static let notifications = Family(
        "cleanup_notifications_total",
        .counter,
        help: "Messages about the ends of cycles, delivered or given up.",
        labels: ["cycle"]
    )
    /// Moves when one is given up; `reason` is refused, unreachable or dropped.
    package static let notificationFailures = Family(
        "cleanup_notification_failures_total",
        .counter,
        help: "Messages about the ends of cycles that did not arrive, by reason.",
        labels: ["cycle", "reason"]
    )
    /// Moves when a firing that had to wait for little load begins; `result` is quiet, or, at its last moment, late or
    /// unknown.
    package static let quietWaits = Family(
        "cleanup_cycle_quiet_waits_total",
        .counter,
        help: "Firings that had to wait until it was quiet, as they began, by how that ended.",
        labels: ["cycle", "result"]
    )
    /// Moves when a real run ends, whatever its outcome; dry runs do not count.
    package static let taskRuns = Family(
        "cleanup_task_runs_total",
        .counter,
        help: "Real runs that ended, whatever their outcome.",
        labels: ["task"]
    )
    /// Moves when a real run ends without success; `reason` is timeout, guard, lock_lost, backend, config or crash.
    package static let taskRunFailures = Family(
        "cleanup_task_run_failures_total",
        .counter,
        help: "Real runs that did not succeed, by reason.",
        labels: ["task", "reason"]
    )
    /// Observed at the end of each real run.
    package static let taskDuration = Family(
        "cleanup_task_duration_seconds",
        .histogram(buckets: runBuckets),
        unit: "seconds",
        help: "Wall time of real runs.",
        labels: ["task"]
    )
    /// The metric to watch: set at the end of each successful real run; persisted; 0 = never.
    package static let taskLastSuccess = timestamp(
        "cleanup_task_last_success_timestamp_seconds",
        "Unix time at which the last successful real run ended, 0 if there was none."
    )
    /// Set at the end of each real run, to the very value of ``taskLastSuccess`` if it succeeded; persisted.
    package static let taskLastCompletion = timestamp(
        "cleanup_task_last_completion_timestamp_seconds",
        "Unix time at which the last real run ended, whatever its outcome, 0 if there was none."
    )
    /// Set when a task is enabled, rescheduled, or put in or out of dry run; persisted.
    package static let taskFirstScheduled = timestamp(
        "cleanup_task_first_scheduled_timestamp_seconds",
        "Unix time since when the task is enabled, with its dry run and schedule as they are."
    )
    /// Set when the schedule is computed.
    package static let taskNextRun = timestamp(
        "cleanup_task_next_run_timestamp_seconds",
        "Unix time at which the task is due next, within its cycle's window."
    )
    /// Set when the configuration is loaded; no series for a task in no cycle.
    package static let taskScheduleInterval = Family(
        "cleanup_task_schedule_interval_seconds",
        .gauge,
        unit: "seconds",
        help: """
            Longest gap between the times at which the task is due, of the next 100 and of all in eight days; those \
            outside a window do not count.
            """,
        labels: ["task"]
    )
    /// Set when the configuration is loaded.
    package static let taskTimeout = Family(
        "cleanup_task_timeout_seconds",
        .gauge,
        unit: "seconds",
        help: "Limit of a run of the task, 86400 where none is set.",
        labels: ["task"]
    )
    /// 1 or 0; set when the configuration is loaded or the task is switched.
    package static let taskEnabled = Family(
        "cleanup_task_enabled",
        .gauge,
        help: "1 if runs of the task are due, 0 if not.",
        labels: ["task"]
    )
    /// 1 or 0; also 1 while the master switch is off.
    package static let taskDryRun = Family(
        "cleanup_task_dry_run",
        .gauge,
        help: "1 if runs of the task only say what they would do, 0 if they act.",
        labels: ["task"]
    )
    /// 1 from the start of a run to its end.
    package static let taskRunning = Family(
        "cleanup_task_running",
        .gauge,
        help: "1 while the task runs, 0 otherwise.",
        labels: ["task"]
    )
    /// Moves when a due time passed without a run: downtime, no leader, or a run that was still going.
    package static let scheduleMisses = Family(
        "cleanup_schedule_misses_total",
        .counter,
        help: "Times at which the task was due but did not run.",
        labels: ["task"]
    )

    static let cycleFamilies = [
        lastRunTimestamp, lastRunDuration, cycleDuration, cycles, cycleFailures, quietWaits, notifications,
        notificationFailures,
    ]

    static let taskFamilies = [
        taskRuns, taskRunFailures, taskDuration, taskLastSuccess, taskLastCompletion, taskFirstScheduled, taskNextRun,
        taskScheduleInterval, taskTimeout, taskEnabled, taskDryRun, taskRunning, scheduleMisses,
    ]

    private static func timestamp(_ name: String, _ help: String) -> Family {
        Family(name, .gauge, unit: "seconds", help: help, labels: ["task"])
    }
}
