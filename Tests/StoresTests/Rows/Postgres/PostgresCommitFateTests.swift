import Clients
import Foundation
import Support
import Testing

@testable import Stores

/// What became of a transaction, asked after its session and perhaps its server has gone.
@Suite("Rows in PostgreSQL: the end of a COMMIT", .serialized, .tags(.d2))
struct PostgresCommitFateTests {
    /// Nothing of a transaction is on the disk before its COMMIT, or hardly ever; nobody else takes numbers.
    private static let lazy = ["wal_writer_delay": "10s", "autovacuum": "off"]

    @Test func aNumberThatAnotherTransactionGotAfterACrashTellsNothing() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let mark = try givenAgain(database)
            #expect(try database.sql("SELECT pg_xact_status('\(mark.number)')") == "committed")
            #expect(fate(mark, database).isCommitted { false } == false)
            // Now it looks as if it had been known before the crash.
            try database.sql("CHECKPOINT")
            #expect(fate(mark, database).isCommitted { false } == nil)
            try database.server.stop()
            nextSecond()
            try database.server.start()
            #expect(fate(mark, database).isCommitted { false } == nil)
        }
    }

    @Test func whatACrashHasTakenAwayWasNotCommitted() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let mark = try crashed(database)
            let start = ContinuousClock.now
            #expect(fate(mark, database).isCommitted { false } == false)
            // As long as it waits for what may be under way.
            #expect(ContinuousClock.now - start < .seconds(25))
            #expect(try database.count() == 20)
        }
    }

    @Test func whatWasCountedOutlivesACrashWhateverTheDatabaseIsSetTo() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(300, old: 200)
            try database.sql("ALTER DATABASE \(database.name) SET synchronous_commit = off")
            let deleted = try database.remover(database.logsTask).removeBatch(limit: 40) { false }.deleted
            try database.server.stopImmediately()
            try database.server.start()
            #expect(deleted == 40)
            #expect(try database.count() == 260)
        }
    }

    @Test func aRestartLeavesItKnown() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let mark = try committed(database)
            try database.server.restart()
            #expect(fate(mark, database).isCommitted { false } == true)
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
            #expect(fate(mark, database).isCommitted { false } == true)
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
            #expect(fate(undisturbed, plain).isCommitted { false } == true)
            let mark = try committed(plain)
            try database.server.stopImmediately()
            try database.server.start()
            #expect(fate(mark, plain).isCommitted { false } == nil)
        }
    }

    @Test func aServerThatHasTakenOverLeavesItOpen() async throws {
        try await PostgresRowsDatabase.with(try .own(Self.lazy)) { database in
            try database.makeLogs(20, old: 10)
            let mark = try committed(database, as: "SELECT 'once', '0000000A'")
            #expect(fate(mark, database).isCommitted { false } == nil)
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
            let own = try connection.incarnation(isFresh: true)
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

    /// A transaction whose number another one, which was committed, has got after a crash.
    private func givenAgain(_ database: PostgresRowsDatabase) throws -> PostgresTransactionMark {
        // Now and then something of it is on the disk, and the number is not given again.
        for _ in 0..<5 {
            let mark = try crashed(database)
            let other = try database.sql("BEGIN; DELETE FROM logs WHERE id = 1; SELECT pg_current_xact_id(); COMMIT")
            if other == mark.number { return mark }
        }
        throw SupportError("no number was given again")
    }

    /// Of a checkpoint the server tells the second only.
    private func nextSecond() {
        let second = Int(Date().timeIntervalSince1970)
        waitUntil(seconds: 10) { Int(Date().timeIntervalSince1970) > second }
    }

    /// A transaction that had deleted rows when its server crashed.
    private func crashed(_ database: PostgresRowsDatabase) throws -> PostgresTransactionMark {
        var mark: PostgresTransactionMark?
        #expect(throws: PostgresError.self) {
            try database.client.withConnection(as: "logs") { connection in
                let incarnation = try connection.incarnation(isFresh: true)
                try connection.transaction(.readWrite) {
                    mark = try self.mark(connection, incarnation)
                    try connection.execute("DELETE FROM logs")
                    nextSecond()
                    try database.server.stopImmediately()
                    try database.server.start()
                }
            }
        }
        return try #require(mark)
    }
}
