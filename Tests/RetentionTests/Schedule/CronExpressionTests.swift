import Retention
import Testing

/// Expressions and their known next times, in UTC, after Thursday 2026-01-01T00:00:00Z.
struct CronExpressionTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let cron: String
        /// Month-day, hour and minute of 2026, or with the year.
        let fires: [String]

        init(_ cron: String, _ fires: String...) {
            self.cron = cron
            self.fires = fires.map { ($0.count == 11 ? "2026-" : "") + $0 + ":00Z" }
        }

        var testDescription: String { cron }
    }

    static let documented = [
        // The examples of crontab(5).
        Example("5 0 * * *", "01-01T00:05", "01-02T00:05", "01-03T00:05"),
        Example("15 14 1 * *", "01-01T14:15", "02-01T14:15", "03-01T14:15"),
        Example("0 22 * * 1-5", "01-01T22:00", "01-02T22:00", "01-05T22:00"),
        Example("23 0-23/2 * * *", "01-01T00:23", "01-01T02:23", "01-01T04:23"),
        Example("5 4 * * sun", "01-04T04:05", "01-11T04:05", "01-18T04:05"),
        Example("0 4 8-14 * *", "01-08T04:00", "01-09T04:00", "01-10T04:00"),
        Example("30 4 1,15 * 5", "01-01T04:30", "01-02T04:30", "01-09T04:30", "01-15T04:30", "01-16T04:30"),
        // Daily at two, at midnight, weekly, every six hours, hourly.
        Example("0 2 * * *", "01-01T02:00", "01-02T02:00"),
        Example("0 0 * * *", "01-02T00:00", "01-03T00:00"),
        Example("0 3 * * 0", "01-04T03:00", "01-11T03:00"),
        Example("0 */6 * * *", "01-01T06:00", "01-01T12:00", "01-01T18:00", "01-02T00:00"),
        Example("0 * * * *", "01-01T01:00", "01-01T02:00"),
    ]

    static let syntax = [
        Example("*/15 * * * *", "01-01T00:15", "01-01T00:30", "01-01T00:45", "01-01T01:00"),
        Example("1-30/10 0 * * *", "01-01T00:01", "01-01T00:11", "01-01T00:21", "01-02T00:01"),
        Example("45/5 0 * * *", "01-01T00:45", "01-01T00:50", "01-01T00:55", "01-02T00:45"),
        Example("5,1,5 0 * * *", "01-01T00:01", "01-01T00:05", "01-02T00:01"),
        Example("*/59 * * * *", "01-01T00:59", "01-01T01:00", "01-01T01:59"),
        Example("007 08 01 01 *", "01-01T08:07", "2027-01-01T08:07"),
        Example("  0\t12  *  *  *\n", "01-01T12:00", "01-02T12:00"),
        Example("0 0 1 JAN,jul *", "07-01T00:00", "2027-01-01T00:00"),
        Example("0 0 1 mar-may *", "03-01T00:00", "04-01T00:00", "05-01T00:00", "2027-03-01T00:00"),
        Example("0 0 1 */5 *", "06-01T00:00", "11-01T00:00", "2027-01-01T00:00"),
        Example("0 0 * * 7", "01-04T00:00", "01-11T00:00"),
        Example("0 0 * * 5-7", "01-02T00:00", "01-03T00:00", "01-04T00:00", "01-09T00:00"),
        Example("0 0 * * Sun-Tue", "01-04T00:00", "01-05T00:00", "01-06T00:00", "01-11T00:00"),
        Example("0 0 * * mon-5", "01-02T00:00", "01-05T00:00"),
        Example("0 0 * * 2/2", "01-03T00:00", "01-06T00:00", "01-08T00:00", "01-10T00:00"),
        Example("0 0 * * */7", "01-04T00:00", "01-11T00:00"),
    ]

    static let days = [
        Example("0 0 L * *", "01-31T00:00", "02-28T00:00", "03-31T00:00", "04-30T00:00"),
        Example("0 0 15,L 2 *", "02-15T00:00", "02-28T00:00", "2027-02-15T00:00", "2027-02-28T00:00"),
        Example("0 0 L 2 ?", "02-28T00:00", "2027-02-28T00:00", "2028-02-29T00:00"),
        Example("0 0 30 * *", "01-30T00:00", "03-30T00:00", "04-30T00:00"),
        Example("0 0 31 2,3 *", "03-31T00:00", "2027-03-31T00:00"),
        Example("0 0 29 2 *", "2028-02-29T00:00", "2032-02-29T00:00"),
        Example("0 0 29 2 */7", "2032-02-29T00:00", "2060-02-29T00:00", "2088-02-29T00:00", "2128-02-29T00:00"),
        // Either day when both are restricted; both when one begins with a star.
        Example("0 0 13 * fri", "01-02T00:00", "01-09T00:00", "01-13T00:00", "01-16T00:00"),
        Example("0 0 */2 * mon", "01-05T00:00", "01-19T00:00", "02-09T00:00"),
        Example("0 0 13 * */5", "02-13T00:00", "03-13T00:00", "09-13T00:00", "11-13T00:00"),
        Example("0 0 1-31 * mon", "01-02T00:00", "01-03T00:00", "01-04T00:00"),
        Example("0 0 ? * mon", "01-05T00:00", "01-12T00:00"),
        Example("0 0 1 * ?", "02-01T00:00", "03-01T00:00"),
        Example("0 0 L * mon", "01-05T00:00", "01-12T00:00", "01-19T00:00", "01-26T00:00", "01-31T00:00"),
    ]

    static let macros = [
        Example("@hourly", "01-01T01:00", "01-01T02:00"),
        Example("@daily", "01-02T00:00", "01-03T00:00"),
        Example("@midnight", "01-02T00:00", "01-03T00:00"),
        Example("@weekly", "01-04T00:00", "01-11T00:00"),
        Example("@monthly", "02-01T00:00", "03-01T00:00"),
        Example("@yearly", "2027-01-01T00:00", "2028-01-01T00:00"),
        Example(" @Annually ", "2027-01-01T00:00", "2028-01-01T00:00"),
    ]

    @Test(arguments: documented + syntax + days + macros)
    func firesAtItsKnownTimes(_ example: Example) throws {
        let fires = try Schedule.fires(example.cron, from: "2026-01-01T00:00:00Z", count: example.fires.count)
        #expect(fires == example.fires)
    }

    @Test func firesStrictlyAfterTheInstant() throws {
        let schedule = try Schedule(cron: "30 2 * * *", zone: "UTC")
        let fire = try Timestamp.parse("2026-01-01T02:30:00Z")
        let nextDay = try Timestamp.parse("2026-01-02T02:30:00Z")
        #expect(schedule.nextFire(after: fire.adding(nanoseconds: -1)) == fire)
        #expect(schedule.nextFire(after: fire) == nextDay)
        #expect(schedule.nextFire(after: fire.adding(nanoseconds: 1)) == nextDay)
    }

    @Test func firesBeforeTheEpoch() throws {
        let fires = try Schedule.fires("59 23 L 2 *", from: "1899-12-31T23:59:59.999999999Z", count: 2)
        #expect(fires == ["1900-02-28T23:59:00Z", "1901-02-28T23:59:00Z"])
    }

    @Test func endsWithTheLastInstant() throws {
        let schedule = try Schedule(cron: "0 0 1 1 *", zone: "UTC")
        let last = try Timestamp.parse("2262-01-01T00:00:00Z")
        #expect(schedule.nextFire(after: last.adding(nanoseconds: -1)) == last)
        #expect(schedule.nextFire(after: last) == nil)
        #expect(schedule.nextFire(after: .distantFuture) == nil)
        #expect(schedule.fires(after: last.adding(nanoseconds: -1), count: 5) == [last])
    }

    @Test func startsWithTheFirstInstant() throws {
        let schedule = try Schedule(cron: "0 0 * * *", zone: "UTC")
        #expect(try schedule.nextFire(after: .distantPast) == Timestamp.parse("1677-09-22T00:00:00Z"))
    }

    @Test func keepsTheTextAsWritten() throws {
        #expect(try Schedule(cron: " 0  2 * * MON ", zone: "UTC").text == " 0  2 * * MON ")
    }

    @Test func differsByTextAndZone() throws {
        let schedule = try Schedule(cron: "0 2 * * *", zone: "UTC")
        #expect(try schedule == Schedule(cron: "0 2 * * *", zone: "UTC"))
        #expect(try schedule != Schedule(cron: "0 3 * * *", zone: "UTC"))
        #expect(try schedule != Schedule(cron: "0 2 * * *", zone: "Europe/Berlin"))
        #expect(try schedule != Schedule(everyMilliseconds: 86_400_000))
    }
}
