import Foundation
import GRDB

/// Puts errors of SQLite and GRDB into the words of the state store.
struct SQLiteFailure {
    let path: String
    /// How long a call waits for another process.
    let busySeconds: Double

    /// Runs `body`; whatever it throws leaves as a `StateError`.
    func translating<Value>(_ body: () throws -> Value) throws(StateError) -> Value {
        do {
            return try body()
        } catch let error as StateError {
            throw error
        } catch let error as DatabaseError {
            throw translate(error)
        } catch {
            // What is left: a column that holds something else than the schema says.
            throw StateError(.corrupt, "State file \(path) holds what it should not: \(error). \(advice)", cause: error)
        }
    }

    /// Whether room on the disk would have helped.
    static func isFull(_ error: any Error) -> Bool {
        switch error {
        case let error as StateError: error.code == .full
        case let error as DatabaseError:
            switch error.extendedResultCode {
            case .SQLITE_FULL, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC: true
            default: false
            }
        default: false
        }
    }

    private var advice: String {
        "Move it aside together with \(path)-wal and \(path)-shm, and start again with a new one; "
            + "`sqlite3 FILE .recover` reads what is left of it."
    }

    private func translate(_ error: DatabaseError) -> StateError {
        let text = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        let (code, message): (StateError.Code, String) =
            switch error.resultCode {
            case .SQLITE_CORRUPT: (.corrupt, "is damaged: \(text). \(advice)")
            case .SQLITE_NOTADB:
                (.foreign, "is not a state file: \(text). It stays as it is; name another path (state).")
            case .SQLITE_FULL: (.full, "cannot grow: the disk is full. Make room on its file system.")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                (
                    .locked,
                    "has been locked by another process for \(String(format: "%g", busySeconds)) s. Is one stopped or stuck?"
                )
            case .SQLITE_READONLY:
                (.readOnly, "cannot be written to: \(text). The user of this process needs to write it and its folder.")
            case .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
                (
                    .permission,
                    "cannot be opened: \(text). The user of this process needs to read and write it, and to write its "
                        + "folder, also where it is only read: SQLite keeps there what its readers share."
                )
            case .SQLITE_CONSTRAINT: (.conflict, "refuses this: \(text).")
            case .SQLITE_IOERR where Self.isFull(error):
                (.full, "cannot be written: \(text). Make room on its file system, and check the disk.")
            default: (.io, "cannot be read or written: \(text). Check the disk and the system's log.")
            }
        return StateError(code, "State file \(path) \(message)", cause: error)
    }
}
