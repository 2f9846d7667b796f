import Support
import Testing

@testable import Clients

@Suite("PostgreSQL: values")
struct PostgresValueTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    /// What `SELECT` gives for a parameter: the first two times as text, then prepared and in binary form.
    private func echoes(_ sql: String, _ value: PostgresValue, _ read: (PostgresRow) throws -> String) throws -> Set<
        String
    > {
        try PostgresBench.connect(postgres.url()) { connection in
            Set(try (0..<3).map { _ in try read(connection.query("SELECT \(sql) AS v", [value])[0]) })
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 9_007_199_254_740_993, .max])
    func integers(_ value: Int64) throws {
        #expect(
            try echoes("$1", .int(value)) { "\(try $0.int("v") ?? 0) \(try $0.text(0) ?? "")" } == ["\(value) \(value)"]
        )
        #expect(try echoes("$1::text", .int(value)) { "\(try $0.int("v") ?? 0)" } == ["\(value)"])
    }

    @Test func narrowIntegers() throws {
        for (type, value) in [("int2", -32_768), ("int4", 2_147_483_647), ("oid", 4_294_967_295)] as [(String, Int64)] {
            #expect(
                try echoes("$1::\(type)", .int(value)) { "\(try $0.int("v") ?? 0) \(try $0.text(0) ?? "")" } == [
                    "\(value) \(value)"
                ]
            )
        }
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00+00"), (1_795_246_260_123_456, "2026-11-21 07:31:00.123456+00"),
        (-1, "1969-12-31 23:59:59.999999+00"), (-86_400_000_000, "1969-12-31 00:00:00+00"),
        (951_782_400_500_000, "2000-02-29 00:00:00.5+00"), (-210_866_803_200_000_000, "4714-11-24 00:00:00+00 BC"),
        (-62_167_219_200_000_001, "0002-12-31 23:59:59.999999+00 BC"), (Int64.max, "infinity"), (.min, "-infinity"),
        (9_223_372_036_854_775_000, "294247-01-10 04:00:54.775+00"),
    ])
    func timestamps(_ value: Int64, _ text: String) throws {
        let read = { (row: PostgresRow) in "\(try row.timestamp("v") ?? 0) \(try row.text("v") ?? "")" }
        #expect(try echoes("$1", .timestamp(value), read) == ["\(value) \(text)"])
        #expect(
            try echoes("($1::timestamptz)::timestamp", .timestamp(value), read) == [
                "\(value) \(text.replacing("+00", with: ""))"
            ]
        )
        #expect(try echoes("$1::timestamptz", .inferred(text), read) == ["\(value) \(text)"])
    }

    @Test func randomTimestampsReadTheSameInBothForms() throws {
        let seed: UInt64 = 0x70_67
        var random = SeededGenerator(seed: seed)
        let sql = "SELECT $1, $1::text, $1::date, $1::date::text, $1::timestamp, $1::timestamp::text"
        try PostgresBench.connect(postgres.url()) { connection throws in
            for _ in 0..<3000 {
                let value = Int64.random(in: -210_866_803_200_000_000...9_223_372_036_854_775_806, using: &random)
                let day = (value >= 0 ? value : value - 86_399_999_999) / 86_400_000_000 * 86_400_000_000
                let row = try connection.query(sql, [.timestamp(value)])[0]
                #expect(
                    try (0...5).map { try row.timestamp($0) } == [value, value, day, day, value, value],
                    "seed \(seed)"
                )
                #expect(try row.text(0) == row.text(1), "seed \(seed)")
                #expect(try row.text(2) == row.text(3), "seed \(seed)")
                #expect(try row.text(4) == row.text(5), "seed \(seed)")
            }
        }
    }

    @Test func timesBeyondSixtyFourBitsAreHeldBeforeInfinity() throws {
        let read = { (row: PostgresRow) in "\(try row.timestamp("v") ?? 0)" }
        let held = ["\(Int64.max - 1)"] as Set
        #expect(try echoes("$1::timestamptz", .inferred("294276-12-31 23:59:59.999999+00"), read) == held)
        #expect(try echoes("$1::date", .inferred("5874897-12-31"), read) == held)
        #expect(try echoes("$1::date", .inferred("infinity"), read) == ["\(Int64.max)"])
    }

    @Test func timesThatTheServerCannotKeepAreRefused() throws {
        let error = PostgresBench.error { _ = try echoes("$1", .timestamp(.min + 1)) { "\($0)" } }
        #expect(error?.sqlState == "22008")
    }

    @Test func textsWithAZoneOfTheirOwnAreRead() throws {
        for (text, value) in [
            ("1970-01-01 05:30:00+05:30", 0), ("1969-12-31 19:03:58-04:56:02", 0), ("1970-01-02", 86_400_000_000),
            ("1970-01-01 00:00:01", 1_000_000),
        ] as [(String, Int64)] {
            #expect(try echoes("$1", .text(text)) { "\(try $0.timestamp(0) ?? 1)" } == ["\(value)"])
        }
        for text in ["", "1970", "1970-13-01", "1970-01-01T00:00:00", "1970-01-01 00:00", "1970-01-01 00:00:00x"] {
            let error = PostgresBench.error { _ = try echoes("$1", .text(text)) { "\(try $0.timestamp(0) ?? 1)" } }
            #expect(error?.message == "A result of PostgreSQL: column \"v\" does not hold a time")
        }
    }

    @Test(arguments: ["", "a", "it's \"quoted\" \\ {,}", "Zoë 🐘 \u{301}", String(repeating: "x", count: 100_000)])
    func texts(_ text: String) throws {
        #expect(try echoes("$1", .text(text)) { try $0.text("v") ?? "" } == [text])
        #expect(try echoes("$1::varchar", .inferred(text)) { try $0["v"] ?? "" } == [text])
        #expect(
            try echoes("($1::text[])[2] || '|' || array_length($1, 1)", .texts(["NULL", text, ""])) {
                try $0.text(0) ?? ""
            } == ["\(text)|3"]
        )
    }

    @Test func bytes() throws {
        let all = (0...255).map { UInt8($0) }
        let hex = "\\x" + all.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(
            try echoes("$1", .bytes(all)) { "\(try $0.bytes("v") == all) \(try $0.text("v") ?? "")" } == ["true \(hex)"]
        )
        #expect(try echoes("$1", .bytes([])) { "\(try $0.bytes("v") == []) \(try $0.text("v") ?? "")" } == ["true \\x"])
    }

    @Test func arraysOfIntegers() throws {
        let values: [Int64] = [.min, -1, 0, .max]
        #expect(
            try echoes("$1", .integers(values)) { try $0.text("v") ?? "" } == [
                "{\(values.map { "\($0)" }.joined(separator: ","))}"
            ]
        )
        #expect(try echoes("cardinality($1)", .integers([])) { "\(try $0.int("v") ?? -1)" } == ["0"])
        #expect(
            try echoes("-1 = ANY($1)", .integers(values)) { "\(try $0.bool("v") ?? false) \(try $0.text("v") ?? "")" }
                == ["true t"]
        )
    }

    @Test func numbersAndBooleans() throws {
        for value in [0, -1.5, 0.1, 1e300, .infinity, .leastNonzeroMagnitude] as [Double] {
            #expect(try echoes("$1", .double(value)) { "\(try $0.double("v") == value)" } == ["true"])
        }
        #expect(try echoes("$1", .double(.nan)) { "\(try $0.double("v")?.isNaN ?? false)" } == ["true"])
        #expect(try echoes("1.25::numeric + $1", .int(1)) { "\(try $0.double("v") ?? 0)" } == ["2.25"])
        #expect(try echoes("$1", .bool(false)) { "\(try $0.bool("v") ?? true)" } == ["false"])
    }

    @Test func nullIsNothingForEveryReader() throws {
        for type in ["int8", "text", "timestamptz", "bytea", "bool", "float8", "tid"] {
            let isNull = try echoes("$1::\(type)", .null) { row in
                let isNothing = try row.text("v") == nil && row.int("v") == nil && row.bool(0) == nil
                let isNothingToo = try row.timestamp(0) == nil && row.bytes(0) == nil && row.double(0) == nil
                return "\(try row.isNull("v") && isNothing && isNothingToo)"
            }
            #expect(isNull == ["true"])
        }
    }

    @Test func tuplePlacesReadAsTheServerWritesThem() throws {
        #expect(
            try echoes("$1::tid", .inferred("(4294967295,65535)")) { try $0.text("v") ?? "" } == ["(4294967295,65535)"]
        )
    }

    @Test func keysOfAnyTypeAreInferred() throws {
        let id = "0190c5f2-7b3e-7c3a-8a4e-0123456789ab"
        #expect(try echoes("'\(id)'::uuid = $1", .inferred(id)) { "\(try $0.bool("v") ?? false)" } == ["true"])
    }

    @Test func textsWithAZeroAreRefusedAndNotCut() throws {
        for value in [PostgresValue.text("a\0b"), .inferred("a\0b"), .texts(["a\0b"])] {
            let error = PostgresBench.error { _ = try echoes("$1::text", value) { try $0.text("v") ?? "" } }
            #expect(error?.message.contains("parameter 1 holds the character U+0000") == true)
        }
        let error = PostgresBench.error { _ = try echoes("1 --\0", .null) { try $0.text("v") ?? "" } }
        #expect(error?.message.contains("the statement holds the character U+0000") == true)
    }

    @Test func wrongReadersAndColumnsSayWhatIsThere() throws {
        let no = PostgresBench.error { _ = try echoes("$1", .text("x")) { "\(try $0.int("v") ?? 0)" } }
        #expect(no?.message == "A result of PostgreSQL: column \"v\" does not hold an integer of 64 bits")
        let missing = PostgresBench.error { _ = try echoes("$1", .text("x")) { try $0.text("w") ?? "" } }
        #expect(missing?.message == "A result of PostgreSQL: there is no column \"w\"; it has v")
        let beyond = PostgresBench.error { _ = try echoes("$1", .text("x")) { try $0.text(1) ?? "" } }
        #expect(beyond?.message == "A result of PostgreSQL: there is no column 1; it has 1")
    }

    @Test func hostileNamesAreQuoted() throws {
        let names = ["a", "A b", "a\"b", "\"", "a\"; DROP TABLE x; --", "ünïcode", "", "select"]
        try PostgresBench.connect(postgres.url()) { connection throws in
            for name in names where !name.isEmpty {
                let quoted = PostgresConnection.quote(identifier: name)
                #expect(try connection.query("SELECT 1 AS \(quoted)").columns.names == [name])
            }
        }
        #expect(PostgresConnection.quote(identifier: "") == "\"\"")
        #expect(PostgresConnection.quote(schema: "a.b", name: "c\"d") == "\"a.b\".\"c\"\"d\"")
    }
}
