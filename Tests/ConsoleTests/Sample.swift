import Console

/// One of each document, with every member set.
enum Sample {
    static let time = "2026-01-02T03:04:05Z"

    static var run: RunDocument {
        var run = RunDocument(
            id: "r1",
            task: "tmp_dirs",
            state: .ended,
            trigger: "call",
            dryRun: false,
            startedAt: time
        )
        (run.request, run.cycle, run.requestedBy) = ("c1", "light", "alice")
        (run.endedAt, run.outcome, run.failure, run.message) = (time, "partial", "in_use", "one was in use")
        (run.examined, run.remove, run.deleted, run.bytes, run.durationSeconds) = (3, 2, 1, 4_096, 0.25)
        run.batches = 1
        return run
    }

    static let progress = ProgressDocument(
        id: "r1",
        task: "tmp_dirs",
        request: "c1",
        dryRun: false,
        startedAt: time,
        examined: 3,
        planned: 2,
        plannedBytes: 8_192,
        done: 1,
        deleted: 1,
        failed: 0,
        bytes: 4_096
    )

    static func result(_ id: String) -> RunResultDocument {
        RunResultDocument(
            id: id,
            state: .ended,
            outcome: "partial",
            dryRun: false,
            requestedBy: "alice",
            startedAt: time,
            message: "one was in use",
            tasks: ["tmp_dirs": run]
        )
    }

    static let item = ItemDocument(
        task: "tmp_dirs",
        item: "a/b",
        name: "web-1",
        verdict: "remove",
        reason: "older than 60 minutes",
        bytes: 4_096,
        time: time,
        group: "prod",
        outcome: "deleted",
        detail: "as planned"
    )

    static let items = ItemsDocument(
        items: [item],
        batches: [BatchDocument(sequence: 1, limit: 1_000, rows: 12, startedAt: time, seconds: 0.5)],
        next: "i1"
    )

    static func candidates(_ task: String) -> CandidatesDocument {
        CandidatesDocument(
            task: task,
            plannedAt: time,
            outcome: "success",
            message: "all is well",
            policy: "removes what is older than 60 minutes",
            orphans: false,
            examined: 3,
            remove: 2,
            compress: 0,
            keep: 1,
            bytes: 8_192,
            matching: 2,
            items: [item],
            next: "k1"
        )
    }

    static let schedule = ScheduleDocument(
        running: true,
        cycles: [
            .init(
                name: "light",
                enabled: true,
                schedule: "*/10 * * * *",
                timezone: "UTC",
                tasks: ["tmp_dirs"],
                next: [time]
            )
        ]
    )

    static let task = TaskDocument(
        name: "tmp_dirs",
        resource: "tmp_dirs",
        connection: "data",
        policy: "removes what is older than 60 minutes",
        olderThan: "60m",
        enabled: true,
        disabledReason: "skipped in CI",
        dryRun: false,
        running: true,
        lastRun: run,
        lastRealRun: run,
        lastSuccessAt: time,
        nextRunAt: time,
        overdueSeconds: 1.5,
        overdueItems: 2,
        last24Hours: Freed(items: 1, bytes: 4_096),
        storage: .init(usedBytes: 1, limitBytes: 2),
        recent: [.init(id: "r1", outcome: "success", dryRun: false, deleted: 1, bytes: 4_096, endedAt: time)]
    )

    static let status = StatusDocument(
        service: .init(
            version: "1.0.0",
            host: "box",
            pid: 7,
            startedAt: time,
            notReady: "starting",
            replica: "box-7",
            leader: true,
            leaderName: "box-7",
            epoch: 3
        ),
        enabled: true,
        dryRun: false,
        schedule: schedule,
        tasks: [task],
        last24Hours: Freed(items: 1, bytes: 4_096),
        lastRunAt: time,
        active: [progress],
        configuration: .init(
            file: "/etc/cleanup.yaml",
            connections: [.init(name: "data", kind: "files", optional: false)]
        )
    )

    static let totals = TotalsDocument(
        items: 1,
        bytes: 4_096,
        errors: 0,
        lastCleanup: time,
        tasks: [
            "tmp_dirs": .init(
                items: 1,
                bytes: 4_096,
                errors: 0,
                lastCleanup: time,
                lastError: "in_use",
                storageSize: 1,
                storageLimit: 2,
                retention: "60m"
            )
        ]
    )

    static func plan(_ id: String) -> PlanDocument {
        PlanDocument(
            id: id,
            digest: "00ff",
            createdAt: time,
            createdBy: "alice",
            expiresAt: time,
            expired: false,
            appliedAt: time,
            appliedBy: "alice",
            tasks: [
                .init(
                    task: "tmp_dirs",
                    policy: "Removes tmp dirs older than 60m.",
                    listed: true,
                    orphans: false,
                    updates: false,
                    run: "r1",
                    examined: 3,
                    remove: 2,
                    compress: 0,
                    keep: 1,
                    bytes: 8_192
                )
            ]
        )
    }

    static let settings = SettingsDocument(
        dryRun: false,
        fileDryRun: true,
        tasks: ["tmp_dirs": .init(dryRun: false, olderThan: "60m", fileDryRun: true, fileOlderThan: "90m")],
        cycles: [
            "light": .init(
                enabled: true,
                schedule: "*/10 * * * *",
                retentionDays: 30,
                batchSize: 1_000,
                takesRetentionDays: true,
                takesBatchSize: true,
                readOnly: false
            )
        ]
    )

    static func job(_ id: String) -> JobDocument {
        var job = JobDocument(
            id: id,
            cycle: "light",
            state: "failed",
            trigger: "schedule",
            firedAt: time,
            enqueuedAt: time,
            dueAt: time,
            attempts: 3,
            maximumAttempts: 3,
            stalls: 0
        )
        (job.startedAt, job.endedAt, job.worker) = (time, time, "box-7")
        (job.lastError, job.supersededBy, job.tasks) = ("in_use", "j2", ["tmp_dirs"])
        return job
    }
}
