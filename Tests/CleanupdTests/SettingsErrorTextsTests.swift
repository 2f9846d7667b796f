import CleanupConfiguration
import Console
import Engine
import Support
import Testing

@testable import cleanupd

/// What is said of settings that cannot be made and tasks that cannot be simulated, to the letter.
@Suite struct SettingsErrorTextsTests {
    /// Why a change is not made; `nil` = it is.
    private static func refusal(of change: SettingsChange, in bench: ConfiguredBench) -> String? {
        var edit = SettingsEdit(blueprint: bench.blueprint)
        return errorText { try edit.take(change) }
    }

    @Test func settingsOfTasksThatDoNotFitAreNamed() throws {
        let bench = try ConfiguredBench()
        let texts = [
            (
                "lgos", "1d",
                "tasks.lgos: there is no such task; did you mean \"logs\"? There are: logs, backups, by_hand, full, repos, "
                    + "previews."
            ),
            ("logs", "0d", "tasks.logs.older_than: it must be longer than nothing."),
            ("backups", "1d", "tasks.backups.older_than: the task has no older_than that this could replace."),
            (
                "logs", "5d",
                "tasks.logs.older_than: it must be longer than compress.older_than, 7d: else nothing is ever compressed."
            ),
            (
                "logs", "soon",
                "tasks.logs.older_than: The duration \"soon\" is none. Write whole numbers, each with its unit, such as 7d "
                    + "or 1d12h."
            ),
        ]
        for (name, olderThan, expected) in texts {
            let change = SettingsChange(tasks: [name: .init(olderThan: .set(olderThan))])
            #expect(Self.refusal(of: change, in: bench) == expected)
        }
    }

    @Test func settingsOfCyclesThatDoNotFitAreNamed() throws {
        let bench = try ConfiguredBench()
        let texts: [(String, SettingsChange.Cycle, String)] = [
            (
                "dayly", .init(enabled: .set(true)),
                "cycles.dayly: there is no such cycle; did you mean \"daily\"? There are: daily, weekly, tabled."
            ),
            (
                "tabled", .init(enabled: .set(true)),
                "The settings of tabled stand in settings, and only there they can be changed."
            ),
            (
                "daily", .init(retentionDays: .set(30)),
                "cycles.daily.retention_days: no task of the cycle takes its age from there (older_than: { setting: "
                    + "retention_days, … }), so that it would change nothing."
            ),
            (
                "daily", .init(batchSize: .set(5_000)),
                "cycles.daily.batch_size: it is the most rows of a batch, or items between two pauses; no task of the cycle "
                    + "goes by it (rows, or pace.pause; pace.batch not smaller), so that it would change nothing."
            ),
            (
                "weekly", .init(retentionDays: .set(0)),
                "cycles.weekly: retention_days \"0\" is not a whole number from 1 to 365."
            ),
            (
                "daily", .init(schedule: .set("61 * * * *")),
                "cycles.daily: schedule \"61 * * * *\" is no schedule: The cron expression \"61 * * * *\" is wrong in its "
                    + "minute field \"61\": \"61\" is no value of it. Allowed are *, 0-59, ranges (0-30), lists (0,30) and "
                    + "steps (*/15)."
            ),
        ]
        for (name, cycle, expected) in texts {
            let change = SettingsChange(cycles: [name: cycle])
            #expect(Self.refusal(of: change, in: bench) == expected)
        }
    }

    @Test func whatCannotBeSimulatedSaysWhy() throws {
        let bench = try ConfiguredBench()
        let small = "depends on how small compress will make files"
        let texts: [String: [String]] = [
            "by_hand": ["only tasks on files and directories can be simulated"],
            "full": ["its quota depends on how full the disk will be"],
            "logs": ["remove.size_over \(small)", "budget.bytes \(small)", "limits.max_bytes \(small)"],
            "repos": [
                "what remove.listed_by will name, nobody knows", "what will be an orphan, nobody knows",
                "what keep.referenced_by will name, nobody knows",
            ],
            "backups": [],
        ]
        for task in bench.configuration.tasks {
            guard let expected = texts[task.name] else { continue }
            let policy = try #require(bench.tasks(task.name).first).policy
            #expect(SimulationScope.refusals(task, policy) == expected)
        }
    }
}
