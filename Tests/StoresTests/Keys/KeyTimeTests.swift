import Retention
import Testing

@testable import Stores

@Suite struct KeyTimeTests {
    @Test(
        arguments: [
            ("1700000000", 1_700_000_000_000_000_000), ("1700000000.25", 1_700_000_000_250_000_000),
            ("1700000000123", 1_700_000_000_123_000_000), ("1700000000123.5", 1_700_000_000_123_500_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000_000_000_000),
            ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500_000_000),
            ("100000000", 100_000_000_000_000_000), ("99999999999", .max), ("100000000000", 100_000_000_000_000_000),
        ] as [(String, Int64)]
    )
    func timesAreReadByTheirForm(text: String, nanoseconds: Int64) {
        #expect(KeyTime.parse(Array(text.utf8)) == Instant(nanoseconds: nanoseconds))
    }

    /// A zero means "never" more often than 1970: what is not surely a time must not be old.
    @Test(arguments: [
        "", "0", "1", "-1", "99999999", "100000000000000", "-1700000000", "+1700000000", "1.7e9", "1700000000.",
        ".5", "1700000000 ", "2023-11-14", "2023-11-14T22:13:20", "yesterday", "null", "1700000000,5",
        "١٧٠٠٠٠٠٠٠٠", "9999999999999999999999", "2023-02-30T00:00:00Z",
        "17000000000000000000000000000000000000000000000000000000000000000000000",
    ])
    func whatIsNoTimeIsNotRead(text: String) {
        #expect(KeyTime.parse(Array(text.utf8)) == nil)
    }

    @Test func bytesThatAreNoTextAreNoTime() {
        #expect(KeyTime.parse([0xFF, 0x31]) == nil)
    }

    @Test func versionsSurviveBeingWritten() {
        for version in [KeyVersion(type: "hash", time: [0, 0xFF, 0]), KeyVersion(type: "string")] {
            #expect(KeyVersion(version.bytes[...]) == version)
        }
        #expect(KeyVersion([]) == KeyVersion(type: ""))
    }
}
