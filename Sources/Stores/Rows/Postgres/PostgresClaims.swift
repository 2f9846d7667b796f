import Clients
import Retention

/// Rows with what they own, on PostgreSQL: found and locked, handed over, removed, in one transaction.
struct PostgresClaims: RowsClaims {
    private static let patience: Duration = .seconds(2)
    /// Once a row of a transaction was waited for in vain: all the rows of a table that is locked would take minutes.
    private static let lastPatience = "100ms"

    let remover: PostgresRowsRemover
    let mayLock: Bool
    let owned: [RowsOwned]
    private let dialect = PostgresRowsDialect()

    init(_ remover: PostgresRowsRemover, mayLock: Bool, owned: [RowsOwned]) {
        self.remover = remover
        self.mayLock = mayLock
        self.owned = owned
    }

    private var job: RowsJob { remover.job }
    private var target: String { "\(job.table.sql) AS \(job.table.alias)" }
    private var identity: [String] { job.table.identity.map { "\(job.table.alias).\($0)" } }

    func claim(
        limit: Int,
        beyond: [String]?,
        pages: Bool,
        isCancelled: () -> Bool,
        decide: ([RowsClaimed]) -> [Bool]
    ) throws -> RowsClaimOutcome {
        var outcome = RowsClaimOutcome()
        var counters = BatchResult()
        // Removed things stay removed when a transaction is done once more; they are asked again, and are gone.
        do {
            try PostgresBatch.reconnecting(remover, &counters, isCancelled) { batch, _ in
                outcome = try batch.run(lockTimeout: Self.patience) {
                    try carryOut(limit, beyond, pages, batch, decide)
                }
            }
        } catch let undone as PostgresBatch.RolledBack {
            throw StoreError(undone.cause, task: job.specification.task)
        } catch let error as PostgresError {
            switch error.code {
            case .cancelled:
                throw CancellationError()
            case .lockTimeout, .deadlock, .serialization:
                outcome = RowsClaimOutcome()
                outcome.lockTimeouts = error.code == .lockTimeout ? 1 : 0
                outcome.held = 1
            default:
                guard error.isStaleStatement else { throw StoreError(error, task: job.specification.task) }
                outcome = RowsClaimOutcome()
                outcome.held = 1
            }
        }
        outcome.retries = counters.retries
        return outcome
    }

    /// One transaction.
    private func carryOut(
        _ limit: Int,
        _ beyond: [String]?,
        _ pages: Bool,
        _ batch: PostgresBatch,
        _ decide: ([RowsClaimed]) -> [Bool]
    ) throws -> RowsClaimOutcome {
        var outcome = RowsClaimOutcome()
        let rows = try find(limit, beyond, pages, batch)
        outcome.found = rows.count
        for group in groups(rows) {
            if guardsThings { try remover.fence?.confirmHeld(batch) }
            for (row, mayGo) in zip(group, decide(group)) where mayGo {
                try remove(row, batch, &outcome)
            }
        }
        if rows.count < limit, !pages {
            // What is due and was not found is held by others.
            let due = try remaining(limit: 1_000 + rows.count, batch)
            outcome.held = max(0, due - (rows.count - outcome.changed))
        }
        return outcome
    }

    /// What a row owns lies where the database cannot hold it back: whether the fence still holds is asked before each.
    private var guardsThings: Bool { remover.fence != nil && !owned.isEmpty }

    private func groups(_ rows: [RowsClaimed]) -> [[RowsClaimed]] { guardsThings ? rows.map { [$0] } : [rows] }

    /// Rows that are still due in this transaction, no further than that.
    private func remaining(limit: Int, _ batch: PostgresBatch) throws -> Int {
        let (sql, values) = remover.sql.remaining(limit: limit)
        return Int(try batch.connection.query(sql, values, isCancelled: batch.isCancelled).first?.int(0) ?? 0)
    }

    private func find(
        _ limit: Int,
        _ beyond: [String]?,
        _ pages: Bool,
        _ batch: PostgresBatch
    ) throws -> [RowsClaimed] {
        var values = job.due.values.map { PostgresValue($0) }
        var conditions = ["(\(job.due.sql))"]
        if let beyond {
            let marks = beyond.map { value -> String in
                values.append(.inferred(value))
                return "$\(values.count)"
            }
            conditions.append("(\(identity.joined(separator: ", "))) > (\(marks.joined(separator: ", ")))")
        }
        let columns =
            identity.map { "(\($0))::text" }
            + owned.map { "to_jsonb(\(job.table.alias).\(dialect.quote($0.column)))::text" }
        let time = job.order.map { dialect.ascending("\(job.table.alias).\(dialect.quote($0.column.name))") }
        let order = pages ? identity.joined(separator: ", ") : time ?? identity.joined(separator: ", ")
        values.append(.int(Int64(limit)))
        let lock = mayLock ? " FOR UPDATE OF \(job.table.alias)\(pages ? "" : " SKIP LOCKED")" : ""
        let sql =
            "SELECT \(columns.joined(separator: ", ")) FROM \(target) "
            + "WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT $\(values.count)\(lock)"
        return try batch.connection.query(sql, values, isCancelled: batch.isCancelled).map { row in
            let texts = try columns.indices.map { try row.text($0) }
            return RowsClaimed(
                identity: texts.prefix(identity.count).map { $0 ?? "" },
                owned: Array(texts.dropFirst(identity.count))
            )
        }
    }

    /// One row that is refused (by a trigger, by a constraint), or that cannot go because others hold what goes with it,
    /// stays, and the others go.
    private func remove(_ row: RowsClaimed, _ batch: PostgresBatch, _ outcome: inout RowsClaimOutcome) throws {
        try batch.connection.execute("SAVEPOINT cleanupd_row")
        do {
            let (changed, why) = try removePreparedAnew(row, batch)
            outcome.changed += changed
            if changed == 0 { outcome.kept.append((row, why)) }
            // Undone, a row that stays is where it was, and is known again by its place.
            let end = changed == 0 ? "ROLLBACK TO SAVEPOINT" : "RELEASE SAVEPOINT"
            try batch.connection.execute("\(end) cleanupd_row")
        } catch let error as PostgresError where error.isOfTheRow || error.isStaleStatement {
            try batch.connection.execute("ROLLBACK TO SAVEPOINT cleanupd_row")
            outcome.kept.append((row, error.message))
        } catch let error as PostgresError where error.code == .lockTimeout {
            try batch.connection.execute("ROLLBACK TO SAVEPOINT cleanupd_row")
            try batch.connection.execute("SET LOCAL lock_timeout = '\(Self.lastPatience)'")
            outcome.lockTimeouts += 1
            outcome.kept.append((row, error.message))
        }
    }

    /// A prepared statement that is not known any more was forgotten with the error, and is prepared again.
    private func removePreparedAnew(_ row: RowsClaimed, _ batch: PostgresBatch) throws -> (Int, String?) {
        do {
            return try remove(row, batch)
        } catch let error as PostgresError where error.isStaleStatement {
            try batch.connection.execute("ROLLBACK TO SAVEPOINT cleanupd_row")
            return try remove(row, batch)
        }
    }

    /// - Returns: 0 = the row is there, and due, as before; and why, if that is known.
    private func remove(_ row: RowsClaimed, _ batch: PostgresBatch) throws -> (Int, String?) {
        guard job.specification.action != .none else { return (1, nil) }
        var values = job.due.values.map { PostgresValue($0) }
        let places = identity.enumerated().map { index, column -> String in
            values.append(.inferred(row.identity[index]))
            return "\(column) = $\(values.count)"
        }
        let settings = job.assignments.map { "\(dialect.quote($0.column.name)) = \($0.value)" }
        let verb =
            settings.isEmpty ? "DELETE FROM \(target)" : "UPDATE \(target) SET \(settings.joined(separator: ", "))"
        let sql = "\(verb) WHERE \(places.joined(separator: " AND ")) AND (\(job.recheck))"
        guard !settings.isEmpty else { return (try batch.connection.execute(sql, values, isCancelled: { false }), nil) }
        // A trigger may have put the old value back: RETURNING tells of the row as it is now.
        let rows = try batch.connection.query("\(sql) RETURNING (\(job.recheck))", values, isCancelled: { false })
        let changed = try rows.filter { try $0.bool(0) != true }.count
        return (changed, changed < rows.count ? PostgresBatch.Endless.reason : nil)
    }
}
