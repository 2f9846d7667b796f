import Foundation
import Retention
import Stores
import Support
import Testing

/// Now is 2026-01-01T00:00:00Z, and what is older than 7 days goes: what lies before 2025-12-25T00:00:00Z.
@Suite("Rows in SQLite: times")
struct SQLiteTimesTests {
    private static let due = [
        "2025-12-24T23:59:59Z", "2025-12-24 23:59:59", "2025-12-24T23:59:59.999999Z", "2025-12-24T23:59:59.999+00:00",
        "2025-12-25T00:59:59+01:00", "2025-12-25 13:59:59+14:00", "2025-12-24T11:59:59-1200", "2025-12-24",
        "2025-12-24T23:59", "2025-12-24T23:59:59 Z", "1970-01-01T00:00:00Z", "0001-01-01 00:00:00",
        "2024-02-29T12:00:00z",
        "2025-12-24t23:59:59,5+00",
    ]
    private static let young = [
        "2025-12-25T00:00:00Z", "2025-12-25 00:00:00", "2025-12-24T23:59:59.9999999Z", "2025-12-24T23:59:59-00:01",
        "2025-12-24T10:00:00-14:00", "2025-12-25", "2026-06-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "2025-12-24T23:59:60Z",
    ]
    private static let noTimes = [
        "", "never", "n/a", "0000-00-00 00:00:00", "2025-02-29", "2025-13-01", "2025-1-1", " 2025-01-01",
        "20250101T000000Z",
        "2025-01-01T25:00:00Z", "2025-01-01T00:00:00+25:00", "2025-01-01T00:00:00Zx", "-2025-01-01", "infinity",
        "2025-01-01T", "1700000000", "01/02/2025",
    ]

    private func insert(_ texts: [String]) -> String {
        texts.map { "INSERT INTO jobs (t) VALUES ('\($0)');" }.joined(separator: "\n")
    }

    @Test(arguments: ["TEXT", "DATETIME", "TIMESTAMP", "VARCHAR(40)", ""], [true, false])
    func textsOfAllFormsAreComparedByTheirInstant(type: String, isIndexed: Bool) throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, t \(type)); \(isIndexed ? "CREATE INDEX i ON jobs (t);" : "")
            \(insert(Self.due + Self.young + Self.noTimes)) INSERT INTO jobs (t) VALUES (NULL), (x'3230'), (12345), (1e300);
            """
        )
        let outcome = try world.run(.jobs(), batch: 3)
        let left = Set(try world.ask("SELECT coalesce(t, 'NULL') FROM jobs;").split(separator: "\n").map(String.init))
        #expect(left.isDisjoint(with: Self.due), "\(left.intersection(Self.due))")
        #expect(left.isSuperset(of: Self.young), "\(Set(Self.young).subtracting(left))")
        #expect(try world.ask("SELECT count(*) FROM jobs;") == "\(Self.young.count + Self.noTimes.count + 4)")
        #expect(outcome.deleted == Self.due.count)
        #expect(outcome.plan.tally.remove == Self.due.count)
        // What is no time is counted, and said.
        #expect(outcome.failures == [.integrity: Self.noTimes.count + 3])
        #expect(outcome.plan.warnings.contains { $0.contains("\(Self.noTimes.count + 3) rows") })
    }

    @Test(arguments: ["INTEGER", "BIGINT", "REAL", "NUMERIC", "TEXT", "", "DATETIME"], [1, 1000])
    func epochsAreComparedAsNumbersWhateverTheColumnMakesOfThem(type: String, unit: Int64) throws {
        let cutoff: Int64 = 1_766_620_800
        let numbers = [
            0, 999_999_999 * unit, (cutoff - 1) * unit, cutoff * unit, (cutoff + 1) * unit, Int64.max, Int64.min,
        ]
        let values = numbers.flatMap { ["(\($0))", "('\($0)')"] }.joined(separator: ", ")
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (t \(type)); CREATE INDEX i ON jobs (t);
            INSERT INTO jobs VALUES \(values), (NULL), ('never'), ('Inf'), (1e999), (-1e999), ('2020-01-01');
            """
        )
        let outcome = try world.run(.jobs { $0.timeFormat = unit == 1 ? .epoch : .epochMilliseconds })
        #expect(outcome.deleted == 8)
        #expect(outcome.isExhausted)
        #expect(try world.ask("SELECT count(*) FROM jobs;") == "12")
    }

    @Test func fractionsOfSecondsCount() throws {
        let world = try SQLiteRowsWorld(
            "CREATE TABLE jobs (t REAL); INSERT INTO jobs VALUES (1766620799.5), (1766620800.0), (1766620800.5);"
        )
        let outcome = try world.run(world.store(.jobs { $0.timeFormat = .epoch }))
        #expect(outcome.deleted == 1)
    }

    /// Times without a zone are of the zone that is configured: 2025-12-25T00:00Z is 09:00 in Tokyo, 19:00 in New York.
    @Test(arguments: [
        ("Asia/Tokyo", "2025-12-25 08:59:59", "2025-12-25 09:00:00"),
        ("America/New_York", "2025-12-24 18:59:59", "2025-12-24 19:00:00"),
        ("Pacific/Kiritimati", "2025-12-25 13:59:59", "2025-12-25 14:00:00"),
        ("UTC", "2025-12-24 23:59:59", "2025-12-25 00:00:00"),
    ])
    func naiveTimesAreOfTheConfiguredZone(zone: String, due: String, young: String) throws {
        let world = try SQLiteRowsWorld(
            "CREATE TABLE jobs (t TEXT); INSERT INTO jobs VALUES ('\(due)'), ('\(young)'), ('2025-12-25T00:00:00Z');"
        )
        let outcome = try world.run(.jobs { $0.timezone = zone })
        #expect(outcome.deleted == 1)
        #expect(try world.ask("SELECT t FROM jobs ORDER BY t;").contains(young))
    }

    /// On 2025-10-26 the clocks of Berlin showed 02:30 twice; the later one counts, so that nothing seems older.
    @Test func aTimeThatTheClockShowedTwiceIsTheLaterOne() throws {
        let world = try SQLiteRowsWorld("CREATE TABLE jobs (t TEXT); INSERT INTO jobs VALUES ('2025-10-26 02:30:00');")
        let store = world.store(
            .jobs {
                $0.timezone = "Europe/Berlin"
                $0.olderThan = Age(milliseconds: 0, text: "0m")
            }
        )
        let change: Int64 = 1_761_438_600  // 2025-10-26T00:30:00Z, 02:30 for the first time
        #expect(try world.plan(store, now: Instant(seconds: change + 60)).tally.remove == 0)
        #expect(try world.plan(store, now: Instant(seconds: change + 3600)).tally.remove == 0)
        #expect(try world.plan(store, now: Instant(seconds: change + 3601)).tally.remove == 1)
    }

    @Test func numbersWithoutAUnitAreRefusedAndTheRemedyIsSaid() throws {
        let world = try SQLiteRowsWorld("CREATE TABLE jobs (t INTEGER); INSERT INTO jobs VALUES (1), (1700000000000);")
        let error = #expect(throws: StoreError.self) { try world.plan(world.store(.jobs())) }
        #expect(error?.message.contains("time_format: epoch or epoch_ms") == true)
        #expect(error?.code == .denied)
    }

    @Test func boundCutoffsHaveTheFormOfTheColumn() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (t, u); INSERT INTO jobs VALUES (1, 1766620799), (1, 1766620801), (1, NULL);
            CREATE TABLE texts (t TEXT, u TEXT);
            INSERT INTO texts VALUES ('2020-01-01', '2025-12-24 23:59:59'), ('2020-01-01', '2025-12-25 00:00:00'),
                ('2020-01-01', '2025-12-25T00:00:00Z');
            """
        )
        let epoch = RowsSpecification.jobs {
            $0.timeFormat = .epoch
            $0.condition = "u < :cutoff -- of the other column"
        }
        #expect(try world.run(epoch).deleted == 1)
        let texts = RowsSpecification.of("texts") {
            $0.time = ["t"]
            $0.condition = "u < :ttl"
            $0.params = ["ttl": .days(7)]
        }
        #expect(try world.run(texts).deleted == 1)
    }

    /// In whatever form the column has its times, and on whatever wall clock.
    @Test func conditionsCompareInstantsWithTextsAsTimes() throws {
        let rows = [
            "2025-12-24T23:59:59Z", "2025-12-24 23:59:59.999", "2025-12-25T08:59:59+09:00", "2025-12-25T00:00:00.001Z",
            "2025-12-25 00:00:00", "2025-12-24T16:00:00-08:00", "2025-12-25", "never",
        ]
        for (zone, due) in [("UTC", 3), ("Asia/Tokyo", 5)] {
            let world = try SQLiteRowsWorld(
                "CREATE TABLE jobs (u DATETIME); \(rows.map { "INSERT INTO jobs VALUES ('\($0)');" }.joined())"
            )
            let specification = RowsSpecification.of("jobs") {
                ($0.condition, $0.params, $0.timezone) = ("u < :ttl AND u IS NOT NULL", ["ttl": .days(7)], zone)
            }
            #expect(try world.run(specification).deleted == due, "\(zone)")
        }
    }

    @Test(arguments: ["INTEGER", "TEXT"])
    func instantsOfFiltersHaveTheFormOfTheColumn(type: String) throws {
        let values = type == "TEXT" ? "('2025-12-24T23:59:59Z'), ('2025-12-25 00:00:01')" : "(1766620799), (1766620801)"
        let world = try SQLiteRowsWorld("CREATE TABLE jobs (t \(type)); INSERT INTO jobs VALUES \(values);")
        let specification = RowsSpecification.of("jobs") {
            $0.time = ["t"]
            if type == "INTEGER" { $0.timeFormat = .epoch }
            $0.filters = [.init(name: "before", sql: "t < :value", value: .timestamp(1_766_620_800_000_000))]
        }
        #expect(try world.run(specification).deleted == 1)
    }

    @Test func randomTimesAreReadAsTheReferenceReadsThem() throws {
        let seed: UInt64 = 77
        var random = SeededGenerator(seed: seed)
        var inserts = ""
        var expected = 0
        let cutoff: Int64 = 1_766_620_800
        for _ in 0..<3000 {
            let seconds = cutoff + Int64.random(in: -200_000...200_000, using: &random)
            let offset = Int64(Int.random(in: -56...56, using: &random)) * 900
            var local = Timestamp.format(Instant(seconds: seconds + offset))
            local.removeLast()
            let sign = offset < 0 ? "-" : "+"
            let zone = String(format: "%@%02d:%02d", sign, Int(abs(offset) / 3600), Int(abs(offset) / 60 % 60))
            if random.oneIn(2) { local = local.replacing("T", with: " ") }
            inserts += "INSERT INTO jobs VALUES ('\(local)\(zone)');\n"
            if seconds < cutoff { expected += 1 }
        }
        let world = try SQLiteRowsWorld(
            "CREATE TABLE jobs (t TEXT); CREATE INDEX i ON jobs (t); BEGIN; \(inserts) COMMIT;"
        )
        let outcome = try world.run(.jobs(), batch: 170)
        #expect(outcome.deleted == expected, "seed \(seed)")
        #expect(outcome.isExhausted)
    }
}
