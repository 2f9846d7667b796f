package import Retention
package import State
import Synchronization

/// The queue of several replicas of which the one that leads does all the work: read from the state store when the lead
/// is gained, and written under that lease.
///
/// While this replica does not lead, every call throws `JobQueueError.notLeading`.
package final class LedJobQueue: JobQueue {
    private struct Open {
        let epoch: Int64
        let queue: LocalJobQueue
    }

    private let state: any StateStore
    private let scope: String
    private let stallAfter: Duration
    private let election: any Election
    private let now: @Sendable () -> Instant
    private let open = Mutex<Open?>(nil)

    /// - Parameter scope: of the fence.
    package init(
        state: any StateStore,
        scope: String,
        stallAfter: Duration,
        election: any Election,
        now: @escaping @Sendable () -> Instant
    ) {
        self.state = state
        self.scope = scope
        self.stallAfter = stallAfter
        self.election = election
        self.now = now
    }

    private func current() async throws -> LocalJobQueue {
        guard let epoch = election.leadership?.epoch else {
            open.withLock { $0 = nil }
            throw JobQueueError.notLeading
        }
        if let known = open.withLock({ $0 }), known.epoch == epoch { return known.queue }
        return try await Blocking.run { [self] in
            try open.withLock { open in
                if let open, open.epoch == epoch { return open.queue }
                let fence = Fence(scope: scope, lock: LockName.leader, epoch: epoch)
                let queue = try LocalJobQueue(state: state.fenced(by: fence), stallAfter: stallAfter, now: now)
                open = Open(epoch: epoch, queue: queue)
                return queue
            }
        }
    }

    package func enqueue(_ request: JobRequest, epoch: Int64?) async throws -> Enqueued {
        try await current().enqueue(request, epoch: epoch)
    }

    package func claim(worker: String) async throws -> JobClaim? { try await current().claim(worker: worker) }

    package func beat(_ claims: [JobClaim]) async throws -> Set<String> { try await current().beat(claims) }

    package func complete(_ claim: JobClaim) async throws -> Bool { try await current().complete(claim) }

    package func fail(
        _ claim: JobClaim,
        error: String,
        tasks: [String]?,
        chance: Double
    ) async throws -> JobFailure {
        try await current().fail(claim, error: error, tasks: tasks, chance: chance)
    }

    package func giveBack(_ claim: JobClaim) async throws -> Bool { try await current().giveBack(claim) }

    package func begin(_ claim: JobClaim) async throws -> Bool { try await current().begin(claim) }

    package func postpone(_ claim: JobClaim, by delay: Duration) async throws -> Bool {
        try await current().postpone(claim, by: delay)
    }

    package func retry(_ id: String) async throws -> Bool { try await current().retry(id) }

    package func remove(_ id: String) async throws -> Bool { try await current().remove(id) }

    package func setPaused(_ paused: Bool) async throws { try await current().setPaused(paused) }

    package func job(_ id: String) async throws -> Job? { try await current().job(id) }

    package func jobs(_ states: Set<JobState>, offset: Int, limit: Int) async throws -> [Job] {
        try await current().jobs(states, offset: offset, limit: limit)
    }

    package func figures() async throws -> QueueFigures { try await current().figures() }
}
