import CLibPQ

/// How statements get to the server.
extension PostgresConnection {
    /// Refuses what cannot be sent.
    func check(_ sql: String, _ isCancelled: () -> Bool) throws(PostgresError) {
        guard !isStreaming else { throw .isStreaming(handle.name) }
        // C ends a string there, and what follows would be missing without a word.
        guard !sql.utf8.contains(0) else { throw .zeroInStatement(handle.name) }
        guard !isCancelled() else { throw .cancelled(handle.name) }
    }

    /// Sends a statement, prepared if it comes again, and gives its result.
    func run(
        _ key: PostgresStatements.Key,
        _ parameters: PostgresParameters,
        _ isCancelled: () -> Bool
    ) throws(PostgresError) -> PostgresRows {
        try check(key.sql, isCancelled)
        if let statement = try prepared(key, isCancelled) {
            try send(statement, parameters)
        } else {
            try handle.send { raw in
                key.types.withUnsafeBufferPointer { types in
                    parameters.withPointers { values, lengths, formats in
                        PQsendQueryParams(
                            raw,
                            key.sql,
                            parameters.count,
                            types.baseAddress,
                            values,
                            lengths,
                            formats,
                            0
                        )
                    }
                }
            }
        }
        return try handle.collect(isCancelled: isCancelled)
    }

    /// Sends a statement that the server knows.
    func send(_ statement: PostgresStatements.Prepared, _ parameters: PostgresParameters) throws(PostgresError) {
        try handle.send { raw in
            parameters.withPointers { values, lengths, formats in
                PQsendQueryPrepared(
                    raw,
                    statement.name,
                    parameters.count,
                    values,
                    lengths,
                    formats,
                    statement.isBinary ? 1 : 0
                )
            }
        }
    }

    /// Makes the server parse a statement under a name (empty: until the next one of that name), and asks what its
    /// columns are.
    func prepare(
        _ key: PostgresStatements.Key,
        as name: String,
        _ isCancelled: () -> Bool
    ) throws(PostgresError) -> PostgresStatements.Prepared {
        try handle.send { raw in
            key.types.withUnsafeBufferPointer {
                PQsendPrepare(raw, name, key.sql, Int32(key.types.count), $0.baseAddress)
            }
        }
        _ = try handle.collect(isCancelled: isCancelled)
        try handle.send { PQsendDescribePrepared($0, name) }
        let columns = try handle.collect(isCancelled: isCancelled).columns
        return PostgresStatements.Prepared(name: name, isBinary: columns.canBeBinary)
    }

    private func prepared(
        _ key: PostgresStatements.Key,
        _ isCancelled: () -> Bool
    ) throws(PostgresError) -> PostgresStatements.Prepared? {
        let use = statements.use(key, canDiscard: handle.isIdle, prefix: "\(PQbackendPID(handle.raw))")
        switch use {
        case .prepared(let statement): return statement
        case .once: return nil
        case .prepare(let name):
            if handle.isIdle { try discard(statements.takeGarbage()) }
            let statement = try prepare(key, as: name, isCancelled)
            statements.add(key, statement)
            return statement
        }
    }

    private func discard(_ names: [String]) throws(PostgresError) {
        for name in names {
            do throws(PostgresError) {
                try handle.simple("DEALLOCATE \(Self.quote(identifier: name))", isCancelled: { false })
            } catch  where error.sqlState == PostgresError.unknownStatement {
                // A pooler has lent another session, where there is nothing to forget.
            }
        }
    }
}

extension PostgresError {
    static let unknownStatement = "26000"

    /// What the server says of a prepared statement that it does not accept any more (its table was altered), or does
    /// not know (a pooler lends one session to many). The statement has not begun.
    package var isStaleStatement: Bool { sqlState == Self.unknownStatement || sqlState == "0A000" }
}
