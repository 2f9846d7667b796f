import Clients
import Glibc
import Retention

/// Removes the due rows of one run, batch by batch. Belongs to one thread.
///
/// Rows are found in a read transaction, which keeps nobody from writing, and removed in a short one of their own. What
/// was found is used only if no other connection has committed anything since, or if the row alone decides, which the
/// deleting statement checks again; otherwise it is found anew under the lock. Going through all rows from the oldest to
/// the youngest is a sweep; a sweep that finds nothing from its start on is the proof that nothing is due.
final class SQLiteRemover: BatchRemover {
    /// Rows that are found at once where finding is dear: whole groups are compared, or all rows sorted.
    private static let dearPiece = 50_000
    /// Waits in a row that end by the time-out, before the run gives up.
    private static let mostLockTimeouts = 6
    /// The longest rest between two batches, in seconds: who waits for SQLite's lock looks for it every 1 to 100 ms.
    private static let longestRest = 0.025
    /// Rows that the database refuses to let go, before the run gives up.
    private static let mostRefused = 10_000

    private let job: RowsJob
    private let session: SQLiteSession
    private let selection: SQLiteSelection
    private let deletion: SQLiteDeletion
    private let health: SQLiteHealth

    /// Found, and to be removed next.
    private var pending: ArraySlice<SQLiteSelection.Row> = []
    /// What `pending` was found in.
    private var version: Int64 = 0
    /// The last row that was dealt with in this sweep; `nil` = it begins.
    private var position: SQLiteSelection.Row?
    private var removedInSweep = 0
    private var refused: Set<[String]> = []
    private var lockTimeouts = 0
    /// When the last batch let the lock go, and how long it had it, in seconds.
    private var lastBatch: (end: ContinuousClock.Instant, seconds: Double)?
    /// Ends the run, once what was done before it is told.
    private var ending: StoreError?

    init(_ job: RowsJob, session: SQLiteSession) {
        self.job = job
        self.session = session
        selection = SQLiteSelection(job)
        deletion = SQLiteDeletion(job, session: session)
        health = SQLiteHealth(job, path: session.connection.path)
    }

    var engine: String { "sqlite" }

    func removeBatch(limit: Int, isCancelled: () -> Bool) throws -> BatchResult {
        var result = BatchResult()
        if let ending { throw ending }
        guard job.specification.action != .none, limit > 0 else {
            result.isExhausted = true
            return result
        }
        do {
            if pending.isEmpty { try findNext(limit, &result, isCancelled) }
            if !pending.isEmpty { try removePending(limit, &result, isCancelled) }
            if result.isExhausted { try countUnreadable(&result, isCancelled) }
            lockTimeouts = 0
        } catch let error as SQLiteError {
            try settle(error, &result)
        }
        return result
    }

    func conditions(isCancelled: () -> Bool) throws -> BatchConditions {
        BatchConditions(pressure: health.pressure(isCancelled: isCancelled))
    }

    func finish(removed: Int, isCancelled: () -> Bool) throws -> [String] {
        health.warnings + (removed > 0 ? shrink(isCancelled) : [])
    }

    private func shrink(_ isCancelled: () -> Bool) -> [String] {
        let path = session.connection.path
        do {
            guard try session.connection.shrink(isCancelled: isCancelled).isBusy else { return [] }
            return [SQLiteWords.notAllGivenBack(path)]
        } catch {
            return [SQLiteWords.notGivenBack(error)]
        }
    }

    // MARK: Finding

    private var isOfTheRowAlone: Bool { job.specification.looksAtRowAlone(in: job.table) }

    private func piece(_ limit: Int) -> Int {
        let isDear = job.specification.countsGroups || !(job.order?.isIndexed ?? true)
        return isDear ? max(limit, Self.dearPiece) : limit
    }

    private func findNext(_ limit: Int, _ result: inout BatchResult, _ isCancelled: () -> Bool) throws {
        try find(limit, isCancelled)
        guard pending.isEmpty else { return }
        let isProven = position == nil || removedInSweep == 0
        // From the start once more: what came to be due behind the sweep, or could not go before.
        position = nil
        removedInSweep = 0
        if !isProven { try find(limit, isCancelled) }
        result.isExhausted = pending.isEmpty
    }

    private func find(_ limit: Int, _ isCancelled: () -> Bool) throws {
        repeat {
            let found = try session.connection.transaction(.read, isCancelled: isCancelled) {
                version = try session.connection.dataVersion(isCancelled: isCancelled)
                return try selection.fetch(piece(limit), beyond: position, session, isCancelled: isCancelled)
            }
            pending = found.filter { !refused.contains(name($0)) }[...]
            // A piece of nothing but refused rows is passed over.
            if pending.isEmpty { position = found.last ?? position }
            if found.isEmpty { return }
        } while pending.isEmpty
    }

    // MARK: Removing

    private func removePending(_ limit: Int, _ result: inout BatchResult, _ isCancelled: () -> Bool) throws {
        rest()
        let start = ContinuousClock.now
        defer {
            result.seconds = (ContinuousClock.now - start) / .seconds(1)
            lastBatch = (ContinuousClock.now, result.seconds)
        }
        let size = min(limit, pending.count)
        var batch = pending.prefix(size)
        do {
            let (removed, ignored) = try session.connection.transaction(.write, isCancelled: isCancelled) {
                if !isOfTheRowAlone, try session.connection.dataVersion(isCancelled: isCancelled) != version {
                    // Somebody wrote meanwhile: only what is found under the lock is known to be due.
                    pending = []
                    batch = try selection.fetch(size, beyond: position, session, isCancelled: isCancelled)
                        .filter { !refused.contains(name($0)) }[...]
                }
                let removed = try deletion.remove(batch, isCancelled: isCancelled)
                let isSure = removed == batch.count && !deletion.mayBeUndone
                return (removed, isSure ? [] : try deletion.survivors(of: batch, isCancelled: isCancelled))
            }
            // A row that was set and is as before is not done.
            count(job.assignments.isEmpty ? removed : removed - ignored.count, &result)
            for row in ignored { refuse(row, SQLiteWords.undone, &result) }
        } catch let error as SQLiteError where error.code == .constraint {
            try removeSingly(batch, &result, isCancelled)
        }
        position = batch.last ?? position
        pending = pending.dropFirst(size)
    }

    /// Leaves others a gap in which they find the lock free: SQLite has no queue for it, so that a run which takes it again
    /// at once would keep them out until their time-out.
    private func rest() {
        guard let lastBatch else { return }
        let passed = (ContinuousClock.now - lastBatch.end) / .seconds(1)
        let missing = min(Self.longestRest, lastBatch.seconds / 8) - passed
        if missing > 0 { usleep(UInt32(missing * 1_000_000)) }
    }

    /// For a batch of which a row is refused: each by itself, so that it does not hold up the others.
    private func removeSingly(
        _ batch: ArraySlice<SQLiteSelection.Row>,
        _ result: inout BatchResult,
        _ isCancelled: () -> Bool
    ) throws {
        for row in batch {
            do {
                let removed = try session.connection.transaction(.write, isCancelled: isCancelled) {
                    // Whether others keep it is not known any more after somebody wrote: then the whole condition is asked.
                    let isKnown =
                        try isOfTheRowAlone || session.connection.dataVersion(isCancelled: isCancelled) == version
                    return try deletion.remove(row, isKnownToBeDue: isKnown, isCancelled: isCancelled)
                }
                count(removed, &result)
            } catch let error as SQLiteError where error.code == .constraint {
                refuse(row, error.message, &result)
            }
        }
    }

    private func count(_ removed: Int, _ result: inout BatchResult) {
        if job.assignments.isEmpty { result.deleted += removed } else { result.updated += removed }
        removedInSweep += removed
    }

    private func refuse(_ row: SQLiteSelection.Row, _ why: String, _ result: inout BatchResult) {
        result.failures[.conflict, default: 0] += 1
        let finding = "rows of \(job.specification.table) stay: \(why)"
        result.message = result.message ?? finding
        refused.insert(name(row))
        if refused.count > Self.mostRefused {
            ending = StoreError(.unreadable, "More than \(Self.mostRefused) \(finding)")
        }
    }

    private func name(_ row: SQLiteSelection.Row) -> [String] { row.identity.map { "\($0)" } }

    // MARK: Errors

    /// What passes is told; everything else ends the run, but not before what was done is told.
    private func settle(_ error: SQLiteError, _ result: inout BatchResult) throws {
        switch error.code {
        case .cancelled:
            guard result.rows > 0 else { throw CancellationError() }
        case .busy, .locked:
            result.lockTimeouts += 1
            lockTimeouts += 1
            result.message = error.message
            guard lockTimeouts >= Self.mostLockTimeouts else { return }
            ending = StoreError(error)
            result.failures[.conflict, default: 0] += max(1, pending.count)
            result.message = SQLiteWords.dueRowsStay(job.table.written, error.message)
        default:
            ending = StoreError(error)
            if result.rows == 0 { throw StoreError(error) }
        }
    }

    /// Rows whose time cannot be read stay, and that is a failure; no index serves the search, so that its time is bounded.
    private func countUnreadable(_ result: inout BatchResult, _ isCancelled: () -> Bool) throws {
        guard let unreadable = job.unreadable, let order = job.order else { return }
        do {
            let rows = try session.connection.query(
                "SELECT count(*) FROM (SELECT 1 FROM \(job.table.sql) AS \(job.table.alias) "  // banned-ok: bounded
                    + "WHERE \(unreadable.sql) LIMIT \(Self.mostRefused))",
                session.values(unreadable.values),
                limitSeconds: 2,
                isCancelled: isCancelled
            )
            guard let found = rows.first?.first?.integer, found > 0 else { return }
            result.failures[.integrity, default: 0] += Int(found)
            let finding = "\(found) rows of \(job.table.written) hold no time in column \(order.column.name)"
            result.message = result.message ?? "\(finding) that can be read"
        } catch let error as SQLiteError where error.code == .timeout {
            return
        }
    }
}
