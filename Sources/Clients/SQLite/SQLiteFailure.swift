import GRDB

/// Puts errors of SQLite and GRDB into words. The codes: https://www.sqlite.org/rescode.html
struct SQLiteFailure: Sendable {
    let path: String
    let busySeconds: Double

    func translate(_ error: any Error, watch: SQLiteWatch?) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        // A wait for a lock that was given up because of the caller ends as busy.
        case .SQLITE_INTERRUPT, .SQLITE_BUSY, .SQLITE_LOCKED:
            switch watch?.verdict {
            case .cancelled:
                return cancelled
            case .timeout:
                return SQLiteError(.timeout, "The query on \(name) took too long.", resultCode: code(error))
            case nil: break
            }
        default: break
        }
        let (kind, words) = words(for: error)
        return SQLiteError(kind, "\(name) \(words)", resultCode: code(error))
    }

    var cancelled: SQLiteError { SQLiteError(.cancelled, "The query on \(name) was cancelled.") }

    /// SQLite had no memory for it, or the database is busy.
    func unadded(collation: String, _ code: Int32) -> SQLiteError {
        SQLiteError(.other, "The collation \(collation) cannot be added to \(name): \(again(code))", resultCode: code)
    }

    func unadded(function: String, _ code: Int32) -> SQLiteError {
        SQLiteError(.other, "The function \(function) cannot be added to \(name): \(again(code))", resultCode: code)
    }

    private func again(_ code: Int32) -> String { "SQLite's error \(code). The next run tries again." }

    var busyWords: String { "was locked by another process for \(busySeconds) s. Is one stopped, or in a long write?" }

    var name: String { "SQLite database \(PathText(path.utf8))" }

    private func code(_ error: DatabaseError) -> Int32 { error.extendedResultCode.rawValue }

    private func words(for error: DatabaseError) -> (SQLiteError.Code, String) {
        let text = error.message ?? "SQLite error \(code(error))"
        switch error.resultCode {
        case .SQLITE_BUSY:
            return (.busy, busyWords)
        case .SQLITE_LOCKED: return (.locked, "has a table that another statement of this process holds: \(text).")
        case .SQLITE_CORRUPT:
            let advice =
                "Nothing was changed. Run `PRAGMA integrity_check`; `sqlite3 FILE .recover` saves what is left."
            return (.corrupt, "is damaged: \(text). \(advice)")
        case .SQLITE_NOTADB: return (.notADatabase, "is no SQLite database, or an encrypted one. Correct the url.")
        case .SQLITE_FULL: return (.full, "cannot grow: the disk is full. Make room on its file system.")
        case .SQLITE_READONLY:
            return (.readOnly, "cannot be written to: \(text). The user of this process must write it and its folder.")
        case .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
            return (.permission, "cannot be opened: \(text). The user of this process must read it and its folder.")
        case .SQLITE_CONSTRAINT: return (.constraint, "refuses this: \(text).")
        case .SQLITE_IOERR where isFull(error):
            return (.full, "cannot be written: \(text). Make room on its file system, and check the disk.")
        case .SQLITE_IOERR: return (.io, "cannot be read or written: \(text). Check the disk and the system's log.")
        case .SQLITE_INTERRUPT: return (.cancelled, "ended a query that was interrupted.")
        case .SQLITE_ERROR: return statement(text)
        default: return (.other, "refused: \(text).")
        }
    }

    /// Wrong statements have one code, and are told apart by SQLite's words, which are the same in all versions.
    private func statement(_ text: String) -> (SQLiteError.Code, String) {
        if text.hasPrefix("no such table") { return (.missingTable, "has \(text).") }
        if text.contains("no such column") || text.contains("has no column named") {
            return (.missingColumn, "has \(text). (Double quotes name columns; texts stand in single quotes.)")
        }
        return (.statement, "cannot do this: \(text).")
    }

    private func isFull(_ error: DatabaseError) -> Bool {
        switch error.extendedResultCode {
        case .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC: true
        default: false
        }
    }
}
