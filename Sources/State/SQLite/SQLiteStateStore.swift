import CLinux
import Foundation
import GRDB
import Synchronization

/// The state store in a SQLite file, which several processes may use at once.
///
/// Blocks of a plan are appended without waiting for the disk (WAL, `synchronous=NORMAL`); the seal waits for it once
/// (`FULL`), which makes the log up to there durable. The other modes of failure: https://www.sqlite.org/wal.html
package final class SQLiteStateStore: StateStore {
    package let path: String
    private let pool: DatabasePool
    private let identity: StateFile.Identity
    private let failure: SQLiteFailure
    private let fault: FaultPoint
    private let reserve: Reserve
    /// What went wrong in work that no caller waits for; `isHealthy` tells.
    private let upkeepProblem = Mutex<StateError?>(nil)

    /// Opens the state file, and makes it if it is not there. Blocking.
    ///
    /// Throws `StateError`: `.missing` (no folder), `.foreign`, `.corrupt`, `.newerSchema`, `.permission`, …; a file
    /// that is not ours is left as it is.
    /// - Parameters:
    ///   - owner: who opens it. What an embedder has marked is refused to the daemon.
    ///   - busySeconds: how long a call waits for another process.
    ///   - fault: asked before every change.
    package init(
        path: String,
        owner: StateOwner = .daemon,
        busySeconds: Double = 5,
        fault: @escaping FaultPoint = { clinux_fault($0) }
    ) throws {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        let failure = SQLiteFailure(path: absolute, busySeconds: busySeconds)
        let reserve = Reserve(statePath: absolute, fault: fault)
        self.path = absolute
        self.failure = failure
        self.fault = fault
        self.reserve = reserve
        (pool, identity) = try failure.translating {
            try StateFile.whileOpening(absolute) {
                try reserve.retrying {
                    let error = fault("sqlite")
                    guard error == 0 else { throw StateFile.failure(error, absolute, doing: "opened") }
                    try StateFile.prepare(absolute)
                    let opening = SQLiteOpening(path: absolute, busySeconds: busySeconds, owner: owner)
                    let pool = try opening.open()
                    return (pool, try StateFile.identity(absolute))
                }
            }
        }
        upkeep { try reserve.restore() }
    }

    /// The history of the store at `path`, for reports: as it is, while others may write. Makes, marks, migrates and
    /// writes nothing. Blocking; throws `StateError`, also `.missing` where nothing has been recorded yet.
    package static func history(path: String, busySeconds: Double = 5) throws -> any RunHistory {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: absolute) else {
            throw StateError(
                .missing,
                "There is no state file \(absolute): nothing has run here yet, or `state` names another file."
            )
        }
        return try SQLiteStateStore(reading: absolute, busySeconds)
    }

    private init(reading path: String, _ busySeconds: Double) throws {
        let failure = SQLiteFailure(path: path, busySeconds: busySeconds)
        self.path = path
        self.failure = failure
        // Nobody can ask for a write; one that came all the same would be refused before SQLite is asked.
        let fault: FaultPoint = { _ in EROFS }
        self.fault = fault
        reserve = Reserve(statePath: path, fault: fault)
        identity = try StateFile.identity(path)
        pool = try failure.translating { try SQLiteOpening(path: path, busySeconds: busySeconds).openForReading() }
    }

    /// Settings of the store at `path` as it is, of whatever version; changes nothing. Blocking; throws `StateError`.
    package static func storedSettings(path: String, busySeconds: Double = 5) throws -> [String: String] {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        return try SQLiteFailure(path: absolute, busySeconds: busySeconds).translating {
            try SQLiteOpening(path: absolute, busySeconds: busySeconds).settings()
        }
    }

    /// Closes the file; every later call throws.
    package func close() {
        upkeep { try checkpoint(.truncate) }
        upkeep { try pool.close() }
    }

    /// Paths of the store at `path` that must never be candidates of a task; see `StateFile.ownPaths`.
    package static func ownPaths(for path: String) -> [String] { StateFile.ownPaths(for: path) }

    // MARK: Transactions

    /// Whether a transaction waits until the disk has it.
    enum Durability: String {
        /// Survives the end of the process.
        case process = "NORMAL"
        /// Survives the loss of power, with all that was written before.
        case power = "FULL"
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try failure.translating { try pool.read(body) }
    }

    /// Runs `body` in a transaction of its own; a full disk makes it run once more, with the reserve given back.
    func write<Value>(_ durability: Durability = .process, _ body: (Database) throws -> Value) throws -> Value {
        try failure.translating {
            try pool.writeWithoutTransaction { database in
                try reserve.retrying {
                    try admitWrite()
                    try database.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
                    return try Self.transaction(database, body)
                }
            }
        }
    }

    /// What may stop every write: a fault point, or a file that is no longer the one that was opened.
    private func admitWrite() throws(StateError) {
        let error = fault("sqlite")
        guard error == 0 else { throw StateFile.failure(error, path, doing: "written") }
        try checkIdentity()
    }

    private func checkIdentity() throws(StateError) {
        guard try StateFile.identity(path) == identity else {
            throw StateError(
                .missing,
                "State file \(path) was replaced while in use; what is written now would be lost. Restart cleanupd."
            )
        }
    }

    private static func transaction<Value>(_ database: Database, _ body: (Database) throws -> Value) throws -> Value {
        try database.beginTransaction(.immediate)
        do {
            let value = try body(database)
            try database.commit()
            return value
        } catch {
            // SQLite itself rolls back when the disk is full.
            if database.isInsideTransaction { try database.rollback() }
            throw error
        }
    }

    // MARK: Upkeep

    /// Log from this size on is brought into the database when there is an occasion, in bytes.
    private static let longLog: Int64 = 4 << 20

    /// Brings a long log into the database and makes the reserve again. What fails here has lost nothing.
    func tidy() {
        upkeep {
            try shortenLog()
            try reserve.restore()
        }
    }

    /// Brings the log into the database if it is long.
    func shortenLog() throws {
        var info = stat()
        guard lstat(path + "-wal", &info) == 0, Int64(info.st_size) >= Self.longLog else { return }
        try failure.translating { try checkpoint(.passive) }
    }

    /// Makes freed pages of the database free space of the disk, a few at a time so that others get their turn.
    func shrink() throws {
        var free = Int.max
        while true {
            let left = try failure.translating {
                try pool.writeWithoutTransaction { database in
                    try admitWrite()
                    try database.execute(sql: "PRAGMA incremental_vacuum(1024)")
                    return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                }
            }
            try shortenLog()
            guard left > 0, left < free else { return }
            free = left
        }
    }

    /// Brings as much of the log into the database as readers allow; `.truncate` waits a moment for them.
    private func checkpoint(_ mode: Database.CheckpointMode) throws {
        do {
            try pool.writeWithoutTransaction { database in
                try admitWrite()
                if mode != .passive { try database.execute(sql: "PRAGMA busy_timeout = 100") }
                _ = try database.checkpoint(mode)
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Another process does the same at this moment, or reads.
        }
    }

    private func upkeep(_ body: () throws -> Void) {
        do throws(StateError) {
            try failure.translating(body)
            upkeepProblem.withLock { $0 = nil }
        } catch {
            upkeepProblem.withLock { $0 = error }
        }
    }

    /// Throws when the file was removed or replaced, cannot be read, or the last upkeep failed.
    package func isHealthy() throws {
        try failure.translating {
            try checkIdentity()
            _ = try pool.read { try Int.fetchOne($0, sql: "SELECT number FROM run LIMIT 1") }
        }
        if let problem = upkeepProblem.withLock({ $0 }) { throw problem }
    }
}
