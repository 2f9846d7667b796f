import CleanupConfiguration
import Retention
import Testing

/// What queries of references may name; what they may not is in the file of bad cases.
@Suite struct ReferenceNamesTests {
    private static func tasks(_ text: String) throws -> [TaskConfiguration] {
        let head = """
            connections: { data: { url: "file:///srv/data" }, main: { url: "${DATABASE_URL}" }, app: { url: "sqlite:app.db" } }

            """
        return try GoodFileTests.load(head + text).tasks
    }

    @Test func theInstantsOfTheTaskAreNamed() throws {
        let tasks = try Self.tasks(
            """
            cycles: { c: { every: 1d, tasks: [repos] } }
            tasks:
              repos:
                files: { in: data, path: repos, type: directory, depth: 1 }
                remove:
                  older_than: { setting: retention_days, default: 180d }
                  listed_by: [{ in: main, query: "SELECT path FROM repos WHERE used < :cutoff AND made < :now;" }]
                keep: { referenced_by: [{ in: main, query: "SELECT path FROM uses WHERE at > :grace_cutoff::timestamp" }] }
              sessions:
                rows: { in: main, table: sessions, time: made, params: { idle: 1d } }
                remove: { listed_by: [{ in: main, query: "SELECT id FROM uses WHERE at < :idle" }] }
            """
        )
        #expect(
            tasks.flatMap(\.removal.listedBy).map(\.query) == [
                "SELECT path FROM repos WHERE used < :cutoff AND made < :now;", "SELECT id FROM uses WHERE at < :idle",
            ]
        )
        #expect((tasks.flatMap(\.removal.listedBy) + tasks.flatMap(\.referencedBy)).allSatisfy { $0.timeFormat == nil })
    }

    @Test func ofSQLiteTheFormOfTheTimesIsGiven() throws {
        let task = try Self.tasks(
            """
            tasks:
              repos:
                files: { in: data, path: repos, type: directory, depth: 1 }
                remove:
                  older_than: 180d
                  listed_by:
                    - { in: app, query: "SELECT path FROM repos WHERE used < :cutoff", time_format: epoch_ms }
                    - { in: app, query: "SELECT path FROM dead" }
                keep: { referenced_by: [{ in: app, query: "SELECT path FROM uses WHERE at > :now", time_format: iso }] }
            """
        )[0]
        #expect(task.removal.listedBy.map(\.timeFormat) == [.epochMilliseconds, nil])
        #expect(task.referencedBy.map(\.timeFormat) == [.iso])
    }

    /// Neither in a text nor in a comment nor in a cast, and so they need no age.
    @Test func whatOnlyLooksLikeANameIsNone() throws {
        let task = try Self.tasks(
            """
            tasks:
              repos:
                files: { in: data, path: repos, type: directory, depth: 1 }
                remove:
                  listed_by:
                    - { in: main, query: "SELECT path::text FROM repos WHERE note <> ':cutoff' AND a = x[1:now] -- :nothing" }
                    - { in: app, query: "SELECT path /* :cutoff */ FROM repos WHERE \\":ttl\\" = 1" }
            """
        )[0]
        #expect(task.removal.listedBy.count == 2)
        #expect(task.policy.remove?.olderThan == nil)
    }
}
