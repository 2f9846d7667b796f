import Console
import Engine
import Retention
import State

extension ReportDocument.Overdue {
    private static let words = """
        Found in the history: a task is overdue for as long as its last success is older than an interval of its \
        schedule, and listed is the longest such time of each task that went two intervals without a success. Real \
        runs by hand count as well, looks at a quota do not; runs by another policy than the task's own (--older-than) \
        count as successes where a later one by its own followed. A run whose optional connection was not there ends \
        such a time, too. Schedules and switches are those of now, as they are seen here; a task that acted in the \
        period is watched whatever the switches say. "alert": longer than twice interval and limit of a run together, \
        which is when the alert fires that is named.
        """

    /// - Parameters:
    ///   - gaps: of all runs up to the end of the period.
    ///   - unwatched: tasks that no success is expected of, unless the history says otherwise.
    ///   - figures: what is remembered of the configuration's tasks.
    init(
        _ gaps: SuccessGaps,
        _ expectations: [String: SuccessGaps.Expectation],
        _ unwatched: [ReportDocument.Unwatched],
        _ figures: [String: TaskFigures],
        in period: Period
    ) {
        let (watched, away) = (gaps.watched, gaps.away)
        let others = unwatched.filter { !watched.contains($0.task) && !away.contains($0.task) }
        let absent = away.map { task in
            ReportDocument.Unwatched(task: task, reason: "its optional connection was not there at its last run")
        }
        let known = expectations.filter { watched.contains($0.key) }.sorted { $0.key < $1.key }
        let late = known.compactMap { task, expectation -> ReportDocument.Unwatched? in
            guard let since = expectation.since, since > period.start else { return nil }
            let reason = "watched from \(Timestamp.format(since)) on, when its schedule or a switch was set"
            return ReportDocument.Unwatched(task: task, reason: reason)
        }
        let now = figures.sorted { $0.key < $1.key }.compactMap { task, figures -> ReportDocument.Item? in
            guard let seconds = figures.oldestOverdueSeconds, seconds >= 1 else { return nil }
            return ReportDocument.Item(task: task, seconds: seconds, items: figures.overdueItems)
        }
        self.init(
            derivation: Self.words,
            watched: watched.count,
            tasks: gaps.overdue().map { ReportDocument.Gap($0) },
            unwatched: others + absent + late,
            now: now
        )
    }
}

extension ReportDocument.Gap {
    init(_ gap: SuccessGaps.Gap) {
        self.init(
            task: gap.task,
            from: Timestamp.format(gap.from),
            to: Timestamp.format(gap.to),
            seconds: gap.seconds,
            intervalSeconds: gap.expectation.intervalSeconds,
            overdueSeconds: gap.overdueSeconds,
            open: gap.isOpen,
            atLeast: gap.isAtLeast,
            alert: gap.alert
        )
    }
}

extension ReportDocument.Failure {
    /// `nil` = it has not ended.
    init?(_ run: StoredRun) {
        guard let end = run.end else { return nil }
        self.init(
            id: run.record.id.description,
            task: run.record.task,
            endedAt: Timestamp.format(end.endedAt),
            outcome: end.outcome.rawValue,
            failure: end.failure?.rawValue,
            message: end.message
        )
    }
}
