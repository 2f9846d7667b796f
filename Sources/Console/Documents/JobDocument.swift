/// A job of the queue: one firing of a cycle.
package struct JobDocument: Codable, Sendable, Equatable {
    package var id: String
    package var cycle: String
    /// `waiting`, `active`, `delayed`, `completed` or `failed`. One that is delayed and has made no attempt waits until it is
    /// quiet; otherwise for its next attempt.
    package var state: String
    package var trigger: String
    package var firedAt: String
    package var enqueuedAt: String
    /// Since when it waits, or when its next attempt begins, or it is looked next whether it may begin.
    package var dueAt: String
    package var startedAt: String?
    package var endedAt: String?
    package var attempts: Int
    package var maximumAttempts: Int
    package var stalls: Int
    package var worker: String?
    package var lastError: String?
    package var supersededBy: String?
    /// What is left to do of the cycle; absent = all of it.
    package var tasks: [String]?

    package init(
        id: String,
        cycle: String,
        state: String,
        trigger: String,
        firedAt: String,
        enqueuedAt: String,
        dueAt: String,
        attempts: Int,
        maximumAttempts: Int,
        stalls: Int
    ) {
        self.id = id
        self.cycle = cycle
        self.state = state
        self.trigger = trigger
        self.firedAt = firedAt
        self.enqueuedAt = enqueuedAt
        self.dueAt = dueAt
        self.attempts = attempts
        self.maximumAttempts = maximumAttempts
        self.stalls = stalls
    }

    /// It waits, and was never begun.
    var isPostponed: Bool { state == "delayed" && attempts == 0 }
}

/// `GET /api/cleanup/jobs`: the latest enqueued first.
package struct JobsDocument: Codable, Sendable, Equatable {
    package var waiting: Int
    package var active: Int
    package var delayed: Int
    /// Given up, among the kept ones.
    package var dead: Int
    package var paused: Bool
    package var jobs: [JobDocument]

    package init(waiting: Int, active: Int, delayed: Int, dead: Int, paused: Bool, jobs: [JobDocument]) {
        self.waiting = waiting
        self.active = active
        self.delayed = delayed
        self.dead = dead
        self.paused = paused
        self.jobs = jobs
    }
}
