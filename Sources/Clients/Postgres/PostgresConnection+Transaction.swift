import CLibPQ

/// What a transaction may do and see.
package enum PostgresTransactionKind: Sendable {
    /// READ COMMITTED. Whether it may write is the server's, the role's and the database's decision, so that an
    /// administrator's `default_transaction_read_only` is honoured.
    case readWrite
    case readOnly
    /// All its statements see the same moment.
    case repeatableReadReadOnly

    fileprivate var begin: String {
        switch self {
        case .readWrite: "BEGIN ISOLATION LEVEL READ COMMITTED"
        case .readOnly: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
        case .repeatableReadReadOnly: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        }
    }
}

extension PostgresConnection {
    /// Runs `body` within a transaction, commits if it returns and rolls back if it throws.
    ///
    /// The session's time-outs are set again with it, because a pooler may lend another session for each transaction;
    /// `SET LOCAL statement_timeout = …` within `body` overrides them. A cancellation does not stop the COMMIT.
    /// - Throws: what `body` throws; `.commitUnknown` for any error at COMMIT of what may have written, so that neither
    ///   success nor failure may be taken for granted; `.other` if an error that `body` caught has undone everything.
    @discardableResult
    package func transaction<Result>(
        _ kind: PostgresTransactionKind,
        isCancelled: () -> Bool = { false },
        _ body: () throws -> Result
    ) throws -> Result {
        try check("", isCancelled)
        guard !isUsable || handle.isIdle else { throw PostgresError.transactionOpen(handle.name) }
        let result: Result
        do {
            try handle.simple("\(kind.begin); \(settings.timeouts(local: true))", isCancelled: isCancelled)
            result = try body()
        } catch {
            rollBack()
            throw error
        }
        try commit(kind, isCancelled)
        return result
    }

    private func commit(_ kind: PostgresTransactionKind, _ isCancelled: () -> Bool) throws(PostgresError) {
        try check("", { false })
        guard isUsable else { throw .brokeBeforeCommit(handle.name) }
        guard !handle.isIdle else { throw .transactionEnded(handle.name) }
        let tag: String
        do throws(PostgresError) {
            tag = try handle.commit(isCancelled: isCancelled)
        } catch  where kind == .readWrite {
            throw .commitUnknown(handle.name, error)
        }
        // After an error in between the server answers COMMIT with ROLLBACK. Who only read has lost nothing.
        guard tag == "COMMIT" || kind != .readWrite else { throw .nothingKept(handle.name) }
    }

    /// Undoes what there is. If that fails, the server does it when the connection is closed, which it then is.
    private func rollBack() {
        guard isUsable, !handle.isIdle else { return }
        do throws(PostgresError) {
            try handle.rollBack()
        } catch {
            handle.abandon()
        }
    }
}

extension PostgresHandle {
    /// - Returns: the server's word: COMMIT, or ROLLBACK for a transaction that failed.
    fileprivate func commit(isCancelled: () -> Bool) throws(PostgresError) -> String {
        // A commit in flight is not cancelled; but who wants to stop need not wait for ever.
        var patience: ContinuousClock.Instant?
        return try simple("COMMIT", onStop: .lose) {
            guard isCancelled() else { return false }
            let end = patience ?? .now + Self.confirmation
            patience = end
            return ContinuousClock.now >= end
        }.commandTag
    }

    fileprivate func rollBack() throws(PostgresError) {
        let deadline = ContinuousClock.now + Self.confirmation
        try simple("ROLLBACK", onStop: .lose) { ContinuousClock.now >= deadline }
    }
}
