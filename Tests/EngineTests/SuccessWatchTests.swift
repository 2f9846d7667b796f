import Engine
import Retention
import State
import Testing

/// Which tasks a report watches, and what ends a time without a success, as the history tells it.
@Suite struct SuccessWatchTests {
    private static let hour: Int64 = 3_600
    private static let period = Period(from: at(0), to: at(100))

    /// - Parameter hours: after the beginning of the period.
    private static func at(_ hours: Int64) -> Instant { Instant(seconds: 1_800_000_000 + hours * hour) }

    /// Of each hour, with a limit of two.
    private static func gaps(
        lastSuccess: Instant? = nil,
        since: Instant? = Self.at(-1_000),
        isExempt: Bool = false,
        _ runs: [StoredRun]
    ) -> SuccessGaps {
        let expectation = SuccessGaps.Expectation(
            intervalSeconds: Double(hour),
            timeoutSeconds: Double(2 * hour),
            since: since,
            lastSuccess: lastSuccess,
            isExempt: isExempt
        )
        var gaps = SuccessGaps(["logs": expectation], in: period, knownFrom: at(-100))
        for run in runs { gaps.add(run) }
        return gaps
    }

    private static func successes(_ hours: some Sequence<Int64>) -> [StoredRun] {
        hours.map { HistoryRuns.run(endedAt: at($0)) }
    }

    // MARK: Switches

    @Test func aTaskThatActedIsWatchedWhateverTheSwitchesHereSay() throws {
        let gaps = Self.gaps(isExempt: true, Self.successes(-1...10))
        #expect(gaps.watched == ["logs"])
        let gap = try #require(gaps.overdue().first)
        #expect((gap.from, gap.to) == (Self.at(10), Self.at(100)))
    }

    @Test func aTaskThatOnlyDryRanIsNotWatched() {
        let others = [
            HistoryRuns.run(endedAt: Self.at(5), dryRun: true), HistoryRuns.run(endedAt: Self.at(6), .skipped),
            HistoryRuns.run(endedAt: Self.at(7), .cancelled, trigger: "plan"),
            HistoryRuns.run("backups", endedAt: Self.at(8)),
        ]
        // What it did before the period says nothing of the period.
        let gaps = Self.gaps(isExempt: true, Self.successes([-9]) + others)
        #expect(gaps.watched.isEmpty && gaps.away.isEmpty)
        #expect(gaps.overdue().isEmpty)
        #expect(Self.gaps([]).watched == ["logs"])
    }

    // MARK: Another policy

    @Test func aLaterSuccessByAnotherPolicyHidesNothing() throws {
        // The stamp is of the run of hour 10, a moment after its end; what came then was `--older-than`.
        let stamp = Self.at(10).adding(nanoseconds: 1)
        let gap = try #require(Self.gaps(lastSuccess: stamp, Self.successes(-1...99)).overdue().first)
        #expect((gap.from, gap.to) == (Self.at(10), Self.at(100)))
        #expect(gap.isOpen)
        #expect(gap.alert == "CleanupTaskNotSucceeding")
        // A stamp of later than the period hides none of its runs.
        #expect(Self.gaps(lastSuccess: Self.at(200), Self.successes(-1...99)).overdue().isEmpty)
    }

    @Test func theRunOfTheStampItselfCounts() {
        // Stamps are kept in whole seconds, and may so be a little earlier than the end of their run.
        let end = Self.at(98).adding(nanoseconds: 999_999_999)
        let runs = Self.successes(-1...97) + [HistoryRuns.run(endedAt: end)]
        #expect(Self.gaps(lastSuccess: Self.at(98), runs).overdue().isEmpty)
    }

    // MARK: Optional connections

    @Test func aTaskWhoseConnectionIsNotThereIsNotWatched() {
        let away = stride(from: Int64(11), to: 100, by: 1).map {
            HistoryRuns.run(endedAt: Self.at($0), .unavailable)
        }
        let gaps = Self.gaps(Self.successes(-1...10) + away)
        #expect(gaps.away == ["logs"] && gaps.watched.isEmpty)
        #expect(gaps.overdue().isEmpty)
        // One that was skipped has not looked.
        let skipped = [HistoryRuns.run(endedAt: Self.at(99), .skipped)]
        #expect(Self.gaps(Self.successes(-1...10) + away + skipped).away == ["logs"])
    }

    @Test func aTimeWithoutAConnectionEndsAStretch() throws {
        let away = [HistoryRuns.run(endedAt: Self.at(20), .unavailable)]
        let gaps = Self.gaps(Self.successes(-1...10) + away + Self.successes(50...99))
        #expect(gaps.watched == ["logs"] && gaps.away.isEmpty)
        let gap = try #require(gaps.overdue().first)
        #expect((gap.from, gap.to) == (Self.at(20), Self.at(50)))
    }

    // MARK: Alerts

    @Test func aTaskThatNeverSucceededHasAnAlertOfItsOwn() throws {
        let failed = [HistoryRuns.run(endedAt: Self.at(20), .failed)]
        let never = try #require(Self.gaps(since: Self.at(1), failed).overdue().first)
        #expect(never.alert == "CleanupTaskNeverSucceeded")
        // Before it was set as it is now it has succeeded.
        let once = try #require(Self.gaps(since: Self.at(1), Self.successes([0]) + failed).overdue().first)
        #expect(once.from == Self.at(1))
        #expect(once.alert == "CleanupTaskNotSucceeding")
        let remembered = Self.gaps(lastSuccess: Self.at(-300), since: nil, failed).overdue().first
        #expect(remembered?.alert == "CleanupTaskNotSucceeding")
        // A run that had nothing to connect to is no success.
        let away = [HistoryRuns.run(endedAt: Self.at(10), .unavailable)]
        #expect(Self.gaps(since: Self.at(1), away + failed).overdue().first?.alert == "CleanupTaskNeverSucceeded")
    }
}
