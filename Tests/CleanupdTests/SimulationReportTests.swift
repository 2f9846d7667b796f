import Engine
import Retention
import Support
import Testing

@testable import cleanupd

/// What a simulation says of itself and of what survives, to the letter.
@Suite struct SimulationReportTests {
    private static let start = Instant(seconds: 1_767_225_600)  // 2026-01-01T00:00:00Z

    /// A day's items for so many days; the runs are at the ends of the days unless they are given.
    private static func report(
        _ policy: Policy,
        days: Int,
        runs: [Int]? = nil,
        limits: Limits = Limits(),
        cycles: [CycleDefinition] = [],
        grows: Bool = true,
        problems: [String] = []
    ) throws -> SimulationReport {
        let bench = try ConfiguredBench()
        let task = try #require(bench.tasks("backups").first)
        let span = try SimulationSpan(start: start, days: days)
        let growth = grows ? try SimulationGrowth(every: Age(parsing: "1d"), size: 10, in: span) : nil
        let simulation = PolicySimulation(
            policy: policy,
            limits: limits,
            span: span,
            runs: runs.map { $0.map(span.end(ofDay:)) },
            growth: growth
        )
        let result = try simulation.result(of: [])
        return SimulationReport(
            task: task,
            span: span,
            growth: growth,
            cycles: cycles,
            notes: [],
            result: result,
            summary: SimulationSummary(result),
            problems: Array(problems.prefix(1)),
            problemCount: problems.count
        )
    }

    private static let lastTwo = Policy(keep: .init(counts: .init(last: 2)))

    // MARK: Survivors

    @Test func survivorsAreListedFromTheNewestOn() throws {
        let report = try Self.report(Self.lastTwo, days: 4)
        let lines = [
            "SURVIVOR                   TIME                  AGE  BYTES  WHY",
            "item@2026-01-05T00:00:00Z  2026-01-05T00:00:00Z    0   10 B  kept: last 2",
            "item@2026-01-04T00:00:00Z  2026-01-04T00:00:00Z   1d   10 B  kept: last 2",
        ]
        #expect(SimulationSurvivors(report: report, most: 2).lines == lines)
        #expect(SimulationSurvivors(report: report, most: 20).lines == lines)
        let rest = "backups: 1 older item survives as well; --items 2 lists all"
        #expect(SimulationSurvivors(report: report, most: 1).lines == Array(lines.prefix(2)) + [rest])
        #expect(SimulationSurvivors(report: report, most: 0).lines == [])
        let none = try Self.report(Self.lastTwo, days: 4, grows: false)
        #expect(SimulationSurvivors(report: none, most: 20).lines == [])
    }

    @Test func whyAnItemSurvivesIsWhatItsLastRunSaid() throws {
        let old = Policy(remove: .init(olderThan: try Age(parsing: "1d")))
        let reasons = { (report: SimulationReport) in
            report.result.lives.filter { $0.removedAt == nil }.map(SimulationSurvivors.reason)
        }
        let early = try Self.report(old, days: 3, runs: [2])
        #expect(reasons(early) == ["not older than 1d", "not older than 1d", "no run has met it"])
        let refused = try Self.report(old, days: 4, runs: [4], limits: Limits(maxItems: 1))
        let due = "due (older than 1d), but limits refuse the run"
        #expect(reasons(refused) == [due, due, "not older than 1d", "not older than 1d"])
        let packing = Policy(compressOlderThan: try Age(parsing: "1d"))
        let packed = try Self.report(packing, days: 4)
        let archive = "compressed already"
        #expect(reasons(packed) == [archive, "compressed (older than 1d)", "not older than 1d", "not older than 1d"])
    }

    // MARK: Sentences

    @Test func whatIsGivenIsSaid() throws {
        let report = try Self.report(Self.lastTwo, days: 4)
        #expect(report.runs == "a run at the end of each day, because no cycle has it")
        #expect(report.made == "a new one every 1d (10 B)")
        let cycle = CycleDefinition(
            name: "nightly",
            schedule: try Schedule(cron: "0 2 * * *", zone: "UTC"),
            tasks: ["backups"]
        )
        let still = try Self.report(Self.lastTwo, days: 4, cycles: [cycle], grows: false)
        #expect(still.runs == "a run at each firing of nightly (0 2 * * *)")
        #expect(still.made == "nothing new is made")
    }

    @Test func whatItSettlesAtIsSaidInOneLine() throws {
        let conclusion = try Self.report(Self.lastTwo, days: 8).conclusion
        let expected =
            "steady: 2 items, 20 B in the last 2 days; at the end 2 items, 20 B, 0 to 1d old; "
            + "at most 3 items, 30 B on day 3"
        #expect(conclusion == expected)
    }

    @Test func whatCouldNotBeLookedAtIsSaid() throws {
        let rest = "could not be looked at, and what lies there is left out; first: a: is locked."
        let one = try Self.report(Self.lastTwo, days: 1, problems: ["a: is locked."])
        #expect(one.unread == "1 place \(rest)")
        let two = try Self.report(Self.lastTwo, days: 1, problems: ["a: is locked.", "b: is locked."])
        #expect(two.unread == "2 places \(rest)")
        #expect(try Self.report(Self.lastTwo, days: 1).unread == nil)
    }

    @Test func whatAGuardRefusesIsSaid() throws {
        let old = Policy(remove: .init(olderThan: try Age(parsing: "1d")))
        let message =
            "The plan would remove 2 items; limits.max_items allows 1. Nothing was removed. Look at the plan; if it is right, "
            + "raise the limit for this task."
        let once = try Self.report(old, days: 4, runs: [4], limits: Limits(maxItems: 1))
        #expect(once.refusal == "backups: limits would refuse a run on day 4: \(message)")
        let twice = try Self.report(old, days: 5, runs: [4, 5], limits: Limits(maxItems: 1))
        #expect(twice.refusal == "backups: limits would refuse 2 runs, the first of them on day 4: \(message)")
        #expect(try Self.report(old, days: 4).refusal == nil)
    }
}
