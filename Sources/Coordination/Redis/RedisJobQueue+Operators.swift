import Clients

/// What operators do, and see.
extension RedisJobQueue {
    package func retry(_ id: String) async throws -> Bool {
        try await decide(RedisJobQueueScripts.retry, "retry", [id])
    }

    package func remove(_ id: String) async throws -> Bool {
        try await decide(RedisJobQueueScripts.remove, "remove", [id])
    }

    package func setPaused(_ paused: Bool) async throws {
        _ = try await decide(RedisJobQueueScripts.pause, "pause", [paused ? 1 : 0])
    }

    package func job(_ id: String) async throws -> Job? {
        guard let values = try await run(RedisJobQueueScripts.job, [id]).elements else {
            throw JobQueueError.answer("job")
        }
        guard !values.isEmpty else { return nil }
        if values.count == 2, let now = values[0].text.flatMap(RedisJobFields.instant), let problem = values[1].text {
            return .unreadable(id, problem: problem, now: now)
        }
        switch RedisJobFields.job(values) {
        case .success(let job): return job
        case .failure(let unreadable): return .unreadable(id, problem: unreadable.problem, now: unreadable.since)
        }
    }

    package func figures() async throws -> QueueFigures {
        let answer = try await run(RedisJobQueueScripts.figures, [])
        guard let values = answer.elements, values.count == 6,
            let waiting = values[0].int, let active = values[1].int, let delayed = values[2].int,
            let dead = values[3].int, let paused = values[4].int
        else { throw JobQueueError.answer("figures") }
        var figures = QueueFigures()
        figures.waiting = Int(max(waiting, 0))
        figures.active = Int(active)
        figures.delayed = Int(delayed)
        figures.dead = Int(dead)
        figures.isPaused = paused == 1
        figures.oldestWaitingSince = values[5].text.flatMap(RedisJobFields.instant)
        addTotals(to: &figures)
        return figures
    }
}
