import Clients
import Foundation
import Retention

/// What becomes of errors: what passes is in the result, and the next batch goes about it differently.
extension PostgresRowsRemover {
    func attempt(
        _ result: inout BatchResult,
        _ isCancelled: () -> Bool,
        _ body: (PostgresBatch, inout BatchResult) throws -> Void
    ) throws {
        let start = ContinuousClock.now
        defer { result.seconds = (ContinuousClock.now - start) / .seconds(1) }
        do {
            try PostgresBatch.reconnecting(self, &result, isCancelled, body)
        } catch let undone as PostgresBatch.RolledBack {
            // Refused at COMMIT: a constraint that is checked there, or a conflict.
            try conflict(undone.cause, &result, isCancelled)
        } catch is PostgresBatch.Endless {
            try goSingly()
        } catch let error as PostgresError {
            try settle(error, &result, isCancelled)
        }
    }

    private func settle(_ error: PostgresError, _ result: inout BatchResult, _ isCancelled: () -> Bool) throws {
        switch error.code {
        case .cancelled:
            throw CancellationError()
        case .lockTimeout, .deadlock, .serialization:
            if error.code == .lockTimeout { result.lockTimeouts += 1 }
            try conflict(error, &result, isCancelled)
        case .statementTimeout:
            timeouts += 1
            guard timeouts < Self.maximumTimeouts else { throw StoreError(error, task: job.specification.task) }
            ceiling = max(1, tried / 2)
            result.message = PostgresWords.smaller(error.message)
        case .integrity where stalls + 1 < Self.maximumStalls:
            stalls += 1
            // A row came to be referred to after it was chosen; a smaller batch has fewer of those.
            ceiling = max(1, tried / 2)
            try conflict(error, &result, isCancelled)
        case _ where error.isStaleStatement:
            stales += 1
            result.retries += 1
            // A trigger may say the same of one row.
            if stales >= Self.maximumStalls { try goSingly() }
        default:
            guard error.isOfTheRow else { throw StoreError(error, task: job.specification.task) }
            try goSingly()
        }
    }

    /// Goes on row by row: what the database refuses stays, and is told of; the others go.
    func goSingly() throws {
        let base = PostgresRowsRemover(
            server: server,
            sql: sql,
            sweep: nil,
            fence: fence,
            patience: patience,
            random: random
        )
        let claims = PostgresClaims(base, mayLock: sql.mayLock, owned: [])
        // Nothing is owned, so that nothing is opened that could be waited for.
        singly = try RowsOwningRemover(job, owned: [], base: base, claims: claims, isCancelled: { false })
    }

    /// Somebody holds what is due. Goes around it, waits a little, and gives up after too many times in a row.
    private func conflict(_ error: PostgresError, _ result: inout BatchResult, _ isCancelled: () -> Bool) throws {
        conflicts += 1
        careful = (left: careful.next, next: min(careful.next * 2, 64))
        guard conflicts >= Self.maximumConflicts else {
            let longest = min(1.0, 0.02 * Double(1 << min(conflicts, 10)))
            pause(.seconds(longest * (0.5 + random() / 2)), isCancelled)
            return
        }
        phase = .done(isExhausted: false)
        let counted = try count(isCancelled)
        result.failures[.conflict] = max(1, counted)
        let isCut = counted >= Self.remainingLimit
        result.message = PostgresWords.held(counted, isCut: isCut, of: job.table.written, error.message)
    }

    /// What is still due; 1 if even that cannot be counted in time.
    private func count(_ isCancelled: () -> Bool) throws -> Int {
        do {
            var unused = BatchResult()
            var counted = 1
            try PostgresBatch.reconnecting(self, &unused, isCancelled) { batch, _ in
                counted = try batch.count(sql.remaining(limit: Self.remainingLimit), within: Self.countingTime)
            }
            return counted
        } catch let error as PostgresError where [.lockTimeout, .statementTimeout].contains(error.code) {
            return 1
        }
    }
}

/// Blocks; ends early when cancelled.
func pause(_ duration: Duration, _ isCancelled: () -> Bool) {
    let end = ContinuousClock.now + duration
    while !isCancelled() {
        let left = (end - ContinuousClock.now) / .seconds(1)
        guard left > 0 else { return }
        Thread.sleep(forTimeInterval: min(left, 0.05))
    }
}
