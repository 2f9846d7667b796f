import Dispatch
import Foundation
package import Retention
package import State
import Synchronization

/// The queue of one machine: a `QueueMachine` whose records lie in the state store.
///
/// A change that cannot be saved is not made, and the error of the store is thrown. Several processes must not use one
/// store's queue at once; the lock of the service sees to that.
package final class LocalJobQueue: JobQueue {
    private struct Storage {
        var machine: QueueMachine
        let unreadable: Int
    }

    private let state: any StateStore
    private let now: @Sendable () -> Instant
    private let storage: Mutex<Storage>
    /// The store blocks, so away from Swift's cooperative pool; serial, because each step saves before the next.
    private let thread = DispatchQueue(label: "cleanupd.jobs")

    /// Loads the queue. Jobs that were active have lost their worker with its process and count as stalled once. A
    /// record that cannot be read becomes a failed job that says so. Blocking; throws `StateError`.
    /// - Parameter stallAfter: how long a worker may go without `beat`.
    package init(
        state: any StateStore,
        stallAfter: Duration = .seconds(30),
        now: @escaping @Sendable () -> Instant
    ) throws {
        self.state = state
        self.now = now
        let loaded = LocalJobRecords(try state.jobs(), now: now())
        let machine = QueueMachine(
            stallAfter: stallAfter,
            facts: loaded.facts,
            records: loaded.records,
            now: now()
        )
        try LocalJobRecords.save(machine, alsoSaving: loaded.mended, to: state)
        storage = Mutex(Storage(machine: machine, unreadable: loaded.unreadable))
    }

    // MARK: JobQueue

    package func enqueue(_ request: JobRequest, epoch: Int64?) async throws -> Enqueued {
        if let problem = request.problem { throw JobQueueError.refused(request.id, problem: problem) }
        return try await step { $0.enqueue(request, epoch: epoch, now: $1) }
    }

    package func claim(worker: String) async throws -> JobClaim? {
        let worker = JobWords.cut(worker, to: QueueLimits.maximumWorkerLength)
        let token = JobToken.make(worker: worker)
        return try await step { $0.claim(worker: worker, token: token, now: $1) }
    }

    package func beat(_ claims: [JobClaim]) async throws -> Set<String> {
        try await step { $0.beat(claims, now: $1) }
    }

    package func complete(_ claim: JobClaim) async throws -> Bool {
        try await step { $0.complete(claim, now: $1) }
    }

    package func fail(
        _ claim: JobClaim,
        error: String,
        tasks: [String]?,
        chance: Double
    ) async throws -> JobFailure {
        if let problem = Job.problem(ofTasks: tasks) { throw JobQueueError.refused(claim.job.id, problem: problem) }
        return try await step { $0.fail(claim, error: error, tasks: tasks, chance: chance, now: $1) }
    }

    package func giveBack(_ claim: JobClaim) async throws -> Bool {
        try await step { machine, _ in machine.giveBack(claim) }
    }

    package func begin(_ claim: JobClaim) async throws -> Bool {
        try await step { $0.begin(claim, now: $1) }
    }

    package func postpone(_ claim: JobClaim, by delay: Duration) async throws -> Bool {
        let microseconds = QueueLimits.microseconds(delay)
        return try await step { $0.postpone(claim, microseconds: microseconds, now: $1) }
    }

    package func retry(_ id: String) async throws -> Bool {
        try await step { $0.retry(id, now: $1) }
    }

    package func remove(_ id: String) async throws -> Bool {
        try await step { $0.remove(id, now: $1) }
    }

    package func setPaused(_ paused: Bool) async throws {
        try await step { machine, _ in machine.setPaused(paused) }
    }

    package func job(_ id: String) async throws -> Job? {
        await look { $0.machine.job(id) }
    }

    package func jobs(_ states: Set<JobState>, offset: Int, limit: Int) async throws -> [Job] {
        await look { $0.machine.jobs(states, offset: offset, limit: limit) }
    }

    package func figures() async throws -> QueueFigures {
        await look { storage in
            var figures = storage.machine.figures()
            figures.unreadableTotal = storage.unreadable
            return figures
        }
    }

    // MARK: Steps

    /// Lets the machine take one step and saves what has changed; if that fails, the step is taken back.
    private func step<Answer: Sendable>(
        _ body: @escaping @Sendable (inout QueueMachine, Instant) -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            thread.async { [self] in
                continuation.resume(
                    with: Result {
                        try storage.withLock { storage in
                            let answer = body(&storage.machine, now())
                            do {
                                try LocalJobRecords.save(storage.machine, to: state)
                            } catch {
                                storage.machine.undo()
                                throw error
                            }
                            return answer
                        }
                    }
                )
            }
        }
    }

    /// Looks at the queue, after the steps that were asked for before.
    private func look<Answer: Sendable>(_ body: @escaping @Sendable (inout Storage) -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in
            thread.async { [self] in continuation.resume(returning: storage.withLock { body(&$0) }) }
        }
    }
}
