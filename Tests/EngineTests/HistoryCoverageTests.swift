import Engine
import Retention
import Testing

/// A report says what the history cannot know.
@Suite struct HistoryCoverageTests {
    private static let now = Instant(seconds: 1_800_000_000)

    private static func ago(days: Int64) -> Instant { now.adding(nanoseconds: -days * 86_400_000_000_000) }

    private static func period(days: Int64) -> Period { Period(from: ago(days: days), to: now) }

    private static func coverage(firstDaysAgo days: Int64?, kept: String = "90d") throws -> (HistoryCoverage, Age) {
        let age = try Age(parsing: kept)
        return (HistoryCoverage(firstEnd: days.map { ago(days: $0) }, keepRuns: age, now: now), age)
    }

    @Test func aHistoryThatReachesFurtherIsWhole() throws {
        let (coverage, age) = try Self.coverage(firstDaysAgo: 89)
        #expect(coverage.covers(Self.period(days: 30)))
        #expect(coverage.gap(in: Self.period(days: 30), keepRuns: age) == nil)
        #expect(coverage.covers(Self.period(days: 89)))
    }

    /// Nothing of the last 90 days can have been forgotten; what is older may have been, although some of it is left.
    @Test func theBorderIsWhatTheHistoryKeeps() throws {
        let (coverage, age) = try Self.coverage(firstDaysAgo: 120)
        #expect(coverage.covers(Self.period(days: 90)))
        #expect(coverage.start == Self.ago(days: 90))
        let gap = try #require(coverage.gap(in: Self.period(days: 91), keepRuns: age))
        let start = Timestamp.format(Self.ago(days: 90))
        #expect(
            gap
                == "Runs are kept for 90d (state.keep_runs): what ended before \(start) may have been forgotten, and then is "
                + "not in this report."
        )
    }

    @Test func aHistoryThatBeginsLaterSaysSo() throws {
        let (coverage, age) = try Self.coverage(firstDaysAgo: 10)
        #expect(coverage.covers(Self.period(days: 10)))
        let gap = try #require(coverage.gap(in: Self.period(days: 30), keepRuns: age))
        #expect(gap.hasPrefix("The history begins at \(Timestamp.format(Self.ago(days: 10))): "))
    }

    @Test func anEmptyHistoryCoversNothing() throws {
        let (coverage, age) = try Self.coverage(firstDaysAgo: nil)
        #expect(!coverage.covers(Self.period(days: 1)))
        #expect(coverage.start == nil)
        #expect(coverage.gap(in: Self.period(days: 1), keepRuns: age)?.contains("holds no run") == true)
    }
}
