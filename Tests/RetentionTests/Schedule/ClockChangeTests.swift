import Retention
import Support
import Testing

/// What a schedule does where the wall clock of its zone leaps.
@Suite(.tags(.f15))
struct ClockChangeTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let cron: String
        let zone: String
        let from: String
        let fires: [String]

        init(_ cron: String, _ zone: String, from: String, _ fires: String...) {
            self.cron = cron
            self.zone = zone
            self.from = from
            self.fires = fires
        }

        var testDescription: String { "\(cron) in \(zone) after \(from)" }
    }

    private static let spring = "2026-03-28T12:00:00+01:00"
    private static let autumn = "2026-10-24T12:00:00+02:00"

    /// 02:00 becomes 03:00 on 29 March, 03:00 becomes 02:00 on 25 October.
    static let hours = [
        Example("30 2 * * *", "Europe/Berlin", from: spring, "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"),
        Example(
            "0,30 2 * * *",
            "Europe/Berlin",
            from: spring,
            "2026-03-29T03:00:00+02:00",
            "2026-03-30T02:00:00+02:00",
            "2026-03-30T02:30:00+02:00"
        ),
        Example("0 2,3 * * *", "Europe/Berlin", from: spring, "2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"),
        Example("0 3 * * *", "Europe/Berlin", from: spring, "2026-03-29T03:00:00+02:00", "2026-03-30T03:00:00+02:00"),
        Example("30 2 29 3 *", "Europe/Berlin", from: spring, "2026-03-29T03:00:00+02:00", "2027-03-29T02:30:00+02:00"),
        Example("30 2 * * *", "Europe/Berlin", from: autumn, "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"),
        Example("0 2 * * *", "Europe/Berlin", from: autumn, "2026-10-25T02:00:00+02:00", "2026-10-26T02:00:00+01:00"),
        Example("0 3 * * *", "Europe/Berlin", from: autumn, "2026-10-25T03:00:00+01:00", "2026-10-26T03:00:00+01:00"),
    ]

    /// The same changes: `*` at the head of the minute or the hour follows the clock as it is.
    static let wildcards = [
        Example(
            "0 * * * *",
            "Europe/Berlin",
            from: "2026-03-29T00:30:00+01:00",
            "2026-03-29T01:00:00+01:00",
            "2026-03-29T03:00:00+02:00"
        ),
        Example(
            "@hourly",
            "Europe/Berlin",
            from: "2026-10-25T01:30:00+02:00",
            "2026-10-25T02:00:00+02:00",
            "2026-10-25T02:00:00+01:00",
            "2026-10-25T03:00:00+01:00"
        ),
        Example(
            "*/30 2 * * *",
            "Europe/Berlin",
            from: spring,
            "2026-03-30T02:00:00+02:00",
            "2026-03-30T02:30:00+02:00"
        ),
        Example(
            "*/30 2 * * *",
            "Europe/Berlin",
            from: autumn,
            "2026-10-25T02:00:00+02:00",
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:00:00+01:00",
            "2026-10-25T02:30:00+01:00",
            "2026-10-26T02:00:00+01:00"
        ),
        Example(
            "0 */2 * * *",
            "Europe/Berlin",
            from: "2026-03-29T00:30:00+01:00",
            "2026-03-29T04:00:00+02:00",
            "2026-03-29T06:00:00+02:00"
        ),
    ]

    static let oddZones = [
        // Half an hour: 02:00 becomes 02:30 in October, 01:30 in April.
        Example(
            "15 2 * * *",
            "Australia/Lord_Howe",
            from: "2026-10-03T12:00:00+10:30",
            "2026-10-04T02:30:00+11:00",
            "2026-10-05T02:15:00+11:00"
        ),
        Example(
            "45 1 * * *",
            "Australia/Lord_Howe",
            from: "2026-04-04T12:00:00+11:00",
            "2026-04-05T01:45:00+11:00",
            "2026-04-06T01:45:00+10:30"
        ),
        Example(
            "*/15 * * * *",
            "Australia/Lord_Howe",
            from: "2026-04-05T01:30:00+11:00",
            "2026-04-05T01:45:00+11:00",
            "2026-04-05T01:30:00+10:30",
            "2026-04-05T01:45:00+10:30",
            "2026-04-05T02:00:00+10:30"
        ),
        // Two hours: 01:00 becomes 03:00.
        Example(
            "0,30 1,2 * * *",
            "Antarctica/Troll",
            from: "2026-03-28T12:00:00Z",
            "2026-03-29T03:00:00+02:00",
            "2026-03-30T01:00:00+02:00"
        ),
        // Midnight becomes 01:00, and midnight becomes 23:00 of the day before.
        Example(
            "0 0 * * *",
            "America/Sao_Paulo",
            from: "2018-11-03T12:00:00-03:00",
            "2018-11-04T01:00:00-02:00",
            "2018-11-05T00:00:00-02:00"
        ),
        Example(
            "30 23 * * *",
            "America/Sao_Paulo",
            from: "2019-02-16T12:00:00-02:00",
            "2019-02-16T23:30:00-02:00",
            "2019-02-17T23:30:00-03:00"
        ),
        Example(
            "0 0 * * *",
            "America/Sao_Paulo",
            from: "2019-02-16T12:00:00-02:00",
            "2019-02-17T00:00:00-03:00",
            "2019-02-18T00:00:00-03:00"
        ),
        Example(
            "30 0 29 3 ?",
            "Asia/Beirut",
            from: "2026-03-28T12:00:00+02:00",
            "2026-03-29T01:00:00+03:00",
            "2027-03-29T00:30:00+03:00"
        ),
        Example(
            "0 0 * * sun",
            "Asia/Beirut",
            from: "2026-10-24T12:00:00+03:00",
            "2026-10-25T00:00:00+02:00",
            "2026-11-01T00:00:00+02:00"
        ),
    ]

    /// Three hours and more.
    static let corrections = [
        // 30 December 2011 did not happen.
        Example(
            "0 2 * * *",
            "Pacific/Apia",
            from: "2011-12-29T00:00:00-10:00",
            "2011-12-29T02:00:00-10:00",
            "2011-12-31T02:00:00+14:00"
        ),
        Example(
            "0 * * * *",
            "Pacific/Apia",
            from: "2011-12-29T22:30:00-10:00",
            "2011-12-29T23:00:00-10:00",
            "2011-12-31T00:00:00+14:00"
        ),
        Example("0 0 30 12 *", "Pacific/Apia", from: "2011-06-01T00:00:00-11:00", "2012-12-30T00:00:00+14:00"),
        // 02:00 became 23:00 of the day before.
        Example(
            "0 1 * * *",
            "Antarctica/Casey",
            from: "2010-03-04T12:00:00+11:00",
            "2010-03-05T01:00:00+11:00",
            "2010-03-05T01:00:00+08:00",
            "2010-03-06T01:00:00+08:00"
        ),
    ]

    @Test(arguments: hours + wildcards + oddZones + corrections)
    func firesAtItsKnownTimes(_ example: Example) throws {
        let fires = try Schedule.fires(
            example.cron,
            zone: example.zone,
            from: example.from,
            count: example.fires.count
        )
        #expect(fires == example.fires)
    }

    @Test func firesAtTheFirstInstantAfterAGapOfSeconds() throws {
        // Midnight of 7 January 1972 became 00:44:30, when Liberia left its offset of -00:44:30.
        let schedule = try Schedule(cron: "15 0 * * *", zone: "Africa/Monrovia")
        let fires = try schedule.fires(after: Timestamp.parse("1972-01-06T12:00:00Z"), count: 2)
        #expect(fires.map { Timestamp.format($0) } == ["1972-01-07T00:44:30Z", "1972-01-08T00:15:00Z"])
    }
}
