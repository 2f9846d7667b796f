import Retention
import Support
import Testing

/// RFC 3339 in both directions.
struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_767_323_045, "2026-01-02T03:04:05Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func formatsAndParsesKnownSeconds(_ seconds: Int64, _ text: String) throws {
        #expect(Timestamp.format(Instant(seconds: seconds)) == text)
        #expect(try Timestamp.parse(text) == Instant(seconds: seconds))
    }

    @Test func formatsTheSecondInWhichAnInstantLies() {
        #expect(Timestamp.format(Instant(nanoseconds: 999_999_999)) == "1970-01-01T00:00:00Z")
        #expect(Timestamp.format(Instant(nanoseconds: -1)) == "1969-12-31T23:59:59Z")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"), (500_000_000, "1970-01-01T00:00:00.5Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
            (.min, "1677-09-21T00:12:43.145224192Z"),
        ] as [(Int64, String)]
    )
    func formatsAndParsesFractions(_ nanoseconds: Int64, _ text: String) throws {
        #expect(Timestamp.format(Instant(nanoseconds: nanoseconds), fractional: true) == text)
        #expect(try Timestamp.parse(text) == Instant(nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        ("UTC", "2026-07-01T12:00:00Z"), ("Europe/London", "2026-07-01T13:00:00+01:00"),
        ("Asia/Kathmandu", "2026-07-01T17:45:00+05:45"), ("America/St_Johns", "2026-07-01T09:30:00-02:30"),
        ("Africa/Abidjan", "2026-07-01T12:00:00+00:00"), ("No/Such", "2026-07-01T12:00:00Z"),
    ])
    func formatsTheWallClockOfAZone(_ zone: String, _ text: String) throws {
        let instant = try Timestamp.parse("2026-07-01T12:00:00Z")
        #expect(Timestamp.format(instant, zone: zone) == text)
        #expect(try Timestamp.parse(text) == instant)
    }

    @Test func cutsAnOffsetWithSecondsAndStaysExact() throws {
        let instant = try Timestamp.parse("1971-06-01T12:00:00Z")
        #expect(Timestamp.format(instant, zone: "Africa/Monrovia") == "1971-06-01T11:16:00-00:44")
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05+05:30", "2026-01-01T21:34:05Z"), ("2026-01-02T03:04:05-23:59", "2026-01-03T03:03:05Z"),
        ("2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"), ("2026-01-02 03:04:05-00:00", "2026-01-02T03:04:05Z"),
        ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"), ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z"),
        ("2026-01-02T03:04:05.000000000Z", "2026-01-02T03:04:05Z"),
    ])
    func parsesWhatTheStandardAllows(_ text: String, _ same: String) throws {
        #expect(try Timestamp.parse(text) == Timestamp.parse(same))
    }

    private static let form =
        "is not of the form of RFC 3339. Write 2026-01-02T03:04:05Z, or 2026-01-02T03:04:05+01:00."
    private static let like = "Write a time such as 2026-01-02T03:04:05Z."

    static let refusals: [(text: String, code: TimestampError.Code, problem: String)] = [
        ("", .malformed, form), ("now", .malformed, form), ("2026-01-02", .malformed, form),
        ("2026-01-02T03:04:05", .malformed, form), ("2026-01-02T03:04Z", .malformed, form),
        ("2026-1-02T03:04:05Z", .malformed, form), ("2026-01-02T03:04:05.Z", .malformed, form),
        ("2026-01-02T03:04:05+0100", .malformed, form), ("2026-01-02T03:04:05Z ", .malformed, form),
        (" 2026-01-02T03:04:05Z", .malformed, form), ("+2026-01-02T03:04:05Z", .malformed, form),
        ("２０２６-01-02T03:04:05Z", .malformed, form),
        ("2026-02-29T00:00:00Z", .noSuchTime, "has a date that does not exist. \(like)"),
        ("2026-13-01T00:00:00Z", .noSuchTime, "has a date that does not exist. \(like)"),
        ("2026-00-01T00:00:00Z", .noSuchTime, "has a date that does not exist. \(like)"),
        ("2026-01-00T00:00:00Z", .noSuchTime, "has a date that does not exist. \(like)"),
        ("2026-01-02T24:00:00Z", .noSuchTime, "has a time of day that does not exist. \(like)"),
        ("2026-01-02T00:60:00Z", .noSuchTime, "has a time of day that does not exist. \(like)"),
        ("2026-01-02T03:04:60Z", .noSuchTime, "has a second 60, which only 23:59 UTC can have. \(like)"),
        ("2026-01-02T03:04:05+24:00", .noSuchTime, "has an offset that does not exist. \(like)"),
        ("2026-01-02T03:04:05.1234567890Z", .tooFine, "has more than nine digits of a second. Write at most nine."),
        (
            "1677-09-21T00:12:43.145224191Z", .outOfRange,
            "is out of range. Write a time between the years 1678 and 2261."
        ),
        (
            "2262-04-11T23:47:16.854775808Z", .outOfRange,
            "is out of range. Write a time between the years 1678 and 2261."
        ),
        ("0000-01-01T00:00:00Z", .outOfRange, "is out of range. Write a time between the years 1678 and 2261."),
        ("9999-12-31T23:59:59Z", .outOfRange, "is out of range. Write a time between the years 1678 and 2261."),
    ]

    @Test(arguments: refusals.map(\.text))
    func refusesInWords(_ text: String) throws {
        let refusal = try #require(Self.refusals.first { $0.text == text })
        let error = try #require(throws: TimestampError.self) { try Timestamp.parse(text) }
        #expect(error.code == refusal.code)
        #expect(error.description == "The time \"\(text)\" \(refusal.problem)")
    }

    @Test func comesBackExactlyForRandomInstants() throws {
        let seed: UInt64 = 3339
        let zones = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia"]
        var random = SeededGenerator(seed: seed)
        for index in 0..<100_000 {
            let instant = Instant(nanoseconds: .random(in: .min ... .max, using: &random))
            let text =
                index % 10 == 0
                ? Timestamp.format(instant, zone: random.pick(zones), fractional: true)
                : Timestamp.format(instant, fractional: true)
            let back = try Timestamp.parse(text)
            guard back == instant else {
                Issue.record("\(instant.nanoseconds) became \(text) and \(back.nanoseconds); seed \(seed)")
                return
            }
        }
    }
}
