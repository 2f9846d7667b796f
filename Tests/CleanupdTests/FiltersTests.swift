import CleanupConfiguration
import Engine
import Retention
import Stores
import Support
import Testing

@testable import cleanupd

/// Filters of a run are of the task that it names, whatever other tasks of the file have.
@Suite struct FiltersTests {
    private static let two = """
        state: sqlite:state.db
        connections:
          app: { url: "sqlite:app.db" }
        tasks:
          messages:
            rows: { in: app, table: messages }
            filters: { user: { type: integer, sql: "user_id = :value" } }
          jobs:
            rows: { in: app, table: jobs }
            filters: { queue: { type: text, sql: "queue = :value" } }
        """

    @Test(arguments: [("messages", "user", "1"), ("jobs", "queue", "mail")])
    func aTaskTakesItsOwnFilterBesideATaskWithAnother(name: String, filter: String, value: String) throws {
        let bench = try ConfiguredBench(Self.two)
        let overrides = Overrides(filters: [(name: filter, text: value)])
        let program = try bench.blueprint.program(overriding: overrides, bench.backends)
        let task = try #require(program.task(name))
        try overrides.check(against: [task], of: bench.configuration)
    }

    @Test func aMisspeltFilterIsToldWhatWasMeant() throws {
        let bench = try ConfiguredBench(Self.two)
        let task = try #require(bench.configuration.tasks.first { $0.name == "jobs" })
        let expected = ": jobs has no such filter; did you mean \"queue\"? Its filters: queue."
        for (words, name) in [(Overrides.Words.options, "--filter"), (.members, "filter")] {
            let overrides = Overrides(filters: [(name: "queu", text: "mail")], words: words)
            #expect(errorText { _ = try overrides.filters(of: task) } == "\(name) queu\(expected)")
        }
    }

    /// Without its filters it would remove more than was asked for.
    @Test func aTaskToWhichAFilterDoesNotFitIsNotRunWithoutIt() throws {
        let bench = try ConfiguredBench(Self.two)
        let overrides = Overrides(filters: [(name: "user", text: "1")])
        let program = try bench.blueprint.program(overriding: overrides, bench.backends)
        let task = try #require(program.task("jobs"))
        let expected = "--filter user: jobs has no such filter. Its filters: queue."
        #expect(errorText { try overrides.check(against: [task], of: bench.configuration) } == expected)
        guard case .batches(let store) = task.store else {
            Issue.record("rows are removed in batches")
            return
        }
        let request = BatchPlanRequest(now: Instant(seconds: 0), countLimit: 0, limits: Limits())
        #expect(errorText { _ = try store.plan(request, isCancelled: { false }) } == expected)
    }
}
