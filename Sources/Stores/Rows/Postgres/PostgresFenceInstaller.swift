import Clients

/// What there is of a fence in a database, or was made.
package struct PostgresFenceReport: Sendable, Equatable {
    package enum State: Sendable {
        /// There is none: an older epoch is not refused.
        case absent
        /// It is there, and the role may use it.
        case present
        case made
        /// What is there cannot be used, or it could not be made.
        case failed
    }

    package var state: State
    /// For a person: which table, and what to do.
    package var sentence: String
}

extension PostgresRowsBackend {
    /// Looks for the fence of the database; writes nothing. Blocking. Throws `StoreError`.
    package func fence() throws -> PostgresFenceReport {
        try asking { connection in
            try connection.transaction(.readOnly) { try report(PostgresFenceTable.look(connection)) }
        }
    }

    /// Makes the table `cleanupd_fence` in the schema in which the role makes tables, unless it is there. Blocking.
    ///
    /// - Returns: also what was not possible, as `.failed` with what to do.
    /// - Throws: `StoreError` when the database cannot be reached.
    package func installFence() throws -> PostgresFenceReport {
        do {
            return try asking { connection in try connection.transaction(.readWrite) { try install(connection) } }
        } catch let refusal as Refusal {
            return PostgresFenceReport(state: .failed, sentence: refusal.sentence)
        }
    }

    /// The transaction is undone.
    private struct Refusal: Error {
        var sentence: String
    }

    private func asking<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        do {
            return try server.withConnection(as: "check", body)
        } catch let error as PostgresError {
            throw StoreError(error.code == .connection ? .missing : .unreadable, error.message)
        }
    }

    private func report(_ found: PostgresFenceTable.Found) -> PostgresFenceReport {
        switch found.verdict {
        case .absent: PostgresFenceReport(state: .absent, sentence: PostgresFenceWords.absent)
        case .usable(let table): PostgresFenceReport(state: .present, sentence: PostgresFenceWords.present(table.sql))
        case .unusable(let why): PostgresFenceReport(state: .failed, sentence: why)
        }
    }

    private func install(_ connection: PostgresConnection) throws -> PostgresFenceReport {
        // Two that install at once make one.
        _ = try connection.query("SELECT pg_catalog.pg_advisory_xact_lock(\(Self.installLock))")
        let found = try PostgresFenceTable.look(connection)
        if case .usable = found.verdict { return report(found) }
        let isOurs = found.tables.contains { $0.isTrusted || $0.schema == found.schema }
        if isOurs { return report(found) }
        guard let schema = found.schema else { throw Refusal(sentence: PostgresFenceWords.noSchema(found.role)) }
        return try create(PostgresConnection.quote(schema: schema, name: PostgresFenceTable.name), found, connection)
    }

    private func create(
        _ table: String,
        _ found: PostgresFenceTable.Found,
        _ connection: PostgresConnection
    ) throws -> PostgresFenceReport {
        guard found.mayCreate else { throw Refusal(sentence: PostgresFenceWords.mayNotMake(table, found.role)) }
        do {
            try connection.execute(PostgresFenceWords.creation(of: table))
        } catch {
            guard !error.isConnectionLost else { throw error }
            throw Refusal(sentence: PostgresFenceWords.notMade(table, found.role, error.message))
        }
        guard case .usable = try PostgresFenceTable.look(connection).verdict else {
            throw Refusal(sentence: PostgresFenceWords.notAsItShouldBe(table))
        }
        return PostgresFenceReport(state: .made, sentence: PostgresFenceWords.made(table))
    }

    /// "cleanupd" in ASCII.
    private static let installLock: Int64 = 0x636c_6561_6e75_7064
}
