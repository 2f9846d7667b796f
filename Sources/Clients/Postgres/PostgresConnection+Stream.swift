import CLibPQ

extension PostgresConnection {
    /// Runs one query and hands its rows over one by one, in bounded memory.
    ///
    /// When `row` says false or throws, the rest is cancelled on the server and what the statement itself changed is
    /// undone; a transaction around it goes on. Until then the connection does nothing else. `statement_timeout` counts
    /// from the first row to the last, the time of `row` included.
    /// - Parameter row: true to go on. A row may be kept.
    /// - Throws: as `query`, and what `row` throws.
    package func stream(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        isCancelled: () -> Bool = { false },
        row: (PostgresRow) throws -> Bool
    ) throws {
        let encoded = try PostgresParameters(parameters, connection: handle.name)
        let key = PostgresStatements.Key(sql: sql, types: encoded.types)
        let isInTransaction = handle.transactionStatus == PQTRANS_INTRANS
        // To cancel fails the transaction, unless it can go back to where it was.
        if isInTransaction { try executeScript("SAVEPOINT cleanupd_stream", isCancelled: isCancelled) }
        let end = try read(key, encoded, isCancelled, row)
        if isInTransaction {
            let undo = end.isWhole ? "" : "ROLLBACK TO SAVEPOINT cleanupd_stream; "
            try executeScript(undo + "RELEASE SAVEPOINT cleanupd_stream")
        }
        if case .failed(let error) = end { throw error }
    }

    private enum StreamEnd {
        case whole
        /// `row` said false.
        case enough
        /// `row` threw.
        case failed(any Error)

        var isWhole: Bool { if case .whole = self { true } else { false } }
    }

    private func read(
        _ key: PostgresStatements.Key,
        _ parameters: PostgresParameters,
        _ isCancelled: () -> Bool,
        _ row: (PostgresRow) throws -> Bool
    ) throws(PostgresError) -> StreamEnd {
        try check(key.sql, isCancelled)
        // Parsed each time, which costs nothing beside its rows: what is kept could be stale.
        try send(try prepare(key, as: "", isCancelled), parameters)
        // 1: set; 0: no statement is under way.
        guard PQsetSingleRowMode(handle.raw) == 1 else { throw .cannotStream(handle.name) }
        isStreaming = true
        defer { isStreaming = false }
        var columns: PostgresColumns?
        while let rows = try handle.next(isCancelled: isCancelled, columns: columns) {
            columns = rows.columns
            for next in rows {
                let end: StreamEnd
                do {
                    if try row(next) { continue }
                    end = .enough
                } catch {
                    end = .failed(error)
                }
                try handle.cancel()
                return end
            }
        }
        return .whole
    }
}
