import Clients
import Foundation
import Glibc
package import Retention

/// A user's SQLite database as a backend of the rows store.
///
/// Every reading and every run has a connection of its own, which costs about a millisecond and holds nothing between.
package struct SQLiteBackend: RowsBackend {
    private let path: String
    private let busySeconds: Double

    /// - Parameters:
    ///   - path: absolute path of the database.
    ///   - busySeconds: how long one wait for another's lock may take.
    package init(path: String, busySeconds: Double = 5) {
        self.path = path
        self.busySeconds = busySeconds
    }

    package var engine: String { "sqlite" }

    package var dialect: any RowsDialect { SQLiteDialect() }

    package func withReader<Result>(
        task: String,
        timezone: String,
        timeout: Duration?,
        isCancelled: () -> Bool,
        _ body: (any RowsReader) throws -> Result
    ) throws -> Result {
        guard TimeZone(identifier: timezone) != nil else {
            throw StoreError(
                .denied,
                "Task \(task): the time zone \"\(timezone)\" is not known. Write an IANA name such as Europe/Berlin, or UTC."
            )
        }
        let session = try SQLiteSession(
            path: path,
            access: .readOnly,
            timezone: timezone,
            busySeconds: busySeconds
        )
        return try withoutActuallyEscaping(isCancelled) { isCancelled in
            let result: Result
            do {
                let reader = SQLiteReader(
                    session: session,
                    compiler: try SQLiteCompiler(beside: session.connection),
                    timeoutSeconds: timeout.map { $0 / .seconds(1) },
                    isCancelled: isCancelled
                )
                result = try session.connection.transaction(.read, isCancelled: isCancelled) { try body(reader) }
                try session.connection.close()
            } catch let error as SQLiteError {
                switch error.code {
                case .cancelled: throw CancellationError()
                case .timeout: throw RowsTimeout()
                default: throw StoreError(error)
                }
            }
            return result
        }
    }

    package func openRemover(
        _ job: RowsJob,
        owned: [RowsOwned],
        fence: Fence?,
        isCancelled: () -> Bool
    ) throws -> any BatchRemover {
        let session = try SQLiteSession(
            path: path,
            access: .readWrite,
            timezone: job.specification.timezone,
            busySeconds: busySeconds
        )
        let remover = SQLiteRemover(job, session: session)
        guard !owned.isEmpty else { return remover }
        let claims = SQLiteClaims(job: job, session: session, owned: owned)
        return try RowsOwningRemover(job, owned: owned, base: remover, claims: claims, isCancelled: isCancelled)
    }

    package func advice(_ job: RowsJob) throws -> [String] {
        var advice: [String] = []
        do {
            let connection = try SQLiteConnection(path: path, access: .readOnly, busySeconds: busySeconds)
            if try connection.space().autoVacuum == .none {
                advice.append(
                    "\(path) cannot shrink (auto_vacuum = 0): pages that cleaning frees stay in the file, and are used "
                        + "again. To give them back, once, while nothing else uses it: "
                        + "sqlite3 \(path) 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM;'"
                )
            }
            try connection.close()
        } catch let error as SQLiteError {
            throw StoreError(error)
        }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[..<path.utf8.index(after: $0)]) } ?? "."
        if access(path, W_OK) != 0 || access(folder, W_OK) != 0 {
            advice.append(SQLiteWords.notWritable(path))
        }
        if job.pace.maxLagMilliseconds != nil || job.pace.maxLoad != nil {
            advice.append("pace.max_lag and pace.max_load mean nothing for SQLite, which has no replicas or sessions.")
        }
        return advice
    }
}
