import GRDB

/// How a transaction begins.
package enum SQLiteTransactionKind: String, Sendable {
    /// Takes its snapshot with its first read.
    case read = "BEGIN DEFERRED"
    /// Takes the lock for writing at once, so that it cannot fail in the middle for lack of it.
    case write = "BEGIN IMMEDIATE"
}

extension SQLiteConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. Not nested.
    ///
    /// An error at COMMIT means that nothing is changed; waiting for readers is part of it (`.busy`).
    package func transaction<Result>(
        _ kind: SQLiteTransactionKind,
        isCancelled: () -> Bool = { false },
        _ body: () throws -> Result
    ) throws -> Result {
        try perform(isCancelled: isCancelled) { try $0.execute(sql: kind.rawValue) }
        do {
            let result = try body()
            try perform(isCancelled: isCancelled) { try $0.execute(sql: "COMMIT") }
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Some errors (interrupt, full, I/O) have rolled back already.
    private func rollBack() {
        do {
            try perform(isCancelled: { false }) { database in
                if database.isInsideTransaction { try database.execute(sql: "ROLLBACK") }
            }
        } catch {
            // What the caller sees is why it came to this; the connection is not used again.
            giveUp()
        }
    }
}
