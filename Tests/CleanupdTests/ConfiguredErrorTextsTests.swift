import CleanupConfiguration
import Engine
import Stores
import Support
import Testing

@testable import cleanupd

/// What is said of wishes that do not fit the configuration, to the letter.
@Suite struct ConfiguredErrorTextsTests {
    // MARK: Tasks

    @Test func aTaskThatIsNotThereIsSaidWithThoseThatAre() throws {
        let bench = try ConfiguredBench()
        #expect(
            errorText { _ = try bench.blueprint.names(["lgos"]) }
                == "There is no task lgos in \(bench.configuration.file); did you mean \"logs\"? Its tasks: logs, backups, "
                + "by_hand, full, repos, previews."
        )
        let idle = try ConfiguredBench(
            """
            state: sqlite:state.db
            connections:
              data: { url: "file://data" }
            tasks:
              logs:
                files: { in: data, path: logs, match: ["*.log"] }
                remove: { older_than: 30d }
            """
        )
        #expect(
            errorText { _ = try idle.blueprint.names([]) }
                == "No task is due in a cycle. Name the ones you mean: logs."
        )
    }

    @Test func anEmptyListOfTasksIsNotAll() {
        #expect(
            errorText { try RunOrders.require([]) }
                == "tasks: name at least one, or leave it out for all that are due in cycles."
        )
    }

    @Test func whatNobodyKnowsOfATaskSaysHowToSetItAnew() throws {
        let bench = try ConfiguredBench()
        var admin = AdminSettings()
        admin.unreadableTasks = ["logs"]
        var weekly = CycleSettings()
        weekly.isRetentionRefused = true
        admin.cycles["weekly"] = weekly
        let builder = ProgramBuilder(
            connections: bench.blueprint.connections,
            environment: [:],
            memory: bench.backends.memory,
            admin: admin
        )
        let program = try builder.program(overrides: nil)
        let texts = [
            (
                "logs",
                "What was set for logs by a call cannot be read from the state store; the log says which. Nothing was "
                    + "removed. Set it again by PUT /api/cleanup/settings."
            ),
            (
                "repos",
                "The retention_days that was set for repos by a call is not legal. Nothing was removed. Set it again by "
                    + "PUT /api/cleanup/settings, or say --older-than."
            ),
            (
                "previews",
                "The retention of previews is not known, because settings, which sets it for the cycle tabled, was not "
                    + "read or holds no legal retention_days; the log says which. Nothing was removed. Mend that, or say "
                    + "--older-than."
            ),
        ]
        for (name, expected) in texts {
            guard case .items(let store)? = program.task(name)?.store else {
                Issue.record("\(name) has no items")
                continue
            }
            #expect(errorText { _ = try store.openSource(asOf: SystemClock.now()) } == expected)
        }
    }

    // MARK: Overrides

    @Test func overridesThatStandForNothingAreNamed() throws {
        let bench = try ConfiguredBench()
        let filter = [(name: "user", text: "1")]
        let cases: [(Overrides, [TaskDefinition], String)] = [
            (
                Overrides(filters: filter), bench.tasks("logs", "backups"),
                "A run with --filter names one task; these are 2: logs, backups."
            ),
            (
                Overrides(filters: filter, words: .members), bench.tasks("logs", "backups"),
                "A run with filters names one task; these are 2: logs, backups."
            ),
            (Overrides(filters: filter), bench.tasks("logs"), "--filter: logs has no filters."),
            (
                Overrides(tasks: ["repos": .init(keepLast: 3)], words: .members), bench.tasks("logs"),
                "overrides.repos: this run has no such task. Its tasks: logs."
            ),
            (
                Overrides(tasks: ["lgos": .init(keepLast: 3)], words: .members), bench.tasks("logs"),
                "overrides.lgos: this run has no such task; did you mean \"logs\"? Its tasks: logs."
            ),
            (
                Overrides(everywhere: .init(olderThan: "3d")), bench.tasks("backups"),
                "--older-than replaces remove.older_than, which none of backups has."
            ),
            (
                Overrides(tasks: ["backups": .init(olderThan: "3d")], words: .members), bench.tasks("backups"),
                "older_than replaces remove.older_than, which none of backups has."
            ),
            (
                Overrides(everywhere: .init(keepLast: 3)), bench.tasks("logs"),
                "--keep replaces keep.last, which none of logs has."
            ),
        ]
        for (overrides, tasks, expected) in cases {
            #expect(errorText { try overrides.check(against: tasks, of: bench.configuration) } == expected)
        }
    }

    @Test func valuesOfOverridesThatAreNoneAreNamed() throws {
        let bench = try ConfiguredBench()
        let policy = try #require(bench.tasks("logs").first).policy
        #expect(
            errorText { _ = try Overrides(everywhere: .init(keepLast: 0)).apply(to: policy, of: "logs") }
                == "--keep must be at least 1; 0 would keep nothing."
        )
        #expect(
            errorText { _ = try Overrides(everywhere: .init(olderThan: "3")).apply(to: policy, of: "logs") }
                == "--older-than: The duration \"3\" has a number without a unit (ms s m h d w mo y). Write, say, 7d or "
                + "1d12h."
        )
    }

    @Test(arguments: [
        ("x", "1", "--filter x: by_hand has no such filter. Its filters: user, users, since, codes, failed."),
        (
            "usr", "1",
            "--filter usr: by_hand has no such filter; did you mean \"user\"? Its filters: user, users, since, codes, failed."
        ),
        ("user", "a", "--filter user=a: this is no integer. Write, say, user=7."),
        ("users", "1,,2", "--filter users=1,,2: this is no integer[]. Write, say, users=1,2."),
        ("since", "soon", "--filter since=soon: this is no timestamp. Write, say, since=2026-01-02T03:04:05Z."),
        ("codes", "9-1", "--filter codes=9-1: this is no integer_range. Write, say, codes=400-499."),
        ("failed", "maybe", "--filter failed=maybe: this is no flag. Write, say, failed=true."),
    ])
    func filtersThatDoNotFitAreNamed(name: String, text: String, expected: String) throws {
        let bench = try ConfiguredBench()
        let task = try #require(bench.configuration.tasks.first { $0.name == "by_hand" })
        let overrides = Overrides(filters: [(name: name, text: text)])
        #expect(errorText { _ = try overrides.filters(of: task) } == expected)
    }
}
