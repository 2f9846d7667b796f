import Retention
import State
import Support
import Testing

/// What every state store does with runs.
struct RunConformanceTests {
    @Test(arguments: Backend.all)
    func remembersHowARunBegan(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        var run = Samples.run("logs", second: 1)
        run.cycle = nil
        run.requestedBy = nil
        run.dryRun = true
        try store.begin(run)
        #expect(try store.run(run.id) == StoredRun(record: run))
        #expect(try store.run(Samples.run("logs", second: 1).id) == nil)
    }

    @Test(arguments: Backend.all)
    func remembersHowARunEnded(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        var end = Samples.end(second: 9, .partial)
        end.failure = .guard
        end.message = "3 items failed 🧹"
        end.counts = Self.distinctCounts
        try store.finish(run.id, end)
        #expect(try store.run(run.id) == StoredRun(record: run, counts: end.counts, end: end))
    }

    /// Each figure another one, so that two that are mixed up are seen.
    private static var distinctCounts: RunCounts {
        var counts = RunCounts()
        counts.examined = 1
        counts.remove = 2
        counts.compress = 3
        counts.keep = 4
        counts.plannedBytes = 5
        counts.deleted = 6
        counts.compressed = 7
        counts.updated = 8
        counts.gone = 9
        counts.changed = 10
        counts.inUse = 11
        counts.failed = 12
        counts.freedBytes = 1 << 40
        return counts
    }

    @Test(arguments: Backend.all)
    func remembersEveryOutcomeAndFailure(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        for outcome in RunOutcome.allCases {
            for failure in [nil] + RunFailureReason.allCases.map(Optional.some) {
                let run = Samples.run("logs", second: 1)
                try store.begin(run)
                var end = Samples.end(second: 9, outcome)
                end.failure = failure
                try store.finish(run.id, end)
                #expect(try store.run(run.id)?.end == end)
            }
        }
    }

    @Test(arguments: Backend.all)
    func refusesToBeginOrEndTwice(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        expectError(.conflict) { try store.begin(run) }
        try store.finish(run.id, Samples.end(second: 2))
        expectError(.conflict) { try store.finish(run.id, Samples.end(second: 3, .failed)) }
        #expect(try store.run(run.id)?.end?.outcome == .success)
    }

    @Test(arguments: Backend.all)
    func refusesToEndWhatHasNotBegun(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        expectError(.notFound) { try store.finish(Samples.run("logs", second: 1).id, Samples.end(second: 2)) }
    }

    @Test(arguments: Backend.all)
    func givesHistoryInPagesNewestFirst(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let runs = (0..<25).map { Samples.run($0 % 2 == 0 ? "logs" : "backups", second: $0) }
        let seed = Scale.seed(25)
        var generator = SeededGenerator(seed: seed)
        for run in runs.shuffled(using: &generator) { try store.begin(run) }

        #expect(try Self.allPages(of: store, task: nil) == runs.reversed(), "seed \(seed)")
        let logs = runs.filter { $0.task == "logs" }
        #expect(try Self.allPages(of: store, task: "logs") == logs.reversed(), "seed \(seed)")
        #expect(try store.runs(task: "none", before: nil, limit: 10).isEmpty)
        #expect(try store.runs(task: nil, before: nil, limit: 0).isEmpty)
    }

    private static func allPages(of store: any StateStore, task: String?) throws -> [RunRecord] {
        var found: [RunRecord] = []
        while true {
            let page = try store.runs(task: task, before: found.last?.id, limit: 4)
            if page.isEmpty { return found }
            #expect(page.count <= 4)
            found += page.map(\.record)
        }
    }

    @Test(arguments: Backend.all)
    func listsRunsWithoutAnEndOldestFirst(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let runs = (0..<4).map { Samples.run("logs", second: $0) }
        for run in runs.reversed() { try store.begin(run) }
        try store.finish(runs[1].id, Samples.end(second: 9))
        #expect(try store.unfinishedRuns() == [runs[0], runs[2], runs[3]])
    }

    @Test(arguments: Backend.all)
    func remembersStampsAndSettingsAfterReopening(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let times: [Double] = [0, -1.5, 1_700_000_000.123_456_7, .infinity, .greatestFiniteMagnitude]
        let stamps = times.enumerated().map { Stamp(scope: "task:logs", name: "t\($0)", value: $1) }
        let first = try backend.open(folder)
        try first.setStamps([Stamp(scope: "task:logs", name: "t0", value: 99), Stamp(scope: "a", name: "b", value: 1)])
        try first.setStamps(stamps)
        try first.setSetting("dry_run", to: "true")
        try first.setSetting("dry_run", to: "false")
        try first.setSetting("tasks.logs", to: #"{"older_than":"60d"}"#)
        try first.setSetting("gone", to: "1")
        try first.removeSetting("gone")
        try first.removeSetting("never there")

        let second = try backend.open(folder)
        #expect(try second.stamps() == [Stamp(scope: "a", name: "b", value: 1)] + stamps)
        #expect(try second.settings() == ["dry_run": "false", "tasks.logs": #"{"older_than":"60d"}"#])
        try second.isHealthy()
    }

    @Test(arguments: Backend.all)
    func refusesStampsThatAreNoNumbers(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        expectError(.conflict) { try store.setStamps([Stamp(scope: "task:logs", name: "x", value: .nan)]) }
        #expect(try store.stamps().isEmpty)
    }
}
