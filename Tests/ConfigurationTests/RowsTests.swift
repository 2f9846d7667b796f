import CleanupConfiguration
import Retention
import Testing

@Suite struct RowsTests {
    private static let head = """
        connections: { data: { url: "file:///srv/data" }, main: { url: "${DATABASE_URL}" }, app: { url: "sqlite:app.db" } }

        """

    private static func tasks(_ text: String) throws -> [TaskConfiguration] {
        try GoodFileTests.load(head + text).tasks
    }

    @Test func aURLOfPostgresIsReadWhole() throws {
        let connection = try GoodFileTests.load(
            Self.head + "tasks: { t: { rows: { in: main, table: t, time: a }, remove: { older_than: 1h } } }"
        )
        .connections["main"]
        #expect(connection?.kind == .postgres(.text(Secret.Text("postgres://app:s3cr3t-pa55@db/app"))))
        #expect(connection?.root == nil)
    }

    @Test(arguments: [
        ("sqlite:var/state.db", Configuration.State.Kind.sqlite(path: "/etc/cleanupd/var/state.db")),
        ("sqlite:/var/state.db", .sqlite(path: "/var/state.db")),
        ("${DATABASE_URL}", .postgres(.text(Secret.Text("postgres://app:s3cr3t-pa55@db/app")))),
        ("postgresql:///state", .postgres(.text(Secret.Text("postgresql:///state")))),
    ])
    func theStateStoreIsAFileOrADatabase(url: String, expected: Configuration.State.Kind) throws {
        for state in ["\"\(url)\"", "{ url: \"\(url)\", keep_runs: 1d, keep_items: 2d }"] {
            let task = "tasks: { t: { files: { in: data }, remove: { older_than: 1h } } }"
            let configuration = try GoodFileTests.load("state: \(state)\n" + Self.head + task)
            #expect(configuration.state.kind == expected)
        }
    }

    @Test func aTaskWithFiltersAndNoRemoveRunsByHandOnly() throws {
        let tasks = try Self.tasks(
            """
            tasks:
              a: { rows: { in: main, table: t }, filters: { u: { type: integer, sql: "u = :value" } } }
              b: { rows: { in: main, table: t, time: c }, filters: { u: { type: integer, sql: "u = :value" } }, remove: { older_than: 1d } }
              c: { rows: { in: main, table: t, where: "c < :now" } }
            """
        )
        #expect(tasks.map(\.isByHandOnly) == [true, false, false])
    }

    @Test func orphansAreGuardedByHalfUnlessTheFileSaysOtherwise() throws {
        let tasks = try Self.tasks(
            """
            tasks:
              a: { rows: { in: app, table: t, orphan_of: { column: b, table: u, key: id } } }
              b: { rows: { in: app, table: t, orphan_of: { column: b, table: u, key: id } }, remove: { orphan: true }, limits: { max_percent: 90 } }
              c: { rows: { in: app, table: t, time: c }, remove: { older_than: 1d } }
              d:
                files: { in: data }
                remove: { orphan: true, older_than: 1d }
                keep: { referenced_by: [{ in: app, query: "SELECT p FROM t" }] }
            """
        )
        #expect(tasks.map(\.removal.orphan) == [true, true, false, true])
        #expect(tasks.map(\.limits.maxPercent) == [50, 90, nil, 50])
    }

    @Test func anAgeBySettingHasItsDefaultInThePolicy() throws {
        let task = try Self.tasks(
            """
            cycles: { c: { every: 1d, tasks: [t] } }
            tasks: { t: { files: { in: data }, remove: { older_than: { setting: retention_days, default: 30d } } } }
            """
        )[0]
        let age = try Age(parsing: "30d")
        #expect(task.removal.olderThan == .setting(name: "retention_days", default: age))
        #expect(task.policy.remove?.olderThan == age)
        #expect(task.removal.olderThan?.written == age)
    }

    /// Whoever reads the policy alone must not take it for one of all items.
    @Test func aConditionByQueryAloneLeavesThePolicyOfFilesRefused() throws {
        let task = try Self.tasks(
            """
            tasks: { t: { files: { in: data }, remove: { listed_by: [{ in: main, query: "SELECT p FROM t" }] } } }
            """
        )[0]
        #expect(task.removal.listedBy.map(\.connection) == ["main"])
        #expect(task.removal.listedBy.map(\.query) == ["SELECT p FROM t"])
        #expect(task.policy.remove == Policy.Remove())
        #expect(Judge.validate(task.policy).map(\.code) == [.nothingStated])
    }

    @Test func variablesInSetAreTypedAsIfTheyStoodThere() throws {
        let task = try Self.tasks(
            """
            tasks:
              t:
                rows: { in: app, table: t, time: a }
                remove: { older_than: 1d }
                action:
                  set:
                    a: ${NUMBER}
                    b: "${NUMBER}"
                    c: ${NO_SUCH:-null}
                    d: ${NO_SUCH:-now()}
                    e: ${NO_SUCH:-1.25}
                    f: ${WORD}
                    g: NOW()
            """
        )[0]
        guard case .set(let assignments) = task.action else {
            Issue.record("the action is \(task.action)")
            return
        }
        #expect(assignments.map(\.column) == ["a", "b", "c", "d", "e", "f", "g"])
        #expect(
            assignments.map(\.value) == [.integer(10), .text("10"), .null, .now, .number(1.25), .text("sixty"), .now]
        )
    }
}
