import GRDB
import Glibc

/// One connection to a database that belongs to somebody else.
///
/// Every call blocks its thread, asks `isCancelled` all the time, and rolls back what it was in when that becomes true.
/// Foreign keys are enforced on this connection even though SQLite by itself would not, so that the rules of the schema
/// (ON DELETE) hold. The journal's mode stays as it is. Not `Sendable`: one owner at a time.
package final class SQLiteConnection {
    /// What a connection may do.
    package enum Access: Sendable {
        /// Changes nothing: opened with SQLITE_OPEN_READONLY, and `query_only` besides. Works beside a writer.
        case readOnly
        case readWrite
    }

    /// How long a call waits for another connection's lock unless it is told otherwise.
    package static let defaultBusySeconds: Double = 5

    package let path: String
    package let access: Access
    let failure: SQLiteFailure
    let busySeconds: Double
    private let queue: DatabaseQueue
    private var watch: SQLiteWatch?
    /// A rollback failed: what the connection is in is not known.
    private(set) var isBroken = false

    /// Opens a database that is there; never makes one. Blocking.
    ///
    /// Throws `SQLiteError`: `.missing`, `.notADatabase`, `.permission`, `.busy`, `.corrupt`.
    /// - Parameters:
    ///   - path: absolute.
    ///   - busySeconds: how long one wait for a lock may take.
    package init(
        path: String,
        access: Access,
        busySeconds: Double = SQLiteConnection.defaultBusySeconds
    ) throws {
        self.path = path
        self.access = access
        self.busySeconds = busySeconds
        failure = SQLiteFailure(path: path, busySeconds: busySeconds)
        try Self.requireRegularFile(path, failure)
        do {
            queue = try DatabaseQueue(
                path: Self.address(of: path, access),
                configuration: Self.configuration(access, busySeconds)
            )
        } catch {
            throw failure.translate(error, watch: nil)
        }
    }

    /// Closes the connection; the last one of a WAL database thereby empties the log. Blocking.
    package func close() throws {
        do {
            try queue.close()
        } catch {
            throw failure.translate(error, watch: nil)
        }
    }

    /// Runs `body` on the database; what it throws leaves as a `SQLiteError` where it comes from SQLite.
    /// - Parameter limitSeconds: time for all of it; `nil` = no limit.
    func perform<Result>(
        isCancelled: () -> Bool,
        limitSeconds: Double? = nil,
        _ body: (Database) throws -> Result
    ) throws -> Result {
        try withoutActuallyEscaping(isCancelled) { isCancelled in
            let own = SQLiteWatch(isCancelled: isCancelled, busySeconds: busySeconds, limitSeconds: limitSeconds)
            let outer = watch
            watch = own
            defer { watch = outer }
            do {
                return try queue.unsafeReentrantWrite { database in
                    guard !isBroken else {
                        throw SQLiteError(.other, "\(failure.name) has to be opened again: a rollback failed.")
                    }
                    // Short statements end before they are asked.
                    guard !isCancelled() else { throw failure.cancelled }
                    own.attach(to: database.sqliteConnection)
                    defer {
                        SQLiteWatch.detach(from: database.sqliteConnection)
                        outer?.attach(to: database.sqliteConnection)
                    }
                    return try body(database)
                }
            } catch {
                throw failure.translate(error, watch: own)
            }
        }
    }

    func giveUp() { isBroken = true }

    /// For another connection that only reads.
    var address: String { Self.address(of: path, .readOnly) }

    // MARK: Opening

    /// Batches of rows in the order of time touch the same pages of other indexes again and again. Kept in memory, and
    /// in the log, for a while, they are written once instead: half the work, measured with five indexes.
    private static let workingBytes = 64 << 20

    private static func prepareWriting(_ database: Database) throws {
        let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        try database.execute(
            sql: """
                PRAGMA cache_size = -\(workingBytes / 1024);
                PRAGMA wal_autocheckpoint = \(max(1000, workingBytes / max(512, pageSize)));
                """
        )
    }

    /// A pipe would hang, and a folder would be called damaged.
    private static func requireRegularFile(_ path: String, _ failure: SQLiteFailure) throws(SQLiteError) {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw SQLiteError(
                .missing,
                "\(failure.name) is named by no absolute path. Write the whole path in the url."
            )
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            let problem = SystemError(errno)
            guard problem.errno == ENOENT || problem.errno == ENOTDIR else {
                throw SQLiteError(
                    .permission,
                    "\(failure.name) cannot be looked at: \(problem.text). Check its folder."
                )
            }
            throw SQLiteError(.missing, "\(failure.name) does not exist. Start what makes it, or correct the url.")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SQLiteError(.notADatabase, "\(failure.name) is not a file. Correct the url.")
        }
    }

    /// As a URI, because only its `mode` keeps SQLite from making a file that is not there.
    private static func address(of path: String, _ access: Access) -> String {
        var result = "file://"
        for byte in path.utf8 {
            let isPlain = byte > 0x20 && byte < 0x7f && !"?#%".utf8.contains(byte)
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result + (access == .readOnly ? "?mode=ro" : "?mode=rw")
    }

    private static func configuration(_ access: Access, _ busySeconds: Double) -> Configuration {
        var configuration = Configuration()
        configuration.label = "cleanupd.sqlite"
        configuration.readonly = access == .readOnly
        configuration.foreignKeysEnabled = true
        // For the opening itself; later calls bring their own handler.
        configuration.busyMode = .timeout(busySeconds)
        // Transactions reach over several calls.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            // The schema is not ours: its triggers and views may call nothing that reaches outside.
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
            switch access {
            case .readOnly: try database.execute(sql: "PRAGMA query_only = ON")
            case .readWrite: try prepareWriting(database)
            }
        }
        return configuration
    }
}
