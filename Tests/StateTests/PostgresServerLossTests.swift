import Retention
import State
import Support
import Testing

/// A server of its own, because it is stopped.
@Suite(.serialized)
struct PostgresServerLossTests {
    private let server: PostgresTestServer

    init() throws {
        var options = PostgresTestServer.Options()
        // A standby that never comes: whoever commits with synchronous_commit = on is kept, and not told.
        options.settings = ["synchronous_standby_names": "nobody", "synchronous_commit": "local"]
        server = try PostgresTestServer(options)
    }

    private func open() throws -> PostgresStateStore { try PostgresStateStore(url: server.url(), now: { .now }) }

    @Test func rowsSurviveEveryEndOfTheServer() throws {
        let store = try open()
        let steps = StoreLife.steps
        for (index, step) in steps.enumerated() {
            try step.take(store)
            // Outcomes may lag by a moment; they are durable with what comes after them.
            guard step.testDescription != "record results" else { continue }
            if index % 3 == 0 {
                try server.restart()
            } else if index % 3 == 1 {
                try server.stopImmediately()
                try server.start()
            }
        }
        withExtendedLifetime(server) {}
    }

    @Test func aServerThatIsDownIsReportedAndTakenUpAgain() throws {
        let store = try open()
        try store.begin(StoreLife.record)
        try server.stop()
        let message = expectError(.unavailable) { try store.isHealthy() }
        #expect(message.contains("Nothing is removed until it can be reached again"))
        expectError(.unavailable) { try store.setSetting("a", to: "1") }
        try server.start()
        try store.isHealthy()
        #expect(try store.unfinishedRuns() == [StoreLife.record])
        #expect(try store.settings().isEmpty)
    }

    /// The answer to COMMIT is lost, and what was committed is kept: whoever takes that for a failure does it twice.
    @Test func aCallWhoseCommitIsKeptButNotConfirmedIsDoneOnce() throws {
        let store = try open()
        for step in StoreLife.steps {
            try server.sql("SET synchronous_commit = local; ALTER ROLE app SET synchronous_commit = on")
            try server.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cleanupd/state'"
            )
            let isDone = Flag()
            let killer = OnThreads(1) { [server] _ in try Self.killCommitter(server, until: isDone) }
            try step.take(store)
            isDone.set()
            // Outcomes do not wait for the disk, and so not for a standby.
            let waits = step.writes && step.testDescription != "record results"
            #expect(try killer.results() == [waits], "\(step.testDescription)")
        }
        withExtendedLifetime(server) {}
    }

    /// Ends the session that waits for the standby, and lets the next one go on without.
    private static func killCommitter(_ server: PostgresTestServer, until isDone: Flag) throws -> Bool {
        let waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        while !isDone.isSet {
            guard try server.sql("SELECT count(*) \(waiting)") != "0" else { continue }
            try server.sql("SET synchronous_commit = local; ALTER ROLE app SET synchronous_commit = local")
            try server.sql("SELECT pg_terminate_backend(pid) \(waiting)")
            return true
        }
        return false
    }
}
