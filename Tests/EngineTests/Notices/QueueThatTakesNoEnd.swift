import Coordination
import Support

/// A queue that gives jobs out, and does not answer when it is told how they ended, or that they begin.
struct QueueThatTakesNoEnd: JobQueue {
    let queue: any JobQueue
    let takesBeginnings: Bool
    /// Tells each end, or beginning, that it was asked to record and has not.
    let asked: AsyncStream<Void>
    private let ask: AsyncStream<Void>.Continuation

    init(_ queue: any JobQueue, takesBeginnings: Bool = true) {
        self.queue = queue
        self.takesBeginnings = takesBeginnings
        (asked, ask) = AsyncStream.makeStream()
    }

    private func refuse() -> SupportError {
        ask.yield()
        return SupportError("the queue does not answer")
    }

    func complete(_ claim: JobClaim) async throws -> Bool { throw refuse() }

    func fail(_ claim: JobClaim, error: String, tasks: [String]?, chance: Double) async throws -> JobFailure {
        throw refuse()
    }

    func begin(_ claim: JobClaim) async throws -> Bool {
        guard takesBeginnings else { throw refuse() }
        return try await queue.begin(claim)
    }

    // MARK: As it is

    func enqueue(_ request: JobRequest, epoch: Int64?) async throws -> Enqueued {
        try await queue.enqueue(request, epoch: epoch)
    }

    func claim(worker: String) async throws -> JobClaim? { try await queue.claim(worker: worker) }
    func beat(_ claims: [JobClaim]) async throws -> Set<String> { try await queue.beat(claims) }
    func giveBack(_ claim: JobClaim) async throws -> Bool { try await queue.giveBack(claim) }

    func postpone(_ claim: JobClaim, by delay: Duration) async throws -> Bool {
        try await queue.postpone(claim, by: delay)
    }

    func retry(_ id: String) async throws -> Bool { try await queue.retry(id) }
    func remove(_ id: String) async throws -> Bool { try await queue.remove(id) }
    func setPaused(_ paused: Bool) async throws { try await queue.setPaused(paused) }
    func job(_ id: String) async throws -> Job? { try await queue.job(id) }

    func jobs(_ states: Set<JobState>, offset: Int, limit: Int) async throws -> [Job] {
        try await queue.jobs(states, offset: offset, limit: limit)
    }

    func figures() async throws -> QueueFigures { try await queue.figures() }
}
