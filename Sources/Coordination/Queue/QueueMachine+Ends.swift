package import Retention

/// What workers and operators do.
extension QueueMachine {
    // MARK: By a worker

    /// As `JobQueue.beat`.
    package mutating func beat(_ claims: [JobClaim], now: Instant) -> Set<String> {
        beginStep()
        var lost: Set<String> = []
        for claim in claims {
            if held(claim) != nil { table.touch(claim.job.id, at: now) } else { lost.insert(claim.job.id) }
        }
        return lost
    }

    /// As `JobQueue.complete`.
    package mutating func complete(_ claim: JobClaim, now: Instant) -> Bool {
        beginStep()
        guard let job = held(claim) else { return false }
        end(job, .completed, now)
        return true
    }

    /// As `JobQueue.fail`.
    package mutating func fail(
        _ claim: JobClaim,
        error: String,
        tasks: [String]?,
        chance: Double,
        now: Instant
    ) -> JobFailure {
        beginStep()
        guard var job = held(claim) else { return .lost }
        job.lastError = JobWords.cut(error, to: Job.maximumErrorLength)
        job.tasks = tasks
        guard job.attempts < job.maximumAttempts else {
            deadTotal += 1
            end(job, .failed, now)
            return .dead
        }
        let wait = Backoff.nanoseconds(base: job.backoffSeconds, attempts: job.attempts, chance: chance)
        job.state = .delayed
        job.dueAt = now.adding(nanoseconds: wait)
        job.claim = nil
        job.heartbeatAt = nil
        table.save(job)
        return .retries(at: job.dueAt)
    }

    /// As `JobQueue.giveBack`.
    package mutating func giveBack(_ claim: JobClaim) -> Bool {
        beginStep()
        guard var job = held(claim) else { return false }
        job.attempts -= 1
        wait(job)
        return true
    }

    /// As `JobQueue.begin`.
    package mutating func begin(_ claim: JobClaim, now: Instant) -> Bool {
        beginStep()
        guard var job = held(claim) else { return false }
        guard job.begunAt == nil else { return true }
        job.begunAt = now
        table.save(job)
        return true
    }

    /// As `JobQueue.postpone`.
    package mutating func postpone(_ claim: JobClaim, microseconds: Int64, now: Instant) -> Bool {
        beginStep()
        guard var job = held(claim) else { return false }
        job.attempts = 0
        job.stalls = 0
        job.lastError = nil
        job.worker = nil
        job.state = .delayed
        job.dueAt = now.adding(nanoseconds: microseconds * 1000)
        job.claim = nil
        job.heartbeatAt = nil
        job.startedAt = nil
        table.save(job)
        return true
    }

    /// The job as it is now, if it is still with this claim's worker.
    private func held(_ claim: JobClaim) -> Job? {
        guard let job = table.job(claim.job.id), job.state == .active, job.claim == claim.token else { return nil }
        return job
    }

    // MARK: By an operator

    /// As `JobQueue.retry`.
    package mutating func retry(_ id: String, now: Instant) -> Bool {
        beginStep()
        guard var job = table.job(id), job.state == .failed || job.state == .delayed else { return false }
        if let other = table.live[job.cycle], other != id { return false }
        job.state = .waiting
        job.attempts = 0
        job.stalls = 0
        job.dueAt = now
        job.startedAt = nil
        job.endedAt = nil
        job.begunAt = now
        job.supersededBy = nil
        table.save(job, atEnd: true)
        return true
    }

    /// As `JobQueue.remove`.
    package mutating func remove(_ id: String, now: Instant) -> Bool {
        beginStep()
        guard let job = table.job(id), job.state != .active else { return false }
        table.set(.gone(at: now), for: id)
        return true
    }

    /// As `JobQueue.setPaused`.
    package mutating func setPaused(_ paused: Bool) {
        beginStep()
        facts.isPaused = paused
    }
}
