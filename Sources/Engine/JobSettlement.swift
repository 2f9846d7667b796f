import Coordination
import Logging
import Retention
import State

/// What became of an attempt at a job.
enum JobEnd {
    case done
    case failed(message: String, tasks: [String]?)
    /// The process ends: another worker, or the next process, takes it up.
    case interrupted
    /// It was not begun, because it has to wait.
    case postponed(Duration)
    /// It was not begun, and is no more to begin.
    case passedOver(CycleDefinition, because: String)

    /// What the queue has made of it.
    enum Settled {
        case over
        case retries(at: Instant)
        /// Another worker, or the next process, does it again.
        case elsewhere
    }
}

/// Tells the queue how attempts ended, and the ledger and the log what came of it.
struct JobSettlement: Sendable {
    let queue: any JobQueue
    let timing: WorkerTiming
    let accounting: Accounting
    let metrics: QueueMetrics
    let logger: Logger

    /// Tells the queue how an attempt ended. While it does not answer it is told again; in the end the job counts as
    /// stalled, and is done again, which harms nobody.
    func settle(_ claim: JobClaim, _ end: JobEnd, isStopping: () -> Bool) async -> JobEnd.Settled {
        let last = ContinuousClock.now + timing.settle
        while true {
            do {
                return try await tell(claim, end)
            } catch {
                if error is StateError { accounting.metrics.ledgerFailed() }
                logger.warning(
                    "\(LogWords.endNotRecorded(claim.job.id, error))",
                    metadata: ["action": "cleanup_queue_error", "job": "\(claim.job.id)"]
                )
                guard !isStopping(), ContinuousClock.now < last else { return .elsewhere }
            }
            do {
                try await Task.sleep(for: timing.look)
            } catch {
                return .elsewhere
            }
        }
    }

    private func tell(_ claim: JobClaim, _ end: JobEnd) async throws -> JobEnd.Settled {
        let id = claim.job.id
        switch end {
        case .done:
            guard try await queue.complete(claim) else { return lost(id) }
            metrics.completed()
            await accounting.ended(claim.job.cycle, firedAt: claim.job.firedAt)
            return .over
        case .interrupted:
            return try await queue.giveBack(claim) ? .elsewhere : lost(id)
        case .postponed(let delay):
            return try await queue.postpone(claim, by: delay) ? .elsewhere : lost(id)
        case .passedOver(let cycle, let reason):
            guard try await queue.complete(claim) else { return lost(id) }
            accounting.missed(1, cycle: cycle)
            logger.warning(
                "\(LogWords.missed(id, because: reason))",
                metadata: ["action": "schedule_missed", "cycle": "\(cycle.name)"]
            )
            await accounting.ended(cycle.name, firedAt: claim.job.firedAt)
            return .over
        case .failed(let message, let tasks): return try await fail(claim, message, tasks)
        }
    }

    private func fail(_ claim: JobClaim, _ message: String, _ tasks: [String]?) async throws -> JobEnd.Settled {
        let (id, attempt) = (claim.job.id, claim.job.attempts)
        switch try await queue.fail(claim, error: message, tasks: tasks, chance: .random(in: 0..<1)) {
        case .retries(let instant):
            logger.warning(
                "\(LogWords.retried(id, attempt: attempt, of: claim.job.maximumAttempts, at: instant))",
                metadata: ["action": "cleanup_job_retry", "job": "\(id)", "attempt": "\(attempt)"]
            )
            return .retries(at: instant)
        case .dead:
            logger.error(
                "\(LogWords.givenUp(id, of: claim.job.cycle))",
                metadata: ["action": "cleanup_job_failed", "job": "\(id)", "attempt": "\(attempt)"]
            )
            await accounting.ended(claim.job.cycle, firedAt: claim.job.firedAt)
            return .over
        case .lost: return lost(id)
        }
    }

    private func lost(_ id: String) -> JobEnd.Settled {
        logger.warning(
            "\(LogWords.taken(id))",
            metadata: ["action": "cleanup_job_stalled", "job": "\(id)"]
        )
        return .elsewhere
    }
}
