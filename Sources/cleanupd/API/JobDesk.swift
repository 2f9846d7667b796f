import Console
import Coordination
import Engine
import Retention

/// The queue's jobs for calls.
struct JobDesk: Sendable {
    let queue: any JobQueue
    let accounting: Accounting

    func jobs(_ states: Set<String>, offset: Int, limit: Int) async throws -> JobsDocument {
        let wanted = try states.isEmpty ? Set(JobState.allCases) : Set(states.map(Self.state))
        return try await asking {
            let figures = try await queue.figures()
            return JobsDocument(
                waiting: figures.waiting,
                active: figures.active,
                delayed: figures.delayed,
                dead: figures.dead,
                paused: figures.isPaused,
                jobs: try await queue.jobs(wanted, offset: offset, limit: limit).map { JobDocument($0) }
            )
        }
    }

    func job(_ id: String) async throws -> JobDocument {
        try await JobDocument(found(id))
    }

    private func found(_ id: String) async throws -> Job {
        guard let job = try await asking({ try await queue.job(id) }) else { throw ConsoleError.noJob(id) }
        return job
    }

    func retry(_ id: String) async throws -> JobDocument {
        let before = try await job(id)
        guard try await asking({ try await queue.retry(id) }) else {
            throw ConsoleError.cannotBeRetried(id, state: before.state, cycle: before.cycle)
        }
        return try await job(id)
    }

    func remove(_ id: String) async throws {
        let before = try await found(id)
        guard try await asking({ try await queue.remove(id) }) else {
            throw ConsoleError.cannotBeRemoved(id, state: before.state.rawValue)
        }
        // Otherwise the scheduler would take it for lost, and put it in again once the queue has forgotten it.
        guard !before.isRoutine, before.state == .waiting || before.state == .delayed else { return }
        await accounting.ended(before.cycle, firedAt: before.firedAt)
    }

    /// Jobs are taken again, whatever has paused the queue: it pauses itself where what it knew of itself is unreadable.
    func resume() async throws {
        do {
            try await queue.setPaused(false)
        } catch JobQueueError.notLeading {
            // The queue is the leader's, which alone shows whether it is paused, and is asked to go on.
            return
        } catch {
            throw ConsoleError.stillPaused(error)
        }
    }

    private static func state(_ text: String) throws -> JobState {
        guard let state = JobState(rawValue: text) else { throw ConsoleError.noJobState() }
        return state
    }

    private func asking<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as ConsoleError {
            throw error
        } catch {
            throw ConsoleError.noQueue(error)
        }
    }
}

extension JobDocument {
    fileprivate init(_ job: Job) {
        self.init(
            id: job.id,
            cycle: job.cycle,
            state: job.state.rawValue,
            trigger: job.trigger,
            firedAt: Timestamp.format(job.firedAt),
            enqueuedAt: Timestamp.format(job.enqueuedAt),
            dueAt: Timestamp.format(job.dueAt),
            attempts: job.attempts,
            maximumAttempts: job.maximumAttempts,
            stalls: job.stalls
        )
        startedAt = job.startedAt.map { Timestamp.format($0) }
        endedAt = job.endedAt.map { Timestamp.format($0) }
        worker = job.worker
        lastError = job.lastError
        supersededBy = job.supersededBy
        tasks = job.tasks
    }
}
