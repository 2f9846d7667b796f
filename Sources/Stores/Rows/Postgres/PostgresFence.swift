import Clients
import Retention

/// The right to act of one run, compared by each of its transactions with what the fence of the database has seen.
///
/// The row of the lock stays locked until the transaction ends, so that a newer epoch waits for the batch of an older
/// one that was first, and the older one's next batch finds the newer epoch.
struct PostgresFence {
    let fence: Fence
    let table: PostgresFenceTable
    let job: RowsJob

    /// `nil`: the database has no fence. Throws `StoreError` for one that is there and cannot be used.
    static func look(_ fence: Fence, _ job: RowsJob, _ connection: PostgresConnection) throws -> PostgresFence? {
        let found = try connection.transaction(.readOnly) { try PostgresFenceTable.look(connection) }
        switch found.verdict {
        case .absent: return nil
        case .usable(let table): return PostgresFence(fence: fence, table: table, job: job)
        case .unusable(let why):
            throw StoreError.fenceUnusable(job.specification.task, why)
        }
    }

    /// Shows the epoch to older ones before anything is removed, in a transaction of its own: that of a batch may be
    /// undone, and what its rows owned is gone then all the same.
    func announce(_ batch: PostgresBatch) throws {
        try batch.connection.transaction(.readWrite, isCancelled: batch.isCancelled) {
            _ = try pass(batch, "SELECT 1", [])
        }
    }

    /// Opens a transaction as `PostgresBatchSQL.opening` does, and has passed the fence before anything else.
    ///
    /// It waits for the fence as long as the connection waits for locks: `lockTimeout` is set only after that, because
    /// nothing comes out of the fence before.
    func open(_ batch: PostgresBatch, lockTimeout: Duration) throws -> PostgresRow {
        let (setting, values) = PostgresBatchSQL.opening(
            timezone: job.specification.timezone,
            lockTimeout: lockTimeout
        )
        return try pass(batch, setting, values)
    }

    /// - Parameters:
    ///   - selection: what is selected once the fence is passed, and not before; with its values.
    /// - Throws: `StoreError`: `.fenced`, or `.unreadable` where the table cannot be written to; `PostgresError`.
    private func pass(_ batch: PostgresBatch, _ selection: String, _ values: [PostgresValue]) throws -> PostgresRow {
        let place = values.count
        let statement = """
            WITH fence AS (INSERT INTO \(table.sql) AS f ("scope", "lock", "epoch", "at")
                VALUES ($\(place + 1), $\(place + 2), $\(place + 3), pg_catalog.now())
                ON CONFLICT ("scope", "lock") DO UPDATE SET "epoch" = excluded."epoch", "at" = excluded."at"
                WHERE f."epoch" OPERATOR(pg_catalog.<=) excluded."epoch" RETURNING 1)
            \(selection) FROM fence
            """
        let own: [PostgresValue] = [.text(fence.scope), .text(fence.lock), .int(fence.epoch)]
        do {
            if let row = try batch.connection.query(statement, values + own, isCancelled: batch.isCancelled).first {
                return row
            }
            throw Self.refusal(fence, by: try newest(batch), job.specification.task, job.table.written, table.sql)
        } catch let error as PostgresError where isOfTheFence(error) {
            throw StoreError.fenceNotWritten(job.specification.task, table.sql, job.table.written, error.message)
        }
    }

    /// Nobody else can have passed the fence as long as the session that holds its row lives.
    func confirmHeld(_ batch: PostgresBatch) throws {
        _ = try batch.connection.query("SELECT 1", isCancelled: batch.isCancelled)
    }

    private func isOfTheFence(_ error: PostgresError) -> Bool {
        guard !error.isConnectionLost, !error.isStaleStatement else { return false }
        return [.permission, .undefinedTable, .undefinedColumn, .integrity, .other].contains(error.code)
    }

    private func newest(_ batch: PostgresBatch) throws -> Int64? {
        try batch.connection.query(
            "SELECT f.\"epoch\" FROM \(table.sql) AS f WHERE f.\"scope\" OPERATOR(pg_catalog.=) $1 "
                + "AND f.\"lock\" OPERATOR(pg_catalog.=) $2",
            [.text(fence.scope), .text(fence.lock)],
            isCancelled: batch.isCancelled
        ).first?.int(0)
    }

    /// - Parameters:
    ///   - newest: the epoch that the fence has seen; `nil` = it is not there any more.
    ///   - written: the table whose rows are removed.
    ///   - sql: the fence.
    static func refusal(
        _ fence: Fence,
        by newest: Int64?,
        _ task: String,
        _ written: String,
        _ sql: String
    ) -> StoreError {
        StoreError(
            .fenced,
            "Task \(task): another replica has taken the lock \(fence.lock) since, with epoch "
                + "\(newest.map { "\($0)" } ?? "unknown") where this run has \(fence.epoch), so that the fence \(sql) "
                + "refused the next batch on \(written), and nothing of it was removed. The other replica goes on. If there "
                + "is none, because epochs were lost and began anew, delete the row of this lock from \(sql)."
        )
    }
}
