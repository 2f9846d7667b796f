import Foundation
import Retention
import Testing

@Suite struct AgeTests {
    @Test(
        arguments: [
            ("500ms", 0, 500), ("30s", 0, 30_000), ("5m", 0, 300_000), ("12h", 0, 43_200_000), ("7d", 0, 604_800_000),
            ("2w", 0, 1_209_600_000), ("3mo", 3, 0), ("1y", 12, 0), ("2y5mo7d3h", 29, 615_600_000),
            ("1d12h", 0, 129_600_000), ("12h1d", 0, 129_600_000), ("1m1mo1ms", 1, 60_001), ("0d", 0, 0),
            ("007d", 0, 604_800_000),
        ] as [(String, Int, Int64)]
    )
    func readsUnits(_ text: String, _ months: Int, _ milliseconds: Int64) throws {
        #expect(try Age(parsing: text) == Age(months: months, milliseconds: milliseconds, text: text))
    }

    @Test(arguments: [
        ("", "The duration \"\" is empty. Write a number and a unit, such as 7d."),
        ("d", "The duration \"d\" is none. Write whole numbers, each with its unit, such as 7d or 1d12h."),
        ("-7d", "The duration \"-7d\" is none. Write whole numbers, each with its unit, such as 7d or 1d12h."),
        (" 7d", "The duration \" 7d\" is none. Write whole numbers, each with its unit, such as 7d or 1d12h."),
        (
            "1.5h",
            "The duration \"1.5h\" has a number without a unit (ms s m h d w mo y). Write, say, 7d or 1d12h."
        ),
        ("7", "The duration \"7\" has a number without a unit (ms s m h d w mo y). Write, say, 7d or 1d12h."),
        ("7 d", "The duration \"7 d\" has a number without a unit (ms s m h d w mo y). Write, say, 7d or 1d12h."),
        ("7D", "The duration \"7D\" has a number without a unit (ms s m h d w mo y). Write, say, 7d or 1d12h."),
        ("7days", "The duration \"7days\" has the unit days, which there is not. Units are ms s m h d w mo y."),
        ("1d1d", "The duration \"1d1d\" has the unit d twice. Add the two up."),
        ("99999999999999999999d", "The duration \"99999999999999999999d\" is too long. Write at most 200y."),
        ("200000000000d", "The duration \"200000000000d\" is too long. Write at most 200y."),
        ("999999999y", "The duration \"999999999y\" is too long. Write at most 200y."),
        ("300w300000w", "The duration \"300w300000w\" has the unit w twice. Add the two up."),
    ])
    func refusesWithWhatToWrite(_ text: String, _ message: String) {
        #expect(performing: { try Age(parsing: text) }, throws: { ($0 as? AgeError)?.message == message })
    }

    @Test(arguments: [
        // The last day of a shorter month.
        ("2026-03-31T12:00:00Z", "1mo", "UTC", "2026-02-28T12:00:00Z"),
        ("2024-02-29T12:00:00Z", "1y", "UTC", "2023-02-28T12:00:00Z"),
        ("2026-01-15T00:00:00Z", "13mo", "UTC", "2024-12-15T00:00:00Z"),
        ("2026-01-15T00:00:00Z", "2y5mo7d3h", "UTC", "2023-08-07T21:00:00Z"),
        // The same time of day on the wall, an hour further from UTC.
        ("2026-04-15T10:00:00Z", "2mo", "Europe/Berlin", "2026-02-15T11:00:00Z"),
        // 02:30 of 29 March is skipped in Berlin: the reading before the change, or after it, whichever is earlier.
        ("2026-04-29T00:30:00Z", "1mo", "Europe/Berlin", "2026-03-29T00:30:00Z"),
        // 02:30 of 26 October comes twice: the earlier.
        ("2025-11-26T01:30:00Z", "1mo", "Europe/Berlin", "2025-10-26T00:30:00Z"),
        // Days are 24 hours, also across a change.
        ("2026-03-29T12:00:00Z", "1d", "Europe/Berlin", "2026-03-28T12:00:00Z"),
    ])
    func countsBackOnTheWallClock(_ from: String, _ age: String, _ zone: String, _ expected: String) throws {
        let zone = try #require(TimeZone(identifier: zone))
        let result = try Age(parsing: age).before(try instant(from), zone: zone)
        #expect(result == (try instant(expected)))
    }

    @Test func keepsFractionsAndSaturates() throws {
        let zone = TimeZone.gmt
        let odd = Instant(nanoseconds: -1)
        #expect(
            try Age(parsing: "1mo").before(odd, zone: zone).nanoseconds == -30 * 86_400_000_000_000 - 1
                - 86_400_000_000_000
        )
        #expect(try Age(parsing: "200y").before(.distantPast, zone: zone) == .distantPast)
        #expect(try Age(parsing: "100000d").before(.distantPast, zone: zone) == .distantPast)
        #expect(try Age(parsing: "9999y").before(Instant(nanoseconds: 0), zone: zone) == .distantPast)
        #expect(Age(milliseconds: .max, text: "").before(Instant(nanoseconds: 0), zone: zone) == .distantPast)
    }

    private func instant(_ text: String) throws -> Instant {
        let date = try Date(text, strategy: .iso8601)
        return Instant(seconds: Int64(date.timeIntervalSince1970))
    }
}

@Suite struct ByteSizeTests {
    @Test(
        arguments: [
            ("0", 0), ("1024", 1024), ("1024B", 1024), ("512KiB", 524_288), ("1GiB", 1_073_741_824),
            ("10MB", 10_000_000),
            ("10 MB", 10_000_000), ("3kB", 3000), ("3KB", 3000), ("2TiB", 2_199_023_255_552),
            ("1PB", 1_000_000_000_000_000),
            ("7EiB", 8_070_450_532_247_928_832), ("9223372036854775807", .max),
        ] as [(String, Int64)]
    )
    func readsUnits(_ text: String, _ bytes: Int64) throws {
        #expect(try ByteSize.parse(text) == bytes)
    }

    @Test(arguments: [
        ("", "The size \"\" is none. Write a whole number and a unit, such as 512KiB or 10MB."),
        ("-1", "The size \"-1\" is none. Write a whole number and a unit, such as 512KiB or 10MB."),
        ("8EiB", "The size \"8EiB\" is too large. Write less than 8EiB."),
        ("9223372036854775808", "The size \"9223372036854775808\" is too large. Write less than 8EiB."),
        (
            "10M",
            "The size \"10M\" has the unit \"M\", which there is not. Units are B, KiB MiB GiB TiB PiB EiB (powers of "
                + "1024) and KB MB GB TB PB EB (powers of 1000)."
        ),
        (
            "1.5GiB",
            "The size \"1.5GiB\" has the unit \".5GiB\", which there is not. Units are B, KiB MiB GiB TiB PiB EiB "
                + "(powers of 1024) and KB MB GB TB PB EB (powers of 1000)."
        ),
    ])
    func refusesWithWhatToWrite(_ text: String, _ message: String) {
        #expect(performing: { try ByteSize.parse(text) }, throws: { ($0 as? ByteSizeError)?.message == message })
    }

    @Test(
        arguments: [
            (0, "0 bytes"), (1, "1 byte"), (1500, "1500 bytes"), (2000, "2KB"), (1024, "1KiB"), (10_000_000, "10MB"),
            (1_073_741_824, "1GiB"), (1_073_741_825, "1073741825 bytes"), (3 << 40, "3TiB"), (1_024_000, "1000KiB"),
        ] as [(Int64, String)]
    )
    func writesExactAmounts(_ bytes: Int64, _ text: String) {
        #expect(ByteSize.format(bytes) == text)
    }
}
