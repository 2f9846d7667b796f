import Clients
import Support
import Testing

/// A suite of its own, for a turn of its own: what other tests hold would be counted.
@Suite("PostgreSQL: memory of streams")
struct StreamMemoryTests {
    @Test func aMillionRowsTakeNoMoreMemoryThanOne() throws {
        try PostgresBench.connect(PostgresTestServer.shared.url()) { connection in
            let sql =
                "SELECT i, now() + i * interval '1 s' AS t, repeat('x', 200) AS x FROM generate_series(1::int8, $1) AS i"
            var sum: Int64 = 0
            var count = 0
            var before = 0
            var most = 0
            try connection.stream(sql, [.int(1_000_000)]) { row in
                if count == 1000 { before = try residentBytes() }
                if count % 10_000 == 0 { most = max(most, try residentBytes()) }
                count += 1
                sum += try row.int("i") ?? 0
                return true
            }
            #expect(count == 1_000_000)
            #expect(sum == 500_000_500_000)
            // All rows at once would take over 250 MB.
            #expect(most - before < 64 << 20, "it grew by \(most - before) bytes")
        }
    }
}
