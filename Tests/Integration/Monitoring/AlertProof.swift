/// How each alert is proved, beside the tests of the rules themselves (`alerts/tests`), which prove all of them.
enum AlertProof: Sendable, Equatable {
    /// Its fault is made in `TaskFaultTests`.
    case tasks(fault: String)
    /// Its fault is made in `ServiceFaultTests`.
    case service(fault: String)
    /// Its fault is made in `ReplicaFaultTests`.
    case replicas(fault: String)
    /// Its fault is made in `ClockFaultTests`.
    case clock(fault: String)
    /// No fault that a test can make leads to it.
    case notMade(why: String)

    /// Each alert of `alerts/rules`; `AlertProofTests` holds them against each other.
    static let all: [String: AlertProof] = [
        // A task alone.
        "Watchdog": .tasks(fault: "none: it fires while all is well, and is not resolved"),
        "CleanupTaskNotSucceeding": .tasks(fault: "the directory of a task that worked is renamed away"),
        "CleanupTaskNeverSucceeded": .tasks(fault: "the directory of a new task is not there"),
        "CleanupRunsFailing": .tasks(fault: "the database takes no connections"),
        "CleanupCycleFailed": .tasks(fault: "the database takes no connections"),
        "CleanupOverdue": .tasks(
            fault: "a trigger of the application refuses the deletion of an old row, both severities"
        ),
        "CleanupDeletesNothing": .tasks(fault: "a trigger of the application refuses the deletion of an old row"),
        "CleanupErrorRatioHigh": .tasks(fault: "a trigger of the application refuses the deletion of an old row"),
        "CleanupGuardTripped": .tasks(
            fault: "more old files than limits.max_items; in ServiceFaultTests the clock leaps"
        ),
        "CleanupDeletionSpike": .tasks(
            fault:
                "2,000 rows become old at once; the week before, which takes hours even in fast motion, was written into "
                + "Prometheus by promtool, in the shape that scrapes have"
        ),
        "CleanupArchiveCorrupt": .tasks(fault: "somebody writes into archives while they are made"),
        "CleanupDBBatchSlow": .tasks(fault: "a trigger takes 6 s"),
        "CleanupThrottledTooLong": .tasks(fault: "the health query says no"),
        "CleanupStorageNearQuota": .tasks(fault: "files that must stay fill the quota"),
        "CleanupNotificationsFailing": .tasks(fault: "the receiver of a cycle's messages refuses them"),
        "CleanupContainmentMissing": .notMade(
            why:
                "it waits for an hour of a process that was started without; ContainmentTests see the zeros it asks for"
        ),
        "CleanupDryRunLeftOn": .tasks(
            fault: "a task is in dry run since four hours, by a state that a run of then left"
        ),
        // The process.
        "CleanupdAbsent": .service(fault: "the only process is killed"),
        "CleanupdReplicaDown": .service(fault: "one of two processes is killed"),
        "CleanupSplitBrain": .service(fault: "a second process with a state of its own is started"),
        "CleanupMetricsErrors": .service(fault: "the process may open no more files"),
        "CleanupConfigReloadFailed": .service(fault: "a broken configuration is loaded"),
        "CleanupAuthFailures": .service(fault: "somebody guesses tokens"),
        "CleanupLedgerFailing": .service(fault: "another process holds the lock of the state"),
        // Three replicas.
        "CleanupNoLeader": .replicas(fault: "Redis is stopped"),
        "CleanupStaleLeaderFenced": .replicas(fault: "the locks of running tasks get a higher epoch in the state"),
        "CleanupLeaderFlapping": .replicas(fault: "whoever leads is halted until another one does, again and again"),
        "CleanupJobsStalling": .replicas(fault: "whoever leads, with jobs in hand, is halted again and again"),
        "CleanupQueueStuck": .replicas(fault: "somebody has paused the queue"),
        "CleanupQueueDeadJobs": .replicas(fault: "the only attempt of a cycle fails, as its directory is not there"),
        "CleanupLockSlow": .notMade(
            why: "with the short lock_ttl of tests a try is given up after a third of a second"
        ),
        // Servers.
        "CleanupClockSkew": .clock(fault: "the process runs by a clock that is a minute ahead of its servers'"),
        "CleanupBackendFailing": .tasks(fault: "the Redis of a connection is stopped"),
        "CleanupConditionalDeletesIgnored": .tasks(
            fault: "a bucket has versions, for which OpenStack Swift takes no conditions; the task is allowed to go on"
        ),
    ]

    static var ofTasks: Set<String> { Set(all.filter { if case .tasks = $0.value { true } else { false } }.keys) }
    static var ofService: Set<String> { Set(all.filter { if case .service = $0.value { true } else { false } }.keys) }
    static var ofReplicas: Set<String> { Set(all.filter { if case .replicas = $0.value { true } else { false } }.keys) }
    static var ofClock: Set<String> { Set(all.filter { if case .clock = $0.value { true } else { false } }.keys) }
}
