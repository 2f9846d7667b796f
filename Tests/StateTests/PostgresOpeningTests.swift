import Retention
import State
import Support
import Testing

/// The schema: made with care, and never anybody else's.
struct PostgresOpeningTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
    }

    @Test func everythingLiesInASchemaOfItsOwn() throws {
        try database.open().setSetting("a", to: "1")
        let schemas = try database.sql(
            """
            SELECT DISTINCT nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
            """
        )
        #expect(schemas == "cleanupd")
        #expect(PostgresStateStore.defaultSchema == "cleanupd")
    }

    @Test func schemasAreStoresOfTheirOwn() throws {
        let names = ["cleanupd", "a \"quoted\" name", "MixedCase"]
        for name in names {
            let store = try PostgresStateStore(url: database.url, schema: name, now: { .now })
            try store.setSetting("name", to: name)
        }
        for name in names {
            let store = try PostgresStateStore(url: database.url, schema: name, now: { .now })
            #expect(try store.settings() == ["name": name])
        }
    }

    @Test func manyThatOpenAnEmptyDatabaseAtOnceMakeOneStore() throws {
        let database = database
        let stores = try onThreads(8) { index in
            let store = try database.open()
            try store.setSetting("\(index)", to: "true")
            return store
        }
        #expect(try stores[0].settings().count == 8)
        #expect(try database.sql("SELECT number, name FROM migration ORDER BY number") == Self.migrations)
    }

    private static let migrations =
        "1|runs\n2|saved plans\n3|stamps and settings\n4|batches\n5|jobs and leases\n6|calls\n7|messages of calls"

    @Test func manyThatOpenAnOlderStoreAtOnceMigrateItOnce() throws {
        let run = try Self.fill(database)
        try database.sql(
            """
            DROP TABLE batch, job, lock_epoch, call;
            ALTER TABLE run DROP COLUMN host, DROP COLUMN epoch, DROP COLUMN request;
            DELETE FROM migration WHERE number >= 4
            """
        )
        let database = database
        let stores = try onThreads(8) { _ in try database.open() }
        try stores[7].record([BatchRecord(sequence: 0, limit: 1, startedAt: .distantPast)], of: run)
        try stores[0].verify(run)
        #expect(try database.sql("SELECT number, name FROM migration ORDER BY number") == Self.migrations)
    }

    /// A store with one sealed run in it.
    @discardableResult
    private static func fill(_ database: TestDatabase) throws -> RunID {
        let store = try database.open()
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.append([Samples.block("dir", count: 3)], to: run.id)
        _ = try store.seal(run.id, tally: Samples.tally)
        return run.id
    }

    @Test func aMigrationThatFailsLeavesTheStoreAsItWas() throws {
        try Self.fill(database)
        // In the way of the fourth migration.
        try database.sql("ALTER TABLE batch RENAME TO kept; DELETE FROM migration WHERE number > 2")
        #expect(throws: StateError.self) { try database.open() }
        #expect(try database.sql("SELECT max(number) FROM migration") == "2")
        #expect(try database.sql("SELECT count(*) FROM block") == "1")
    }

    @Test func newerSchemaIsRefused() throws {
        try Self.fill(database)
        try database.sql("INSERT INTO migration VALUES (8, 'from the future')")
        let message = expectError(.newerSchema) { _ = try database.open() }
        #expect(
            message == "State store in PostgreSQL (schema cleanupd) was written by a newer cleanupd. "
                + "Install that version, or name another database (state)."
        )
    }

    @Test(arguments: [
        "CREATE TABLE cleanupd.users (id int)", "CREATE VIEW cleanupd.migration AS SELECT 1 AS version",
        "CREATE TABLE cleanupd.migration (version text)", "CREATE TABLE cleanupd.migration (number int, name text)",
        "CREATE TABLE cleanupd.migration AS SELECT 1 AS number, 'users' AS name",
        "CREATE TABLE cleanupd.migration AS SELECT 2 AS number, 'runs' AS name",
        "CREATE TABLE cleanupd.migration AS SELECT now() AS number, 'runs' AS name",
    ])
    func schemaOfAnotherProgramIsRefusedAndStays(_ table: String) throws {
        try database.sql("CREATE SCHEMA cleanupd; \(table)")
        let relations = "SELECT relname FROM pg_class WHERE relnamespace = 'cleanupd'::regnamespace ORDER BY 1"
        let before = try database.sql(relations)
        let message = expectError(.foreign) { _ = try database.open() }
        #expect(message.contains("belongs to another program"))
        #expect(try database.sql(relations) == before)
    }

    @Test func databaseThatCannotHoldEveryNameIsRefused() throws {
        let database = try TestDatabase("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        let message = expectError(.foreign) { _ = try database.open() }
        #expect(message.contains("the database is in LATIN1"))
    }

    @Test func aSchemaThatWasDroppedInUseIsReportedAndCanBeMadeAnew() throws {
        let store = try database.open()
        try database.sql("DROP SCHEMA cleanupd CASCADE")
        let message = expectError(.missing) { try store.setSetting("a", to: "1") }
        #expect(message.contains("Restart cleanupd"))
        expectError(.missing) { try store.isHealthy() }
        try database.open().setSetting("a", to: "1")
        try store.isHealthy()
    }

    @Test func whatWasClosedThrows() throws {
        let store = try database.open()
        try store.setSetting("a", to: "1")
        store.close()
        expectError(.io) { _ = try store.settings() }
        expectError(.io) { try store.setSetting("a", to: "2") }
        expectError(.io) { try store.isHealthy() }
        #expect(try database.open().settings() == ["a": "1"])
    }

    @Test func textsThatPostgresCannotHoldDoNotStopTheEndOfARun() throws {
        let store = try database.open()
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        var end = Samples.end(second: 2, .failed)
        end.message = "a\0b"
        try store.finish(run.id, end)
        #expect(try store.run(run.id)?.end?.message == "a\u{FFFD}b")
    }
}
