import Coordination
import Foundation
import Logging
import Retention
import State
import Stores

/// The steps before a plan and after its end: the lock, what a dead process left, the clock, and the record of the end.
extension Attempt {
    /// Whether somebody of this process, or of this replica, holds it.
    func isOwn(_ holder: LockHolder?) -> Bool {
        holder == .process(getpid()) || holder == .replica(runner.replica)
    }

    /// How long the lease of a replica that has died is waited for.
    private static let leaseWait = Duration.seconds(120)

    /// The task's lock. A run on schedule waits for one of the same process to end (a look at the quota, another cycle),
    /// and one whose job had stalled for the lease of the worker before; all others, and the look itself, give way.
    func acquire() throws -> any HeldLock {
        let lastTry = ContinuousClock.now + Self.leaseWait
        while true {
            do throws(LockError) {
                return try runner.locks.acquire(task: task.name)
            } catch {
                let waits = [.schedule, .catchUp, .api].contains(request.trigger) && request.hasOwnPolicy
                guard waits, case .held(_, let holder) = error, !cancellation.isCancelled else { throw error }
                guard isOwn(holder) || request.waitsForLock && ContinuousClock.now < lastTry else { throw error }
                cancellation.wait(seconds: 0.1)
            }
        }
    }

    /// What a process that died left open is closed by whoever runs the task next; the lock says that it is dead.
    func recoverIfNeeded() throws {
        let recovery = Recovery(runner: runner)
        if !isDryRun, try recovery.isNeeded(task) { try recovery.recover(task) }
    }

    /// Asked before the plan, which would be false in all its ages. A quota counts bytes, and works by any clock.
    func clockTrip() throws -> Limits.Trip? {
        guard !isDryRun, !task.isByQuotaAlone else { return nil }
        return try ledger { try runner.clock.check(runner.state, isVouchedFor: request.isAttended) }
    }

    /// Records how it ended, if it ever began.
    func close(_ report: inout RunReport) {
        // A run without all its outcomes is left to recovery.
        guard !report.isLedgerIncomplete else { return }
        do {
            let hasBegun = try runner.state.run(id) != nil
            // One that never began (locked, held) has nothing to end.
            guard hasBegun || report.outcome != .skipped else { return }
            if !hasBegun { try begin() }
            try runner.state.finish(id, RunEnd(report, endedAt: runner.now()))
        } catch {
            // The run's end is lost, its items are not: recovery closes it at the next start.
            runner.metrics.ledgerFailed()
            runner.logger.error(
                "\(LogWords.endNotRecorded(run: id, of: task.name, error))",
                metadata: ["action": "log_cleanup_error", "task": "\(task.name)"]
            )
            guard report.outcome == .success else { return }
            report.outcome = .failed
            report.failure = .backend
            report.message = "\(error)"
        }
    }

    // MARK: Calls that may fail

    /// A deleting side. What was broken off by the end of the run has not failed, whatever it says itself.
    func opened<Remover>(_ body: () throws -> Remover) throws -> Remover {
        do {
            return try body()
        } catch {
            if let error = error as? StoreError, error.code == .fenced { throw error }
            throw cancellation.isCancelled ? CancellationError() : error
        }
    }

    /// A call of the ledger: one that fails is counted.
    func ledger<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            runner.metrics.ledgerFailed()
            throw error
        }
    }
}
