import Retention
import Testing

/// Which runs a report is about, as somebody writes it, and how it is cut into days and weeks.
struct PeriodTests {
    private static let now = "2026-11-22T14:07:03Z"

    private static func instant(_ text: String) throws -> Instant { try Timestamp.parse(text) }

    private static func words(_ period: Period) -> String {
        "\(Timestamp.format(period.start)) \(Timestamp.format(period.end))"
    }

    // MARK: Reading

    @Test(
        arguments: [
            ("30d", nil, "2026-10-23T14:07:03Z 2026-11-22T14:07:03Z"),
            ("2026-10-01", "2026-11-01", "2026-10-01T00:00:00Z 2026-11-01T00:00:00Z"),
            // An age counts back from the end of the period.
            ("1mo", "2026-11-01", "2026-10-01T00:00:00Z 2026-11-01T00:00:00Z"),
            ("1mo", "2026-03-31", "2026-02-28T00:00:00Z 2026-03-31T00:00:00Z"),
            ("2024-02-29", "2024-03-01", "2024-02-29T00:00:00Z 2024-03-01T00:00:00Z"),
            ("1y", "2025-02-28", "2024-02-28T00:00:00Z 2025-02-28T00:00:00Z"),
            ("1y", "2024-02-29", "2023-02-28T00:00:00Z 2024-02-29T00:00:00Z"),
            ("7d", "1d", "2026-11-14T14:07:03Z 2026-11-21T14:07:03Z"),
            ("2026-11-22T00:00:00+01:00", "2026-11-22", "2026-11-21T23:00:00Z 2026-11-22T00:00:00Z"),
            ("2026-11-22", "2026-11-22T14:07:03Z", "2026-11-22T00:00:00Z 2026-11-22T14:07:03Z"),
        ] as [(String, String?, String)]
    )
    func daysTimesAndAgesAreRead(_ since: String, _ until: String?, _ expected: String) throws {
        #expect(Self.words(try Period(since: since, until: until, now: try Self.instant(Self.now))) == expected)
    }

    @Test(
        arguments: [
            ("2026-02-29", nil, "since: The time \"2026-02-29T00:00:00Z\" has a date that does not exist."),
            ("yesterday", nil, "since: The duration \"yesterday\" is none."),
            ("", nil, "since: The duration \"\" is empty."),
            ("30", nil, "since: The duration \"30\" has a number without a unit"),
            ("-30d", nil, "since: The time \"-30d\" is not of the form of RFC 3339."),
            ("30d", "2026-11-22T14:07:04Z", "until: 2026-11-22T14:07:04Z has not come yet."),
            ("2026-11-01", "2026-11-01", "since: 2026-11-01T00:00:00Z is not before the end of the period"),
            ("2026-11-02", "2026-11-01", "since: 2026-11-02T00:00:00Z is not before the end of the period"),
            ("0d", nil, "since: 2026-11-22T14:07:03Z is not before the end of the period"),
            ("2024-10-31", "2026-11-01", "since: 2024-10-31T00:00:00Z is more than two years before"),
            ("1678-01-01", nil, "since: 1678-01-01T00:00:00Z is more than two years before"),
            ("30d", "soon", "until: The duration \"soon\" is none."),
        ] as [(String, String?, String)]
    )
    func whatIsNoPeriodIsRefusedWithItsSide(_ since: String, _ until: String?, _ start: String) throws {
        let now = try Self.instant(Self.now)
        let error = #expect(throws: PeriodError.self) { try Period(since: since, until: until, now: now) }
        #expect(error?.message.hasPrefix(start) == true, "\(error?.message ?? "")")
    }

    // MARK: Borders

    @Test func theFirstInstantBelongsToThePeriodAndTheLastDoesNot() throws {
        let period = try Period(since: "2026-10-01", until: "2026-11-01", now: try Self.instant(Self.now))
        #expect(period.contains(period.start))
        #expect(!period.contains(period.end))
        #expect(period.contains(period.end.adding(nanoseconds: -1)))
        #expect(!period.contains(period.start.adding(nanoseconds: -1)))
        #expect(period.previous.contains(period.start.adding(nanoseconds: -1)))
        #expect(!period.previous.contains(period.start))
        #expect(Self.words(period.previous) == "2026-08-31T00:00:00Z 2026-10-01T00:00:00Z")
    }

    @Test(
        arguments: [
            ("2026-11-01", "2026-11-08", 7, .day), ("2026-10-01", "2026-11-01", 31, .day),
            ("2026-10-01", "2026-11-05", 35, .day), ("2026-10-01", "2026-11-06", 6, .week),
            ("2024-02-01", "2024-03-01", 29, .day), ("2026-11-01T00:00:00Z", "2026-11-02T00:00:01Z", 2, .day),
            ("2026-11-01T00:00:00Z", "2026-11-01T00:00:01Z", 1, .day), ("2024-11-01", "2026-11-01", 105, .week),
        ] as [(String, String, Int, Period.Step)]
    )
    func stepsCoverThePeriodWithoutAGap(_ since: String, _ until: String, _ count: Int, _ step: Period.Step) throws {
        let period = try Period(since: since, until: until, now: try Self.instant(Self.now))
        let steps = period.steps
        #expect(steps.count == count)
        #expect(period.step == step)
        #expect(steps.first?.start == period.start)
        #expect(steps.last?.end == period.end)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.end == $1.start })
        for (index, part) in steps.enumerated() {
            #expect(period.stepIndex(of: part.start) == index)
            #expect(period.stepIndex(of: part.end.adding(nanoseconds: -1)) == index)
        }
    }

    @Test func anEmptyOrBoundlessSpanDoesNotTrap() {
        let backwards = Period(from: Instant(seconds: 9), to: Instant(seconds: 1))
        #expect(backwards.length == 0)
        #expect(backwards.steps.isEmpty)
        #expect(!backwards.contains(Instant(seconds: 5)))
        #expect(Period.always.length == .max)
        #expect(Period.always.previous.start == .distantPast)
    }
}
