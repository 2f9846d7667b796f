import Clients
import Retention

/// Batches on one session that is lent for them; each is a transaction of its own.
struct PostgresBatch {
    private static let maximumReconnects = 5

    let connection: PostgresConnection
    let remover: PostgresRowsRemover
    let isCancelled: () -> Bool

    struct Counts {
        var chosen = 0
        var changed = 0
        /// The latest time among the chosen, as text.
        var last: String?
    }

    /// A transaction whose COMMIT failed or was not answered, and that was not committed, as the server has told.
    struct RolledBack: Error {
        let cause: PostgresError
    }

    /// Rows that were set and are still due, and would be set again and again; the transaction is undone.
    struct Endless: Error {
        static let reason = PostgresWords.endless
    }

    /// Runs `body` with a session; with another one if that is lost, a few times.
    ///
    /// What `body` did in a transaction that was lost is undone, so it is done again.
    static func reconnecting(
        _ remover: PostgresRowsRemover,
        _ result: inout BatchResult,
        _ isCancelled: () -> Bool,
        _ body: (PostgresBatch, inout BatchResult) throws -> Void
    ) throws {
        try withoutActuallyEscaping(isCancelled) { isCancelled in
            var tries = 1
            while true {
                let error: PostgresError
                var isUndone = false
                do {
                    return try remover.server.withConnection(
                        as: remover.job.specification.task,
                        isCancelled: isCancelled
                    ) { try body(PostgresBatch(connection: $0, remover: remover, isCancelled: isCancelled), &result) }
                } catch let lost as PostgresError where lost.mayBeDoneAgain {
                    error = lost
                } catch let undone as RolledBack where undone.cause.isConnectionLost {
                    error = undone.cause
                    isUndone = true
                }
                guard error.code != .cancelled, tries < maximumReconnects, !isCancelled() else {
                    guard isUndone else { throw error }
                    throw StoreError.lostAgainAndAgain(remover.job.specification.task, tries)
                }
                result.retries += 1
                pause(.seconds(0.1 * Double(tries * tries) * (0.5 + remover.random() / 2)), isCancelled)
                tries += 1
            }
        }
    }

    /// One transaction. What `body` gives is given only if it is committed, also where the answer to COMMIT was lost.
    /// - Throws: `RolledBack`; `PostgresError`; `StoreError` where the fence refuses, or nobody can tell what became of it.
    func run<Result>(lockTimeout: Duration, _ body: () throws -> Result) throws -> Result {
        var mark: PostgresTransactionMark?
        var made: Result?
        do {
            try announce()
            let incarnation = try connection.incarnation(isCancelled: isCancelled)
            return try connection.transaction(.readWrite, isCancelled: isCancelled) {
                mark = try PostgresTransactionMark(try open(lockTimeout: lockTimeout), incarnation)
                // What is refused only at COMMIT would undo all rows, and not tell which one it was.
                try connection.execute("SET CONSTRAINTS ALL IMMEDIATE", isCancelled: isCancelled)
                let result = try body()
                made = result
                return result
            }
        } catch let error as PostgresError where error.code == .commitUnknown {
            guard let mark, let made else { throw error }
            let fate = PostgresCommitFate(mark: mark, server: remover.server, task: remover.job.specification.task)
            guard let isCommitted = fate.isCommitted(isCancelled) else {
                throw StoreError.commitInDoubt(remover.job.specification.task, remover.job.table.written, error.message)
            }
            guard isCommitted else { throw RolledBack(cause: error) }
            return made
        } catch let error as PostgresError where error.isStaleStatement {
            // Its other statements are as old; another session prepares them anew.
            connection.retire()
            throw error
        }
    }

    private func announce() throws {
        guard let fence = remover.fence, !remover.isAnnounced else { return }
        do {
            try fence.announce(self)
        } catch let error as PostgresError where error.code == .commitUnknown && error.isConnectionLost {
            // It may be made twice.
            throw RolledBack(cause: error)
        }
        remover.isAnnounced = true
    }

    private func open(lockTimeout: Duration) throws -> PostgresRow? {
        if let fence = remover.fence { return try fence.open(self, lockTimeout: lockTimeout) }
        let opening = PostgresBatchSQL.opening(
            timezone: remover.job.specification.timezone,
            lockTimeout: lockTimeout
        )
        return try connection.query(opening.0, opening.1, isCancelled: isCancelled).first
    }

    func text(_ statement: (sql: String, values: [PostgresValue])) throws -> String? {
        try connection.query(statement.sql, statement.values, isCancelled: isCancelled).first?.text(0)
    }

    func stretch(_ statement: (sql: String, values: [PostgresValue]), isUpdate: Bool) throws -> Counts {
        guard isUpdate else {
            let deleted = try connection.execute(statement.sql, statement.values, isCancelled: isCancelled)
            return Counts(chosen: deleted, changed: deleted)
        }
        let row = try connection.query(statement.sql, statement.values, isCancelled: isCancelled).first
        let changed = Int(try row?.int(0) ?? 0)
        try refuseEndless(Int(try row?.int(1) ?? 0))
        return Counts(chosen: changed, changed: changed)
    }

    func pick(_ statement: (sql: String, values: [PostgresValue])) throws -> Counts {
        guard let row = try connection.query(statement.sql, statement.values, isCancelled: isCancelled).first else {
            return Counts()
        }
        try refuseEndless(Int(try row.int(2) ?? 0))
        return Counts(chosen: Int(try row.int(0) ?? 0), changed: Int(try row.int(1) ?? 0), last: try row.text(3))
    }

    /// A count in a read-only transaction.
    func count(_ statement: (sql: String, values: [PostgresValue]), within timeout: Duration) throws -> Int {
        try connection.transaction(.readOnly, isCancelled: isCancelled) {
            try connection.configure(timezone: remover.job.specification.timezone, statementTimeout: timeout)
            return Int(
                try connection.query(statement.sql, statement.values, isCancelled: isCancelled).first?.int(0) ?? 0
            )
        }
    }

    private func refuseEndless(_ still: Int) throws {
        guard still > 0 else { return }
        throw Endless()
    }
}

extension PostgresError {
    /// The session is lost, and what it did with it. What may have been committed would be done again, and not be counted.
    fileprivate var mayBeDoneAgain: Bool { code != .commitUnknown && (isConnectionLost || code == .connection) }
}
