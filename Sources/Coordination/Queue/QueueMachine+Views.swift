import Retention

/// What a queue looks like.
extension QueueMachine {
    /// As `JobQueue.job`.
    package func job(_ id: String) -> Job? { table.job(id) }

    /// As `JobQueue.jobs`.
    package func jobs(_ states: Set<JobState>, offset: Int, limit: Int) -> [Job] {
        guard limit > 0 else { return [] }
        return table.records.values.lazy
            .compactMap(\.job)
            .filter { states.contains($0.state) }
            .sorted { ($0.enqueuedAt, $0.id) > ($1.enqueuedAt, $1.id) }
            .dropFirst(max(offset, 0))
            .prefix(min(limit, QueueLimits.maximumPage))
            .map { $0 }
    }

    /// As `JobQueue.figures`; mutating because it tidies the line.
    package mutating func figures() -> QueueFigures {
        var figures = QueueFigures()
        figures.waiting = table.counts[.waiting, default: 0]
        figures.active = table.counts[.active, default: 0]
        figures.delayed = table.counts[.delayed, default: 0]
        figures.dead = table.failed.ids.count { table.job($0)?.isDead == true }
        figures.oldestWaitingSince = table.firstWaiting()?.dueAt
        figures.isPaused = facts.isPaused
        figures.stalledTotal = stalledTotal
        figures.deadTotal = deadTotal
        return figures
    }
}
