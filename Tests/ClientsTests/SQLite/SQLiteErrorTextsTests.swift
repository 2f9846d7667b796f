import Foundation
import GRDB
import Support
import Testing

@testable import Clients

/// What is said of SQLite's files, to the letter.
@Suite("SQLite: texts of errors")
struct SQLiteErrorTextsTests {
    @Test func whatSQLiteRefusesIsSaidInWords() {
        let failure = SQLiteFailure(path: "/a.db", busySeconds: 5)
        let texts: [(ResultCode, String, String)] = [
            (.SQLITE_BUSY, "", "was locked by another process for 5.0 s. Is one stopped, or in a long write?"),
            (.SQLITE_LOCKED, "no", "has a table that another statement of this process holds: no."),
            (
                .SQLITE_CORRUPT, "no",
                "is damaged: no. Nothing was changed. Run `PRAGMA integrity_check`; `sqlite3 FILE .recover` saves what "
                    + "is left."
            ),
            (.SQLITE_NOTADB, "", "is no SQLite database, or an encrypted one. Correct the url."),
            (.SQLITE_FULL, "", "cannot grow: the disk is full. Make room on its file system."),
            (
                .SQLITE_READONLY, "no",
                "cannot be written to: no. The user of this process must write it and its folder."
            ),
            (.SQLITE_CANTOPEN, "no", "cannot be opened: no. The user of this process must read it and its folder."),
            (.SQLITE_CONSTRAINT, "no", "refuses this: no."),
            (.SQLITE_IOERR_WRITE, "no", "cannot be written: no. Make room on its file system, and check the disk."),
            (.SQLITE_IOERR, "no", "cannot be read or written: no. Check the disk and the system's log."),
            (.SQLITE_INTERRUPT, "", "ended a query that was interrupted."),
            (.SQLITE_ERROR, "no such table: t", "has no such table: t."),
            (
                .SQLITE_ERROR, "no such column: c",
                "has no such column: c. (Double quotes name columns; texts stand in single quotes.)"
            ),
            (.SQLITE_ERROR, "near \"x\": syntax error", "cannot do this: near \"x\": syntax error."),
            (.SQLITE_TOOBIG, "no", "refused: no."),
        ]
        for (code, message, expected) in texts {
            let error = failure.translate(DatabaseError(resultCode: code, message: message), watch: nil)
            #expect("\(error)" == "SQLite database /a.db \(expected)")
        }
    }

    @Test func whatSQLiteDoesNotTakeIsSaidInWords() {
        let failure = SQLiteFailure(path: "/a.db", busySeconds: 5)
        #expect(
            failure.unadded(collation: "c", 5).description
                == "The collation c cannot be added to SQLite database /a.db: SQLite's error 5. The next run tries again."
        )
        #expect(
            failure.unadded(function: "f", 7).description
                == "The function f cannot be added to SQLite database /a.db: SQLite's error 7. The next run tries again."
        )
    }

    @Test(arguments: [
        ("a.db", "is named by no absolute path. Write the whole path in the url."),
        ("/no/such/a.db", "does not exist. Start what makes it, or correct the url."),
        ("/tmp", "is not a file. Correct the url."),
        ("/" + String(repeating: "n", count: 300), "cannot be looked at: File name too long. Check its folder."),
    ])
    func aFileThatIsNoneIsRefusedInWords(_ path: String, _ expected: String) {
        let error = #expect(throws: SQLiteError.self) { try SQLiteConnection(path: path, access: .readOnly) }
        #expect(error?.description == "SQLite database \(path) \(expected)")
    }

    // MARK: Statements

    /// Lends a connection to an empty database, and how errors name it.
    private static func withDatabase(_ body: (Clients.SQLiteConnection, String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.db")
        try Data().write(to: URL(fileURLWithPath: path))
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        try body(connection, "SQLite database \(path)")
        try connection.close()
        withExtendedLifetime(folder) {}
    }

    @Test func whatAStatementLacksIsSaidInWords() throws {
        try Self.withDatabase { connection, name in
            #expect(
                errorText { _ = try connection.query("SELECT ?1") }
                    == "A statement on \(name) uses ?1, which has no value."
            )
            #expect(
                errorText { _ = try connection.query("SELECT ?1", [.text("a\0")]) }
                    == "A text with a zero byte cannot be given to \(name)."
            )
            #expect(
                errorText { _ = try connection.query("SELECT CAST(x'FF' AS TEXT)") }
                    == "\(name) has a text in column 1 that is not UTF-8."
            )
            #expect(
                errorText { _ = try connection.query("SELECT 1", isCancelled: { true }) }
                    == "The query on \(name) was cancelled."
            )
            let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
            #expect(
                errorText { _ = try connection.query(endless, limitSeconds: 0.01) }
                    == "The query on \(name) took too long."
            )
            connection.giveUp()
            #expect(
                errorText { _ = try connection.query("SELECT 1") }
                    == "\(name) has to be opened again: a rollback failed."
            )
        }
    }

    @Test func triggersThatCannotBeLookedAtAreSaidInWords() throws {
        try Self.withDatabase { connection, name in
            try connection.executeScript("CREATE TABLE t (a)")
            let compiler = try SQLiteCompiler(beside: connection)
            #expect(
                errorText { _ = try compiler.effects(of: "nonsense", on: "t", at: connection) }
                    == "\(name): its triggers cannot be looked at: near \"nonsense\": syntax error."
            )
            try connection.executeScript("CREATE TABLE u (a)")
            #expect(
                errorText { _ = try compiler.effects(of: "DELETE FROM t", on: "t", at: connection) }
                    == "The schema of \(name) was changed just now. The next run reads it anew."
            )
        }
    }
}
