package import Clients
package import Retention

/// The rows store's engine for PostgreSQL.
///
/// Every statement runs with the `search_path` that the role has. Tables and views are looked up once per plan and are
/// named with their schema from then on.
package struct PostgresRowsBackend: RowsBackend {
    let server: PostgresServer
    private let patience: Duration

    /// - Parameter patience: how long a batch waits for a lock.
    package init(_ server: PostgresServer, patience: Duration = .seconds(2)) {
        self.server = server
        self.patience = patience
    }

    package var engine: String { "postgres" }

    package var dialect: any RowsDialect { PostgresRowsDialect() }

    package func withReader<Result>(
        task: String,
        timezone: String,
        timeout: Duration?,
        isCancelled: () -> Bool,
        _ body: (any RowsReader) throws -> Result
    ) throws -> Result {
        try withoutActuallyEscaping(isCancelled) { isCancelled in
            do {
                return try server.withConnection(as: task, isCancelled: isCancelled) { connection in
                    try connection.transaction(.readOnly, isCancelled: isCancelled) {
                        try connection.configure(timezone: timezone, statementTimeout: timeout)
                        return try body(PostgresRowsReader(connection: connection, isCancelled: isCancelled))
                    }
                }
            } catch let error as PostgresError {
                if error.code == .cancelled { throw CancellationError() }
                if error.code == .statementTimeout, timeout != nil { throw RowsTimeout() }
                throw StoreError(error, task: task)
            }
        }
    }

    package func openRemover(
        _ job: RowsJob,
        owned: [RowsOwned],
        fence: Fence?,
        isCancelled: () -> Bool
    ) throws -> any BatchRemover {
        do {
            return try server.withConnection(as: job.specification.task, isCancelled: isCancelled) { connection in
                let sql = PostgresBatchSQL(job, mayLock: try mayLock(job, connection))
                if !owned.isEmpty, !sql.mayLock { throw try refusal(job, connection) }
                let remover = PostgresRowsRemover(
                    server: server,
                    sql: sql,
                    sweep: try PostgresSweep.look(sql, connection),
                    fence: try fence.flatMap { try PostgresFence.look($0, job, connection) },
                    patience: patience
                )
                guard !owned.isEmpty else { return remover }
                let claims = PostgresClaims(remover, mayLock: sql.mayLock, owned: owned)
                return try RowsOwningRemover(job, owned: owned, base: remover, claims: claims, isCancelled: isCancelled)
            }
        } catch let error as PostgresError {
            throw StoreError(error, task: job.specification.task)
        }
    }

    /// To lock rows takes the right to UPDATE, on any column. Without it what others hold cannot be skipped.
    private func mayLock(_ job: RowsJob, _ connection: PostgresConnection) throws -> Bool {
        try connection.query(
            "SELECT has_any_column_privilege(to_regclass($1), 'UPDATE')",
            [.text(job.table.sql)]
        ).first?.bool(0) ?? false
    }

    /// A row that is not locked may be renewed while what it owns goes.
    private func refusal(_ job: RowsJob, _ connection: PostgresConnection) throws -> StoreError {
        let role = try connection.query("SELECT current_user::text").first?.text(0) ?? ""
        let grant = PostgresAdvice.grantOfLocks(job, role: role)
        return StoreError.mayNotLock(job.specification.task, role, job.table.written, grant)
    }

    package func advice(_ job: RowsJob) throws -> [String] {
        do {
            return try server.withConnection(as: job.specification.task) { connection in
                try connection.transaction(.readOnly) { try PostgresAdvice(job: job, connection: connection).list() }
            }
        } catch let error as PostgresError {
            throw StoreError(error, task: job.specification.task)
        }
    }

    /// Reads the first column of a query, in a read-only transaction: what a `RowsReferenceValues` asks a connection.
    /// - Parameter limit: no more values than this are read; NULL is left out.
    /// - Throws: `StoreError`, `CancellationError`.
    package func values(
        of query: String,
        task: String,
        limit: Int,
        isCancelled: () -> Bool
    ) throws -> [String] {
        try withReader(task: task, timezone: "UTC", timeout: nil, isCancelled: isCancelled) {
            try $0.texts(RowsStatement(query), limit: limit)
        }
    }
}

extension PostgresConnection {
    /// For the transaction: the zone of times without one, and how long its statements may take.
    func configure(timezone: String, statementTimeout: Duration?) throws(PostgresError) {
        _ = try query("SELECT set_config('TimeZone', $1, true)", [.text(timezone)])
        guard let statementTimeout else { return }
        let milliseconds = Int64(statementTimeout / .milliseconds(1))
        _ = try query("SELECT set_config('statement_timeout', $1, true)", [.text("\(max(1, milliseconds))")])
    }
}

extension PostgresValue {
    init(_ value: RowsValue) {
        self =
            switch value {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .int(value)
            case .double(let value): .double(value)
            case .text(let value): .text(value)
            case .instant(let microseconds): .timestamp(microseconds)
            case .integers(let values): .integers(values)
            case .texts(let values): .texts(values)
            }
    }
}
