import Clients
import Foundation
import Support
import Testing

@testable import Stores

/// What became of a transaction, asked after its session and perhaps its server has gone.
@Suite("Rows in PostgreSQL: the end of a COMMIT", .serialized, .tags(.d2))
struct PostgresCommitFateTests {
    /// Nothing of a transaction is on the disk before its COMMIT, or hardly ever; nobody else takes numbers.
    private static let lazy = [
        "wal_writer_delay": "10s", "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0",
    ]

    @Test func aNumberThatAnotherTransactionGotAfterACrashTellsNothing() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let (mark, error) = try crashed(database)
            let other = try database.sql("BEGIN; DELETE FROM logs; SELECT pg_current_xact_id(); COMMIT")
            #expect(other == mark.number)
            #expect(try database.sql("SELECT pg_xact_status('\(mark.number)')") == "committed")
            #expect(try !fate(mark, database).isCommitted(asked: error) { false })
        }
    }

    @Test func whatACrashHasTakenAwayWasNotCommitted() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let (mark, error) = try crashed(database)
            let start = ContinuousClock.now
            #expect(try !fate(mark, database).isCommitted(asked: error) { false })
            // As long as it waits for what may be under way.
            #expect(ContinuousClock.now - start < .seconds(25))
            #expect(try database.count() == 20)
        }
    }

    @Test(arguments: [false, true]) func whatWasCommittedBeforeACrashIsKnown(isOfASession: Bool) async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let mark = try committed(database)
            let server = database.server
            if isOfASession {
                // The server goes on, and begins anew.
                let session = try database.client.withConnection(as: "logs") { connection in
                    try connection.query("SELECT pg_backend_pid()").first?.int(0)
                }
                try server.kill9(backend: Int32(try #require(session)))
            } else {
                try server.stopImmediately()
                try server.start()
            }
            #expect(try database.count() == 0)
            #expect(try fate(mark, database).isCommitted(asked: try anyError(database)) { false })
        }
    }

    @Test func aServerThatShowsNoCheckpointsLeavesACrashOpen() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            try database.sql("REVOKE EXECUTE ON FUNCTION pg_control_checkpoint() FROM PUBLIC")
            try database.sql("CREATE ROLE plain LOGIN PASSWORD 'secret'")
            try database.sql("GRANT SELECT, DELETE ON logs TO plain")
            let plain = database.asRole("plain")
            defer { plain.client.closeIdle() }
            let undisturbed = try committed(plain)
            #expect(try fate(undisturbed, plain).isCommitted(asked: try anyError(plain)) { false })
            let mark = try committed(plain)
            try database.server.stopImmediately()
            try database.server.start()
            let error = try anyError(plain)
            #expect(throws: PostgresError.self) { try fate(mark, plain).isCommitted(asked: error) { false } }
        }
    }

    @Test func aServerThatHasTakenOverLeavesItOpen() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let mark = try committed(database, as: "SELECT 'once', '0000000A'")
            let error = try anyError(database)
            #expect(throws: PostgresError.self) { try fate(mark, database).isCommitted(asked: error) { false } }
        }
    }

    private func fate(_ mark: PostgresTransactionMark, _ database: PostgresRowsDatabase) -> PostgresCommitFate {
        PostgresCommitFate(mark: mark, server: database.client, task: "logs")
    }

    /// - Parameter other: what another server says of itself.
    private func committed(
        _ database: PostgresRowsDatabase,
        as other: String? = nil
    ) throws -> PostgresTransactionMark {
        let mark = try database.client.withConnection(as: "logs") { connection in
            let own = try connection.incarnation()
            let incarnation = try other.map { try PostgresIncarnation(try connection.query($0).first) } ?? own
            return try connection.transaction(.readWrite) {
                let mark = try self.mark(connection, incarnation)
                try connection.execute("DELETE FROM logs")
                return mark
            }
        }
        return try #require(mark)
    }

    private func mark(
        _ connection: PostgresConnection,
        _ incarnation: PostgresIncarnation?
    ) throws -> PostgresTransactionMark? {
        let row = try connection.query("SELECT \(PostgresTransactionMark.columns)").first
        #expect(incarnation != nil)
        return try PostgresTransactionMark(row, incarnation)
    }

    /// A transaction that had deleted rows when its server crashed, and the error that its COMMIT met.
    private func crashed(_ database: PostgresRowsDatabase) throws -> (PostgresTransactionMark, PostgresError) {
        var mark: PostgresTransactionMark?
        do {
            try database.client.withConnection(as: "logs") { connection in
                let incarnation = try connection.incarnation()
                try connection.transaction(.readWrite) {
                    let found = try self.mark(connection, incarnation)
                    mark = found
                    try connection.execute("DELETE FROM logs")
                    // Of a checkpoint the server tells the second only.
                    let second = Int(Double(try #require(found).begunAt) ?? 0)
                    waitUntil(seconds: 10) { Int(Date().timeIntervalSince1970) > second }
                    try database.server.stopImmediately()
                    try database.server.start()
                }
            }
        } catch let error as PostgresError {
            return (try #require(mark), error)
        }
        throw SupportError("a COMMIT was answered by a server that had crashed")
    }

    private func anyError(_ database: PostgresRowsDatabase) throws -> PostgresError {
        do {
            try database.client.withConnection(as: "logs") { connection in _ = try connection.query("SELECT 1 / 0") }
        } catch let error as PostgresError {
            return error
        }
        throw SupportError("PostgreSQL divides by zero")
    }
}
