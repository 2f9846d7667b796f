package import Clients
import Dispatch
import Synchronization
package import Retention

/// The state store in a schema of its own (`cleanupd`) of a PostgreSQL database, which several processes may use at once.
///
/// What a call has stored is durable when it returns, whatever the server's `synchronous_commit` says; only the outcomes
/// of items may lag, see `record`. A call whose COMMIT was not confirmed looks again, and answers what is so.
package final class PostgresStateStore: StateStore {
    /// Where the tables are, unless told otherwise.
    package static let defaultSchema = "cleanupd"

    let tables: PostgresTables
    private let server: PostgresServer
    private let failure: PostgresFailure
    private let gate: Gate
    /// The lease under which this view of the store writes; `nil` = none.
    private let fence: Fence?

    /// What all views of one store share.
    private final class Gate: Sendable {
        let isClosed = Atomic(false)
        /// Sessions at a time; others wait for their turn, so that many threads do not use up the server's connections.
        let turns = DispatchSemaphore(value: 8)
    }

    /// Opens the store, and makes or migrates its tables. Blocking; two processes may do it at once.
    ///
    /// Throws `StateError`: `.unavailable`, `.permission`, `.missing` (no such database), `.foreign` (the schema holds
    /// something else), `.newerSchema`, `.readOnly`, …; a schema that is not ours is left as it is.
    /// - Parameters:
    ///   - server: may be shared with others.
    ///   - schema: created if it is missing, which needs CREATE on the database; or make it before, owned by the role.
    package convenience init(server: PostgresServer, schema: String = defaultSchema) throws {
        try self.init(server: server, schema: schema) { opening, connection in try opening.open(connection) }
    }

    /// The history of the store, for reports: as it is, while others may write. Makes, migrates and writes nothing, and
    /// needs no right but SELECT. Blocking; throws `StateError`, also `.missing` where nothing has been recorded yet.
    package static func history(
        server: PostgresServer,
        schema: String = defaultSchema
    ) throws -> any RunHistory {
        try PostgresStateStore(server: server, schema: schema) { opening, connection in try opening.look(connection) }
    }

    private init(
        server: PostgresServer,
        schema: String,
        opening: (PostgresOpening, PostgresConnection) throws -> Void
    ) throws {
        self.server = server
        gate = Gate()
        fence = nil
        tables = PostgresTables(schema: schema)
        failure = PostgresFailure(schema: schema)
        let steps = PostgresOpening(tables: tables, failure: failure)
        try retrying { connection, _ in try opening(steps, connection) }
    }

    /// Settings of the store as it is, of whatever version; makes and changes nothing. Blocking; throws `StateError`.
    /// - Returns: empty where there is no store (yet).
    package static func storedSettings(
        server: PostgresServer,
        schema: String = defaultSchema
    ) throws -> [String: String] {
        let tables = PostgresTables(schema: schema)
        return try PostgresFailure(schema: schema).translating {
            try server.withConnection(as: "state") { connection in
                let isThere = try connection.query("SELECT to_regclass($1) IS NOT NULL", [.text(tables.setting)]).first
                guard try isThere?.bool(0) == true else { return [:] }
                return try connection.query("SELECT key, json FROM \(tables.setting)").reduce(into: [:]) {
                    $0[try $1.requiredText("key")] = try $1.requiredText("json")
                }
            }
        }
    }

    private init(_ store: PostgresStateStore, fence: Fence) {
        tables = store.tables
        server = store.server
        failure = store.failure
        gate = store.gate
        self.fence = fence
    }

    package func fenced(by fence: Fence) -> any StateStore { PostgresStateStore(self, fence: fence) }

    /// As `init(server:schema:)`, with sessions of its own.
    /// - Parameters:
    ///   - url: a URI or a conninfo string, with any option of libpq.
    ///   - now: a clock that never goes back; for the circuit breaker and the age of idle sessions.
    package convenience init(
        url: String,
        schema: String = defaultSchema,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws {
        var settings = PostgresSettings(url: url)
        // As long as SQLite's.
        settings.lockTimeout = .seconds(5)
        try self.init(server: PostgresServer(name: "state", settings: settings, now: now), schema: schema)
    }

    /// Closes idle sessions; every later call throws.
    package func close() {
        gate.isClosed.store(true, ordering: .releasing)
        server.closeIdle()
    }

    /// Throws when the server cannot be reached or cannot be written to, or the tables are not there.
    package func isHealthy() throws {
        try read { connection in
            let row = try connection.query(
                "SELECT current_setting('transaction_read_only'), EXISTS (SELECT FROM \(tables.run))"
            ).first
            guard try row?.text(0) == "off" else { throw failure.readOnly }
        }
    }

    // MARK: Transactions

    /// Whether a COMMIT waits until the disk has it.
    enum Durability {
        /// The server may write a moment later (its WAL writer: within three times `wal_writer_delay`, 0.2 s). Our
        /// process may die at once; only a crash of the server itself, or of its machine, can undo it.
        case process
        /// Survives the loss of power, with all that was committed before: the log is written in order.
        case power
    }

    /// One try of a call to write.
    struct Attempt {
        /// Of the call, the same in all its tries: what holds it was written by one of them.
        let token: Int64
        /// An earlier try may have been kept.
        var isRepeat = false
    }

    /// Runs `body`, which only reads; once more if its session was lost.
    func read<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        try retrying { connection, _ in try body(connection) }
    }

    /// As `read`, with all statements of `body` seeing the same moment.
    func snapshot<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        try read { connection in try connection.transaction(.repeatableReadReadOnly) { try body(connection) } }
    }

    /// Runs `body` in a transaction of its own, and again if the session was lost, if others were in the way, or if it
    /// is not known whether it was kept. So `body` must find out what an earlier try has left.
    func write<Value>(
        _ durability: Durability = .power,
        _ body: (PostgresConnection, Attempt) throws -> Value
    ) throws -> Value {
        try retrying { connection, attempt in
            try connection.transaction(.readWrite) {
                try Self.set(durability, connection)
                if let fence { try hold(fence, connection) }
                return try body(connection, attempt)
            }
        }
    }

    /// An administrator's `local`, `remote_write` or `remote_apply` is durable too, and stays.
    private static func set(_ durability: Durability, _ connection: PostgresConnection) throws {
        switch durability {
        case .process: _ = try connection.query("SELECT set_config('synchronous_commit', 'off', true)")
        case .power:
            _ = try connection.query(
                "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
            )
        }
    }

    private static let attempts = 4

    private func retrying<Value>(_ body: (PostgresConnection, Attempt) throws -> Value) throws -> Value {
        gate.turns.wait()
        defer { gate.turns.signal() }
        var attempt = Attempt(token: .random(in: .min ... .max))
        var unknown: PostgresError?
        return try failure.translating {
            var number = 0
            while true {
                number += 1
                var hasSession = false
                do {
                    return try session { connection in
                        hasSession = true
                        return try body(connection, attempt)
                    }
                } catch let error as PostgresError {
                    if error.code == .commitUnknown { unknown = error }
                    attempt.isRepeat = unknown != nil
                    guard number < Self.attempts, Self.isWorthwhile(error, hasSession || attempt.isRepeat) else {
                        // Not "it failed", as long as an earlier try may have been kept.
                        throw unknown ?? error
                    }
                }
            }
        }
    }

    /// Whether to try again.
    /// - Parameter mustKnow: a session has been there, or something is to be cleared up. Otherwise the client has tried
    ///   to connect for long enough.
    private static func isWorthwhile(_ error: PostgresError, _ mustKnow: Bool) -> Bool {
        switch error.code {
        case .commitUnknown, .deadlock, .serialization: true
        case .connection: mustKnow
        default: error.sqlState.map { PostgresFailure.staleStatements.contains($0) } ?? false
        }
    }

    private func session<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        guard !gate.isClosed.load(ordering: .acquiring) else { throw failure.closed }
        return try server.withConnection(as: "state", body)
    }
}
