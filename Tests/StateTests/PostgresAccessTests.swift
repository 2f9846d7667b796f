import Clients
import Retention
import State
import Support
import Testing

/// Servers that cannot be reached, and roles that may not do what is needed.
struct PostgresAccessTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
    }

    private func open(_ url: String) throws -> PostgresStateStore { try PostgresStateStore(url: url, now: { .now }) }

    @Test func aRoleThatMayMakeNoSchemaIsToldWhatToDo() throws {
        let url = try database.makeRole()
        let message = expectError(.permission) { _ = try open(url) }
        #expect(message.contains("Let an administrator run CREATE SCHEMA \"cleanupd\" AUTHORIZATION"))
    }

    @Test func aSchemaThatWasMadeForTheRoleIsEnough() throws {
        let url = try database.makeRole()
        try database.sql("CREATE SCHEMA cleanupd AUTHORIZATION \(database.name)")
        let store = try open(url)
        try store.setSetting("a", to: "1")
        try store.isHealthy()
    }

    @Test func aRoleThatMayNotUseTheSchemaIsRefused() throws {
        try database.open().setSetting("a", to: "1")
        let url = try database.makeRole()
        let message = expectError(.permission) { _ = try open(url) }
        #expect(message.contains("Grant it USAGE"))
    }

    @Test func aRoleThatMayOnlyReadIsRefusedAtOnce() throws {
        try database.open().setSetting("a", to: "1")
        let url = try database.makeRole()
        try database.sql(
            """
            GRANT USAGE ON SCHEMA cleanupd TO \(database.name);
            GRANT SELECT ON ALL TABLES IN SCHEMA cleanupd TO \(database.name)
            """
        )
        let message = expectError(.permission) { _ = try open(url) }
        #expect(message.contains("the role lacks DELETE, INSERT, UPDATE on the table batch"))
    }

    @Test func aRoleThatMayWriteNeedsNothingElse() throws {
        try database.open().setSetting("a", to: "1")
        let url = try database.makeRole()
        try database.sql(
            """
            GRANT USAGE ON SCHEMA cleanupd TO \(database.name);
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA cleanupd TO \(database.name)
            """
        )
        let store = try open(url)
        let plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        #expect(try store.markApplied(plan.id, by: "x", at: .distantPast))
        try store.finish(plan.parts[0].run, Samples.end(second: 1))
        #expect(try store.prune(runsEndedBefore: .distantFuture, itemsEndedBefore: .distantFuture) == (1, 3))
    }

    @Test func rightsThatAreTakenAwayAreReported() throws {
        try database.open().setSetting("a", to: "1")
        let url = try database.makeRole()
        try database.sql("GRANT USAGE ON SCHEMA cleanupd TO \(database.name)")
        try database.sql("GRANT ALL ON ALL TABLES IN SCHEMA cleanupd TO \(database.name)")
        let store = try open(url)
        try database.sql("REVOKE INSERT ON setting FROM \(database.name)")
        let message = expectError(.permission) { try store.setSetting("a", to: "2") }
        #expect(message.contains("Grant the role SELECT, INSERT, UPDATE and DELETE"))
        #expect(try store.settings() == ["a": "1"])
    }

    @Test func aReadOnlyServerIsRefused() throws {
        let store = try database.open()
        try database.sql("ALTER DATABASE \(database.name) SET default_transaction_read_only = on")
        let message = expectError(.readOnly) { _ = try database.open() }
        #expect(message.contains("is read-only"))
        try database.killSessions()
        expectError(.readOnly) { try store.isHealthy() }
        expectError(.readOnly) { try store.setSetting("a", to: "1") }
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        let message = expectError(.unavailable) { _ = try open("postgres://app:hunter2zebra@127.0.0.1:1/state") }
        #expect(message.contains("State store in PostgreSQL (schema cleanupd): Connection \"state\" cannot be made"))
        #expect(message.contains("Connection refused"))
    }

    @Test func aDatabaseThatIsNotThereIsNamed() throws {
        let message = expectError(.missing) { _ = try open(PostgresTestServer.shared.url("none")) }
        #expect(message.contains("database \"none\" does not exist"))
    }

    @Test func lockedRowsAreReportedAndNothingIsKept() throws {
        var settings = PostgresSettings(url: database.url)
        settings.lockTimeout = .milliseconds(50)
        let store = try PostgresStateStore(server: PostgresServer(name: "main", settings: settings, now: { .now }))
        try store.setSetting("a", to: "1")
        let database = database
        let holder = OnThreads(1) { _ in try database.sql(TestDatabase.lockUntilSomebodyHasWaited("setting")) }
        #expect(try waitUntil(seconds: 30) { try database.isLocked("setting") })
        let message = expectError(.locked) { try store.setSetting("a", to: "2") }
        #expect(message.contains("Connection \"main\""))
        #expect(message.contains("Another session keeps its rows locked"))
        _ = try holder.results()
        #expect(try store.settings() == ["a": "1"])
    }

    /// URLs that cannot work, each with a password in it; `PORT` is the server's.
    private static let urls = [
        "postgres://app:hunter2zebra@127.0.0.1:PORT/postgres",
        "postgres://app:hunter2zebra@127.0.0.1:1/postgres",
        "postgres://app:hunter2zebra@nowhere.invalid/postgres",
        "postgres://app:hunter2zebra@127.0.0.1:PORT/postgres?nosuch=1",
        "postgres://app:hunter2zebra/x@127.0.0.1:PORT/postgres",
        "host=127.0.0.1 port=PORT user=app password='hunter2zebra",
    ]

    @Test(arguments: urls)
    func passwordsAreNeverTold(_ template: String) throws {
        let url = template.replacing("PORT", with: "\(try PostgresTestServer.shared.port)")
        let error = #expect(throws: StateError.self) { try open(url) }
        var text = ""
        dump(error, to: &text)
        text += "\(String(describing: error)) \(error?.message ?? "") \(String(reflecting: error?.cause))"
        #expect(text.contains("Connection \\\"state\\\"") || text.contains("Connection \"state\""))
        #expect(!text.contains("hunter2zebra"), "\(text)")
    }

    @Test func aWrongPasswordIsAMatterOfRights() throws {
        let url = try PostgresTestServer.shared.url(database.name, password: "wrong-one")
        let message = expectError(.permission) { _ = try open(url) }
        #expect(message.contains("password authentication failed"))
        #expect(!message.contains("wrong-one"))
    }

    @Test func passwordsAreNotInErrorsOfStatements() throws {
        let store = try database.open()
        try database.sql("DROP TABLE setting")
        let message = expectError(.missing) { try store.setSetting("a", to: "1") }
        #expect(!message.contains(PostgresTestServer.password))
    }
}
