import Clients
import GRDB
import State
import Support
import Testing

/// Settings that are read without opening the store for work, as a preview does.
struct StoredSettingsTests {
    @Test func settingsOfASQLiteStoreAreReadWhileItIsInUse() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let store = try SQLiteStateStore(path: path)
        try store.setSetting("admin/dry_run", to: "true")
        #expect(try SQLiteStateStore.storedSettings(path: path) == ["admin/dry_run": "true"])
        store.close()
        #expect(try SQLiteStateStore.storedSettings(path: path) == ["admin/dry_run": "true"])
    }

    /// A store of another version, and what is none, stay as they are.
    @Test func nothingIsMadeOrMigrated() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("old.db")
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE other (x)") }
        #expect(try SQLiteStateStore.storedSettings(path: path) == [:])
        #expect(try queue.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema") } == ["other"])
        try queue.close()
    }

    @Test func aDatabaseWithoutAStoreHasNoSettingsAndGetsNone() throws {
        let database = try TestDatabase()
        let settings = PostgresSettings(url: database.url)
        let server = PostgresServer(name: "state", settings: settings, now: { ContinuousClock.now })
        defer { server.closeIdle() }
        #expect(try PostgresStateStore.storedSettings(server: server) == [:])
        let store = try database.open()
        try store.setSetting("admin/scheduling", to: "false")
        #expect(try PostgresStateStore.storedSettings(server: server) == ["admin/scheduling": "false"])
        store.close()
    }
}
