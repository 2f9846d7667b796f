import Retention
import Testing

/// What is refused, and in which words.
struct ScheduleRefusalTests {
    typealias Refusal = (cron: String, code: ScheduleError.Code, problem: String)

    private static let minute = "Allowed are *, 0-59, ranges (0-30), lists (0,30) and steps (*/15)."
    private static let hour = "Allowed are *, 0-23, ranges (8-18), lists (6,18) and steps (*/6)."
    private static let day =
        "Allowed are *, 1-31, L for the last day, ranges (1-7), lists (1,15), steps (*/2) and ?."
    private static let month = "Allowed are *, 1-12 or jan-dec, ranges (apr-sep), lists (1,7) and steps (*/3)."
    private static let weekday =
        "Allowed are *, 0-7 (0 and 7 are Sunday) or sun-sat, ranges (mon-fri), "
        + "lists (mon,thu), steps (*/2) and ?."

    static let fields: [Refusal] = [
        ("60 * * * *", .value, #"minute field "60": "60" is no value of it. \#(minute)"#),
        ("-1 * * * *", .value, #"minute field "-1": "" in "-1" is no value of it. \#(minute)"#),
        ("1-2-3 * * * *", .value, #"minute field "1-2-3": "2-3" in "1-2-3" is no value of it. \#(minute)"#),
        ("1, * * * *", .value, #"minute field "1,": "" is no value of it. \#(minute)"#),
        ("*5 * * * *", .value, #"minute field "*5": "*5" is no value of it. \#(minute)"#),
        ("? * * * *", .value, #"minute field "?": ? stands only for a day. \#(minute)"#),
        ("١ * * * *", .value, #"minute field "١": "١" is no value of it. \#(minute)"#),
        (
            "99999999999999999999 * * * *", .value,
            #"minute field "99999999999999999999": "99999999999999999999" is no value of it. \#(minute)"#
        ),
        ("*/0 * * * *", .step, #"minute field "*/0": the step of "*/0" must be at least 1. \#(minute)"#),
        ("*/x * * * *", .step, #"minute field "*/x": the step of "*/x" is not a number. \#(minute)"#),
        ("*/5/5 * * * *", .step, #"minute field "*/5/5": the step of "*/5/5" is not a number. \#(minute)"#),
        (
            "*/90 * * * *", .step,
            #"minute field "*/90": the step of "*/90" is longer than the field, which ends at 59. \#(minute)"#
        ),
        ("0 24 * * *", .value, #"hour field "24": "24" is no value of it. \#(hour)"#),
        ("0 8-24 * * *", .value, #"hour field "8-24": "24" in "8-24" is no value of it. \#(hour)"#),
        (
            "0 22-6 * * *", .range,
            #"hour field "22-6": "22-6" runs backwards; write two ranges with a comma between them. \#(hour)"#
        ),
        ("0 0 0 * *", .value, #"day-of-month field "0": "0" is no value of it. \#(day)"#),
        ("0 0 32 * *", .value, #"day-of-month field "32": "32" is no value of it. \#(day)"#),
        ("0 0 L-3 * *", .value, #"day-of-month field "L-3": "L" in "L-3" is no value of it. \#(day)"#),
        ("0 0 15W * *", .value, #"day-of-month field "15W": "15W" is no value of it. \#(day)"#),
        ("0 0 1 13 *", .value, #"month field "13": "13" is no value of it. \#(month)"#),
        ("0 0 1 january *", .value, #"month field "january": "january" is no value of it. \#(month)"#),
        ("0 0 1 ? *", .value, #"month field "?": ? stands only for a day. \#(month)"#),
        ("0 0 * * 8", .value, #"weekday field "8": "8" is no value of it. \#(weekday)"#),
        ("0 0 * * L", .value, #"weekday field "L": "L" is no value of it. \#(weekday)"#),
        ("0 0 * * 1#2", .value, #"weekday field "1#2": "1#2" is no value of it. \#(weekday)"#),
        (
            "0 0 * * sat-sun", .range,
            #"weekday field "sat-sun": "sat-sun" runs backwards; write two ranges with a comma between them. \#(weekday)"#
        ),
        (
            "0 0 * * 7/2", .step,
            #"weekday field "7/2": "7/2" starts behind the last day of the week; write 0 for Sunday. \#(weekday)"#
        ),
    ]

    static let wholes: [Refusal] = [
        (
            "0 0 30 2 *", .impossibleDate,
            #"names a date that does not exist: no month of "2" has a day of "30". Write L for the last day of a month."#
        ),
        (
            "0 0 31 2,4,jun,9,11 mon", .impossibleDate,
            #"names a date that does not exist: no month of "2,4,jun,9,11" has a day of "31". "#
                + "Write L for the last day of a month."
        ),
        (
            "0 0 0 2 * *", .fieldCount,
            "has 6 fields and must have five (minute, hour, day-of-month, month, weekday). "
                + "Seconds and years are not supported; for less than a minute write every: 30s in place of schedule."
        ),
        (
            "0 2 * *", .fieldCount,
            "has 4 fields and must have five (minute, hour, day-of-month, month, weekday). "
                + #"Write "0 2 * * *" for every day at 02:00."#
        ),
        (
            "@reboot", .macro,
            "has no time. To run when the service starts, write at_start: true beside the schedule."
        ),
        (
            "@every 1h", .macro,
            "is no cron expression. For an interval write every: 1h in place of schedule."
        ),
        (
            "@fortnightly", .macro,
            "is not known. Write five fields, or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, "
                + "@annually alone."
        ),
        (
            "@daily 2", .macro,
            "is not known. Write five fields, or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, "
                + "@annually alone."
        ),
    ]

    @Test(arguments: fields.map(\.cron))
    func refusesAFieldInWords(_ cron: String) throws {
        let refusal = try #require(Self.fields.first { $0.cron == cron })
        let error = try #require(throws: ScheduleError.self) { try Schedule(cron: cron, zone: "UTC") }
        #expect(error.code == refusal.code)
        #expect(error.message == "The cron expression \"\(cron)\" is wrong in its \(refusal.problem)")
    }

    @Test(arguments: wholes.map(\.cron))
    func refusesAnExpressionInWords(_ cron: String) throws {
        let refusal = try #require(Self.wholes.first { $0.cron == cron })
        let error = try #require(throws: ScheduleError.self) { try Schedule(cron: cron, zone: "UTC") }
        #expect(error.code == refusal.code)
        #expect(error.description == "The cron expression \"\(cron)\" \(refusal.problem)")
    }

    @Test(arguments: ["", "  \t\n"])
    func refusesAnEmptyExpression(_ cron: String) throws {
        let error = try #require(throws: ScheduleError.self) { try Schedule(cron: cron, zone: "UTC") }
        #expect(error.code == .empty)
        #expect(error.message == #"The cron expression is empty. Write five fields, such as "0 2 * * *"."#)
    }

    @Test(arguments: ["", "Europe/Bonn", "../etc/passwd", "local"])
    func refusesAnUnknownZone(_ zone: String) throws {
        let error = try #require(throws: ScheduleError.self) { try Schedule(cron: "0 2 * * *", zone: zone) }
        #expect(error.code == .unknownZone)
        #expect(
            error.message == "The time zone \"\(zone)\" is not known. Write an IANA name such as Europe/Berlin, or UTC."
        )
    }

    @Test(
        arguments: [
            (0, "0ms"), (999, "999ms"), (-86_400_000, "-1d"), (3_153_600_000_001, "3153600000001ms"),
            (.min, "-9223372036854775808ms"), (.max, "9223372036854775807ms"),
        ] as [(Int64, String)]
    )
    func refusesAnInterval(_ milliseconds: Int64, _ shown: String) throws {
        let error = try #require(throws: ScheduleError.self) { try Schedule(everyMilliseconds: milliseconds) }
        #expect(error.code == .interval)
        #expect(error.message == "The interval of \(shown) is not possible. Write 1s to 100 years (36500d).")
    }

    @Test func showsAHostileExpressionShortAndEscaped() throws {
        let cron = "\u{1B}[2J" + String(repeating: "x", count: 10_000)
        let error = try #require(throws: ScheduleError.self) { try Schedule(cron: cron, zone: "UTC") }
        #expect(error.message.hasPrefix(#"The cron expression "\x1B[2Jxxx"#))
        #expect(error.message.utf8.count < 400)
    }
}
