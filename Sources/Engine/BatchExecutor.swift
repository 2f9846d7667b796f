import Foundation
import Logging
import Retention
import State
import Stores

/// Carries out a predicate: batch after batch until nothing is due, as fast as the database likes it.
///
/// Belongs to one thread. Each batch is in the ledger before it begins, and with its rows once it is committed.
struct BatchExecutor {
    let state: any StateStore
    let run: RunID
    let task: TaskDefinition
    let metrics: EngineMetrics
    let logger: Logger
    let now: @Sendable () -> Instant
    let cancellation: Cancellation
    /// Told each batch that is done.
    let onBatch: (ItemCounts) -> Void

    struct Result {
        var counts = ItemCounts()
        /// That were committed with rows.
        var batches = 0
        /// That did something, and be it to fail.
        var tried = 0
        /// Rows that stay, and of which what they own is gone.
        var cleared = 0
        /// Nothing is due any more.
        var isExhausted = false
        /// The store has given up on what is still due.
        var isGivenUp = false
        /// The run's budget of rows ended it.
        var isOverBudget = false
        /// For a person: first of what failed.
        var message: String?
        var warnings: [String] = []
        /// The first error of the ledger.
        var ledgerError: (any Error)?
    }

    /// Blocking. Throws what the store cannot go on after; what was removed before is in `result`.
    func carryOut(_ remover: any BatchRemover, into result: inout Result) throws {
        var pacer = BatchPacer(goalSeconds: task.pace.goalSeconds, ceiling: task.pace.batch)
        var pressure = PressureWatch(
            task: task.name,
            holdFile: task.pace.holdFile,
            metrics: metrics,
            logger: logger
        )
        var open: BatchRecord?
        var sequence = 0
        while !result.isExhausted, !result.isGivenUp, !cancellation.isCancelled {
            guard rowsLeft(result) > 0 else {
                result.isOverBudget = true
                break
            }
            guard try pressure.waitUntilFree(of: remover, cancellation) else { break }
            pacer.isShared = pressure.isShared
            let limit = min(pacer.size, rowsLeft(result))
            let record = BatchRecord(sequence: sequence, limit: limit, startedAt: now())
            guard write([open, record], into: &result) else { return }
            open = record
            sequence += 1
            let batch = try remover.removeBatch(
                limit: limit,
                isCancelled: { [cancellation] in cancellation.isCancelled }
            )
            open?.rows = batch.rows
            open?.seconds = batch.seconds
            take(batch, engine: remover.engine, into: &result)
            pacer.learn(rows: batch.rows, seconds: batch.seconds, limit: limit)
            pause(pacer.rest(after: batch.seconds))
        }
        guard write([open], into: &result) else { return }
        result.warnings = try remover.finish(removed: result.counts.deleted + result.counts.updated) {
            [cancellation] in cancellation.isCancelled
        }
    }

    private func rowsLeft(_ result: Result) -> Int {
        task.rowBudget.map { max(0, $0 - result.counts.deleted - result.counts.updated - result.cleared) } ?? .max
    }

    private func take(_ batch: BatchResult, engine: String, into result: inout Result) {
        var counts = ItemCounts()
        counts.deleted = batch.deleted
        counts.updated = batch.updated
        counts.freedBytes = batch.freedBytes
        counts.failures = batch.failures
        counts.failed = batch.failures.values.reduce(0, +)
        counts.attempts = batch.rows + counts.failed
        metrics.batch(task.name, engine: engine, batch, counts)
        onBatch(counts)
        result.counts = result.counts + counts
        result.cleared += batch.cleared
        result.isExhausted = batch.isExhausted
        result.isGivenUp = batch.isGivenUp
        result.message = result.message ?? batch.message
        // The last look, which finds nothing, is no batch.
        guard batch.rows + counts.failed > 0 else { return }
        result.tried += 1
        if batch.rows > 0 { result.batches += 1 }
        logger.info(
            "\(task.name): batch \(result.tried) \(batch.updated > 0 ? "set" : "removed") \(batch.rows) rows",
            metadata: [
                "action": "log_cleanup_batch", "task": "\(task.name)", "batchNumber": "\(result.tried)",
                "deletedInBatch": "\(batch.rows)", "totalDeleted": "\(result.counts.deleted + result.counts.updated)",
                "duration_seconds": "\(batch.seconds)",
            ]
        )
    }

    /// - Returns: whether the ledger took it; if not, nothing more may be removed.
    private func write(_ records: [BatchRecord?], into result: inout Result) -> Bool {
        do {
            try state.record(records.compactMap { $0 }, of: run)
            return true
        } catch {
            result.ledgerError = error
            cancellation.cancel(.ledger)
            return false
        }
    }

    /// - Parameter rest: seconds that are left to others; a pause that is configured rules.
    private func pause(_ rest: Double) {
        let pause = Double(task.pace.pauseMilliseconds) / 1000
        guard max(pause, rest) > 0 else { return }
        cancellation.wait(seconds: pause > 0 ? pause : rest)
        if pause == 0 { metrics.throttled(task.name, .load, seconds: rest) }
    }
}
