import Foundation
import GRDB
import Support
import Testing

@testable import State

/// What is said of a state file, to the letter.
struct StateFileErrorTextsTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
    }

    // MARK: Files

    @Test(
        arguments: [
            (
                ENOENT,
                "No such file or directory. Its folder must exist: create it, or name another path (state)."
            ),
            (
                EACCES,
                "Permission denied. The user of this process needs to read and write it: run cleanupd as its owner, or "
                    + "give it to that user (chown)."
            ),
            (EROFS, "Read-only file system. Name a path that can be written to (state)."),
            (ENOSPC, "No space left on device. Make room on its file system."),
            (ELOOP, "Too many levels of symbolic links. It must not be a symbolic link."),
            (EIO, "Input/output error. Check the disk and the system's log."),
        ] as [(Int32, String)]
    )
    func aFailedCallIsSaidWithWhatToDo(_ code: Int32, _ expected: String) {
        #expect(
            StateFile.failure(code, "/s.db", doing: "opened").description
                == "State file /s.db cannot be opened: \(expected)"
        )
    }

    @Test func whatIsNoStateFileIsSaidInWords() throws {
        #expect(symlink("target", path) == 0)
        #expect(
            errorText { _ = try SQLiteStateStore(path: path) }
                == "State file \(path) is a symbolic link, and what lies beside its target could not be protected. "
                + "Write the target's own path into the configuration (state)."
        )
        #expect(unlink(path) == 0 && mkdir(path, 0o700) == 0)
        #expect(
            errorText { _ = try SQLiteStateStore(path: path) }
                == "State file \(path) is not a regular file. Name another path (state)."
        )
        #expect(rmdir(path) == 0)
        #expect(
            errorText { _ = try SQLiteStateStore.history(path: path) }
                == "There is no state file \(path): nothing has run here yet, or `state` names another file."
        )
        try Data([1]).write(to: URL(fileURLWithPath: path))
        #expect(
            errorText { _ = try SQLiteStateStore(path: path) }
                == "\(path) is too short to be a state file. It stays as it is; name another path (state)."
        )
    }

    @Test func whatAnotherProgramOrVersionWroteIsSaidInWords() throws {
        let other = folder.file("other.db")
        try Self.sql(other, "CREATE TABLE users (id INTEGER PRIMARY KEY)")
        #expect(
            errorText { _ = try SQLiteStateStore(path: other) }
                == "\(other) is a SQLite database of another program. It stays as it is; name another path (state)."
        )
        #expect(
            errorText { _ = try SQLiteStateStore.history(path: other) }
                == "\(other) is no state file of cleanupd. Name another path (state)."
        )
        try SQLiteStateStore(path: path).close()
        try Self.sql(path, "INSERT INTO grdb_migrations VALUES ('from the future')")
        #expect(
            errorText { _ = try SQLiteStateStore(path: path) }
                == "State file \(path) was written by a newer cleanupd. Install that version, or name another path "
                + "(state)."
        )
        try Self.sql(
            path,
            "DELETE FROM grdb_migrations WHERE identifier IN ('from the future', '7 messages of calls')"
        )
        #expect(
            errorText { _ = try SQLiteStateStore.history(path: path) }
                == "State file \(path) was written by an older cleanupd. Start this version's service or a run once: "
                + "that brings it up to date."
        )
    }

    @Test func aFileThatAnotherProcessHoldsIsSaidInWords() {
        #expect(
            StateFile.isHeld("/s.db").description
                == "State file /s.db has been held by another process that opens it for 5 s. Is one stopped or stuck?"
        )
    }

    private static func sql(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test func aFileThatWasReplacedIsSaidInWords() throws {
        let store = try SQLiteStateStore(path: path)
        #expect(unlink(path) == 0)
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(
            errorText { try store.setSetting("a", to: "1") }
                == "State file \(path) was replaced while in use; what is written now would be lost. Restart cleanupd."
        )
    }

    // MARK: SQLite

    private static let advice =
        "Move it aside together with /s.db-wal and /s.db-shm, and start again with a new one; "
        + "`sqlite3 FILE .recover` reads what is left of it."

    private struct Odd: Error {}

    @Test func whatSQLiteRefusesIsSaidInWords() {
        let texts: [(any Error, String)] = [
            (DatabaseError(resultCode: .SQLITE_CORRUPT, message: "no"), "is damaged: no. \(Self.advice)"),
            (
                DatabaseError(resultCode: .SQLITE_NOTADB, message: "no"),
                "is not a state file: no. It stays as it is; name another path (state)."
            ),
            (
                DatabaseError(resultCode: .SQLITE_FULL, message: "no"),
                "cannot grow: the disk is full. Make room on its file system."
            ),
            (
                DatabaseError(resultCode: .SQLITE_BUSY, message: "no"),
                "has been locked by another process for 5 s. Is one stopped or stuck?"
            ),
            (
                DatabaseError(resultCode: .SQLITE_READONLY, message: "no"),
                "cannot be written to: no. The user of this process needs to write it and its folder."
            ),
            (
                DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "no"),
                "cannot be opened: no. The user of this process needs to read and write it, and to write its folder, "
                    + "also where it is only read: SQLite keeps there what its readers share."
            ),
            (DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "no"), "refuses this: no."),
            (
                DatabaseError(resultCode: .SQLITE_IOERR_WRITE, message: "no"),
                "cannot be written: no. Make room on its file system, and check the disk."
            ),
            (
                DatabaseError(resultCode: .SQLITE_IOERR, message: "no"),
                "cannot be read or written: no. Check the disk and the system's log."
            ),
            (Odd(), "holds what it should not: Odd(). \(Self.advice)"),
        ]
        for (error, expected) in texts {
            let failure = SQLiteFailure(path: "/s.db", busySeconds: 5)
            let text = errorText { try failure.translating { () throws -> Void in throw error } }
            #expect(text == "State file /s.db \(expected)")
        }
    }

    // MARK: Owners

    @Test func theStateOfAnEmbeddingProgramIsSaidInWords() throws {
        let store = try SQLiteStateStore(path: path, owner: .embedder)
        try store.setSetting(StateOwner.mark, to: "true")
        store.close()
        let opened = #expect(throws: StateError.self) { try SQLiteStateStore(path: path) }
        let read = #expect(throws: StateError.self) { try SQLiteStateStore.history(path: path) }
        let asked = #expect(throws: StateError.self) { try SQLiteStateStore.storedSettings(path: path) }
        for error in [opened, read, asked] {
            #expect(
                error?.description
                    == "\(path) is the state of a program that has the engine built in, not of a cleanupd. It stays as it is; "
                    + "name another path (state)."
            )
        }
    }
}
