import Clients
import Foundation
import GRDB
import Retention
import State
import Support
import Testing

/// The history as a report reads it: beside whoever writes, and without a trace.
struct ReadOnlyHistoryTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
    }

    private static func fill(_ store: any StateStore) throws -> RunID {
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.finish(run.id, Samples.end(second: 2))
        try store.begin(Samples.run("logs", second: 3))
        try store.setStamps([Stamp(scope: "task:logs", name: "last_success", value: 1)])
        return run.id
    }

    private static func check(_ history: any RunHistory, _ run: RunID) throws {
        #expect(try history.endedRuns(in: .always, after: nil, limit: 10).map(\.record.id) == [run])
        #expect(try history.unfinishedRuns().count == 1)
        #expect(try history.stamps() == [Stamp(scope: "task:logs", name: "last_success", value: 1)])
        #expect(try history.savedPlan("none") == nil)
    }

    // MARK: SQLite

    @Test func aStateFileIsReadWhileItIsInUseAndAfterwards() throws {
        let store = try SQLiteStateStore(path: path)
        let run = try Self.fill(store)
        try Self.check(try SQLiteStateStore.history(path: path), run)
        // What is written meanwhile is seen.
        let history = try SQLiteStateStore.history(path: path)
        try store.setSetting("a", to: "1")
        try store.begin(Samples.run("logs", second: 4))
        #expect(try history.unfinishedRuns().count == 2)
        store.close()
        #expect(try SQLiteStateStore.history(path: path).unfinishedRuns().count == 2)
    }

    @Test func aStateFileStaysAsItIsToTheByte() throws {
        let store = try SQLiteStateStore(path: path)
        let run = try Self.fill(store)
        store.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        try Self.check(try SQLiteStateStore.history(path: path), run)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aFileThatIsNotThereIsNotMade() throws {
        let message = expectError(.missing) { _ = try SQLiteStateStore.history(path: path) }
        #expect(message == "There is no state file \(path): nothing has run here yet, or `state` names another file.")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func anOlderOrNewerStateFileIsNamedAndStays() throws {
        try SQLiteStateStore(path: path).close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '7%'") }
        try queue.close()
        let message = expectError(.olderSchema) { _ = try SQLiteStateStore.history(path: path) }
        #expect(message.contains("written by an older cleanupd"))
        let again = try DatabaseQueue(path: path)
        try again.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 from the future')") }
        try again.close()
        expectError(.newerSchema) { _ = try SQLiteStateStore.history(path: path) }
    }

    @Test func aDatabaseOfAnotherProgramIsRefused() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE run (id INTEGER PRIMARY KEY, ended_at INTEGER)") }
        try queue.close()
        let message = expectError(.foreign) { _ = try SQLiteStateStore.history(path: path) }
        #expect(message == "\(path) is no state file of cleanupd. Name another path (state).")
        try Data(repeating: UInt8(ascii: "x"), count: 4_096).write(to: URL(fileURLWithPath: path))
        expectError(.foreign) { _ = try SQLiteStateStore.history(path: path) }
    }

    // MARK: PostgreSQL

    private static func history(_ url: String) throws -> any RunHistory {
        let server = PostgresServer(name: "state", settings: PostgresSettings(url: url), now: { .now })
        return try PostgresStateStore.history(server: server)
    }

    @Test func aRoleThatMayOnlyReadReadsTheHistory() throws {
        let database = try TestDatabase()
        let run = try Self.fill(try database.open())
        let url = try database.makeRole()
        try database.sql(
            """
            GRANT USAGE ON SCHEMA cleanupd TO \(database.name);
            GRANT SELECT ON ALL TABLES IN SCHEMA cleanupd TO \(database.name)
            """
        )
        try Self.check(try Self.history(url), run)
    }

    @Test func aServerThatOnlyReadsIsEnough() throws {
        let database = try TestDatabase()
        let run = try Self.fill(try database.open())
        try database.sql("ALTER DATABASE \(database.name) SET default_transaction_read_only = on")
        try Self.check(try Self.history(database.url), run)
    }

    @Test func aDatabaseWithoutAStoreGetsNone() throws {
        let database = try TestDatabase()
        let message = expectError(.missing) { _ = try Self.history(database.url) }
        #expect(message.contains("nothing has run here yet"))
        #expect(try database.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'cleanupd'") == "0")
    }

    @Test func anOlderStoreIsNamedAndNotMigrated() throws {
        let database = try TestDatabase()
        try database.open().close()
        try database.sql("DELETE FROM migration WHERE number = 7")
        let message = expectError(.olderSchema) { _ = try Self.history(database.url) }
        #expect(message.contains("written by an older cleanupd"))
        #expect(try database.sql("SELECT max(number) FROM migration") == "6")
    }
}
