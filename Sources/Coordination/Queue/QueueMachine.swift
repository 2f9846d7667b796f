package import Retention

/// A job queue as a pure value: what happens comes in with its time, answers go out.
///
/// Each mutating function is one step. `changes` are the records that the last step has changed, and `undo()` takes
/// the step back: so a shell makes only what it could save.
package struct QueueMachine: Sendable {
    /// How long a worker may be silent.
    package var stallAfter: Duration
    package internal(set) var facts = QueueFacts()
    /// How many silent workers' jobs were taken back.
    package private(set) var stalledTotal = 0
    /// How many jobs were given up.
    package internal(set) var deadTotal = 0
    var table = QueueTable()
    private var before: (facts: QueueFacts, stalled: Int, dead: Int) = (QueueFacts(), 0, 0)

    /// An empty queue.
    package init(stallAfter: Duration) {
        self.stallAfter = stallAfter
    }

    /// A queue as it was stored by a process that has ended: its workers have fallen silent.
    package init(stallAfter: Duration, facts: QueueFacts, records: [String: QueueRecord], now: Instant) {
        self.init(stallAfter: stallAfter)
        self.facts = facts
        beginStep()
        for (id, record) in records { table.set(record, for: id) }
        beginStep()
        for job in table.activeInOrder { takeBack(job, now) }
    }

    // MARK: Steps

    /// The records that the last step has changed, by identity; `nil` = removed.
    package var changes: [String: QueueRecord?] { table.changes }

    /// Whether the last step has changed the facts.
    package var hasChangedFacts: Bool { facts != before.facts }

    /// Takes the last step back.
    package mutating func undo() {
        table.undoStep()
        (facts, stalledTotal, deadTotal) = before
    }

    mutating func beginStep() {
        table.beginStep()
        before = (facts, stalledTotal, deadTotal)
    }

    // MARK: Into the queue

    /// As `JobQueue.enqueue`.
    package mutating func enqueue(_ request: JobRequest, epoch: Int64?, now: Instant) -> Enqueued {
        beginStep()
        if let epoch {
            guard epoch >= facts.epoch else { return .stale }
            facts.epoch = epoch
        }
        forgetOld(now)
        guard !isKnown(request.id, now) else { return .duplicate }
        if let other = table.live[request.cycle], var job = table.job(other) {
            guard job.state == .delayed, job.attempts > 0 else { return .busy(by: other) }
            job.supersededBy = request.id
            job.lastError = JobWords.superseded(by: request.id)
            end(job, .failed, now)
        }
        table.save(Job(request, enqueuedAt: now), atEnd: true)
        return .enqueued
    }

    private func isKnown(_ id: String, _ now: Instant) -> Bool {
        switch table.records[id] {
        case .job: true
        case .gone(let instant): instant.isAfter(now, by: QueueLimits.remembered)
        case nil: false
        }
    }

    /// Forgets identities that went long ago.
    private mutating func forgetOld(_ now: Instant) {
        while let gone = table.firstGone(), !gone.at.isAfter(now, by: QueueLimits.remembered) {
            table.set(nil, for: gone.id)
        }
    }

    // MARK: To a worker

    /// As `JobQueue.claim`.
    /// - Parameter token: of this claim alone.
    package mutating func claim(worker: String, token: String, now: Instant) -> JobClaim? {
        beginStep()
        for var job in table.activeInOrder where job.heartbeatAt ?? now > now {
            // The clock was set back: a sign of life from the future would keep a dead worker's job for as long.
            job.heartbeatAt = now
            table.save(job)
        }
        for job in table.activeInOrder where !(job.heartbeatAt ?? .distantPast).isAfter(now, by: stallAfter) {
            takeBack(job, now)
        }
        while var job = table.firstDelayed(), job.dueAt <= now {
            job.state = .waiting
            table.save(job, atEnd: true)
        }
        // Nothing is postponed for so long: the clock was set back, and the job would wait as long.
        let (longest, _) = QueueLimits.maximumDelay.components
        for var job in table.postponed(beyond: now.adding(nanoseconds: longest * 1_000_000_000)) {
            job.state = .waiting
            table.save(job, atEnd: true)
        }
        guard !facts.isPaused, var job = table.firstWaiting() else { return nil }
        job.state = .active
        job.attempts += 1
        job.startedAt = now
        job.heartbeatAt = now
        job.worker = worker
        job.claim = token
        table.save(job)
        return JobClaim(job: job, token: token)
    }

    /// Takes a job from a silent worker: back to its place in line, or out.
    private mutating func takeBack(_ job: Job, _ now: Instant) {
        var job = job
        stalledTotal += 1
        job.stalls += 1
        job.lastError = JobWords.silent(worker: job.worker)
        if job.stalls < QueueLimits.maximumStalls {
            wait(job)
        } else {
            job.lastError? += JobWords.givenUp
            deadTotal += 1
            end(job, .failed, now)
        }
    }

    // MARK: Out of a worker's hands

    /// Puts an active job back to its place in line, which is before all that nobody has begun.
    mutating func wait(_ job: Job) {
        var job = job
        job.state = .waiting
        job.claim = nil
        job.heartbeatAt = nil
        job.startedAt = nil
        table.save(job)
    }

    /// Ends a job; what is not to be kept is forgotten, but for its identity.
    mutating func end(_ job: Job, _ state: JobState, _ now: Instant) {
        guard !job.isRoutine else { return table.set(.gone(at: now), for: job.id) }
        var job = job
        job.state = state
        job.endedAt = now
        job.claim = nil
        job.heartbeatAt = nil
        table.save(job, atEnd: true)
        while table.completed.count > QueueLimits.completedKept, let first = table.completed.first {
            table.set(.gone(at: now), for: first)
        }
        while table.failed.count > QueueLimits.failedKept, let first = table.failed.first {
            table.set(.gone(at: now), for: first)
        }
    }
}

extension Instant {
    /// Whether it is later than `duration` before `now`.
    fileprivate func isAfter(_ now: Instant, by duration: Duration) -> Bool {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow || self > now.adding(nanoseconds: -(nanoseconds + attoseconds / 1_000_000_000))
    }
}
