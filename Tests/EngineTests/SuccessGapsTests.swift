import Engine
import Retention
import State
import Testing

/// The longest time that a task was overdue, as the history tells it.
@Suite struct SuccessGapsTests {
    private static let hour: Int64 = 3_600
    private static let period = Period(from: at(0), to: at(100))

    /// - Parameter hours: after the beginning of the period.
    private static func at(_ hours: Int64) -> Instant { Instant(seconds: 1_800_000_000 + hours * hour) }

    private static func expectation(
        every hours: Int64 = 1,
        timeout: Int64 = 2,
        since: Instant? = Self.at(-1_000),
        lastSuccess: Instant? = nil,
        isExempt: Bool = false
    ) -> SuccessGaps.Expectation {
        SuccessGaps.Expectation(
            intervalSeconds: Double(hours * hour),
            timeoutSeconds: Double(timeout * hour),
            since: since,
            lastSuccess: lastSuccess,
            isExempt: isExempt
        )
    }

    private static func gaps(
        _ expectations: [String: SuccessGaps.Expectation],
        knownFrom start: Instant = Self.at(-100),
        _ runs: [StoredRun]
    ) -> [SuccessGaps.Gap] {
        var gaps = SuccessGaps(expectations, in: period, knownFrom: start)
        for run in runs { gaps.add(run) }
        return gaps.overdue()
    }

    private static func successes(_ hours: some Sequence<Int64>, _ task: String = "logs") -> [StoredRun] {
        hours.map { HistoryRuns.run(task, endedAt: at($0)) }
    }

    @Test func whatSucceedsInTimeIsNotOverdue() {
        #expect(Self.gaps(["logs": Self.expectation()], Self.successes(-1...99)).isEmpty)
        // Two intervals are a run that was late; more is overdue.
        #expect(
            Self.gaps(["logs": Self.expectation()], Self.successes(stride(from: Int64(-2), to: 100, by: 2))).isEmpty
        )
    }

    @Test func theLongestTimeOfEachTaskIsFoundTheLongestFirst() throws {
        let late = Self.successes(-1...1) + Self.successes(6...7) + Self.successes(10...99)
        let worse = Self.successes(-5 ... -5, "backups") + Self.successes(20...99, "backups")
        let runs = (late + worse).sorted { $0.record.startedAt < $1.record.startedAt }
        let gaps = Self.gaps(["logs": Self.expectation(), "backups": Self.expectation()], runs)
        #expect(gaps.map(\.task) == ["backups", "logs"])
        let logs = try #require(gaps.last)
        #expect((logs.from, logs.to) == (Self.at(1), Self.at(6)))
        #expect(logs.seconds == Double(5 * Self.hour))
        #expect(logs.overdueSeconds == Double(4 * Self.hour))
        #expect(!logs.isOpen && !logs.isAtLeast && logs.alert == nil)
        // It began before the period, and reached into it; six hours are twice interval and limit together.
        #expect(gaps.first?.from == Self.at(-5))
        #expect(gaps.first?.alert == "CleanupTaskNotSucceeding")
    }

    @Test func whatHasNotSucceededSinceGoesOnToTheEnd() throws {
        let gap = try #require(Self.gaps(["logs": Self.expectation()], Self.successes(-1...90)).first)
        #expect((gap.from, gap.to) == (Self.at(90), Self.at(100)))
        #expect(gap.isOpen)
    }

    @Test func onlyRealSuccessesCount() throws {
        let others = [
            HistoryRuns.run(endedAt: Self.at(20), .failed), HistoryRuns.run(endedAt: Self.at(30), .partial),
            HistoryRuns.run(endedAt: Self.at(40), dryRun: true),
            HistoryRuns.run(endedAt: Self.at(50), cycle: "quota:logs"), HistoryRuns.run(endedAt: Self.at(60), .refused),
            HistoryRuns.run("backups", endedAt: Self.at(70)),
        ]
        let gap = try #require(Self.gaps(["logs": Self.expectation()], Self.successes(-1...10) + others).first)
        #expect((gap.from, gap.to) == (Self.at(10), Self.at(100)))
    }

    @Test func timeCountsFromWhenTheTaskWasSetAsItIs() throws {
        let expectation = Self.expectation(since: Self.at(95))
        let gap = try #require(Self.gaps(["logs": expectation], Self.successes(-50 ... -50)).first)
        #expect((gap.from, gap.to) == (Self.at(95), Self.at(100)))
        #expect(!gap.isAtLeast)
        // After the period: nothing was expected in it.
        #expect(Self.gaps(["logs": Self.expectation(since: Self.at(101))], []).isEmpty)
    }

    @Test func whatTheHistoryDoesNotReachIsAtLeast() throws {
        let unknown = try #require(Self.gaps(["logs": Self.expectation(since: nil)], []).first)
        #expect((unknown.from, unknown.to) == (Self.at(-100), Self.at(100)))
        #expect(unknown.isAtLeast && unknown.isOpen)
        // A success that is remembered beside the history says when it began.
        let known = Self.expectation(since: nil, lastSuccess: Self.at(-300))
        let gap = try #require(Self.gaps(["logs": known], []).first)
        #expect(gap.from == Self.at(-300))
        #expect(!gap.isAtLeast)
        // One of after the period says nothing of it.
        let later = Self.expectation(since: nil, lastSuccess: Self.at(300))
        #expect(Self.gaps(["logs": later], []).first?.from == Self.at(-100))
    }

    @Test func aHistoryThatBeginsAfterThePeriodSaysNothing() {
        #expect(Self.gaps(["logs": Self.expectation(since: nil)], knownFrom: Self.at(100), []).isEmpty)
    }

    @Test func tasksThatNobodyWaitsForAreNamedWithTheReason() throws {
        let bench = try EngineBench([])
        var off = try bench.task("off")
        (off.isEnabled, off.disabledReason) = (false, "enabled: false")
        let tasks = [off, try bench.task("dry", isDryRun: true), try bench.task("never"), try bench.task("hourly")]
        var program = try bench.program(tasks)
        program.cycles = [
            CycleDefinition(
                name: "c",
                schedule: try Schedule(everyMilliseconds: 3_600_000),
                tasks: ["off", "dry", "hourly"]
            )
        ]
        var figures = TaskFigures()
        (figures.firstScheduled, figures.lastSuccess) = (Self.at(-3), Self.at(-2))
        let (known, unwatched) = program.expectations(["hourly": figures], at: EngineBench.now)
        // Tasks that switches exempt may act all the same: the service's switches may be others.
        #expect(known.keys.sorted() == ["dry", "hourly", "off"])
        #expect(known.filter { $0.value.isExempt }.keys.sorted() == ["dry", "off"])
        #expect(known["hourly"]?.intervalSeconds == 3_600)
        #expect(known["hourly"]?.timeoutSeconds == 86_400)
        #expect(known["hourly"]?.since == Self.at(-3))
        #expect(known["hourly"]?.lastSuccess == Self.at(-2))
        #expect(unwatched.map { $0.task } == ["off", "dry", "never"])
        #expect(unwatched.map { $0.reason } == ["enabled: false", "dry run", "no firing lies ahead"])
    }
}
