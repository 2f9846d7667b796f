import Clients
import Retention
import Stores
import Support
import Testing

/// A suite of its own, for a turn of its own: what other tests hold would be counted.
@Suite struct RowsMemoryTests {
    @Test func memoryDoesNotGrowWithTheRows() async throws {
        try await PostgresRowsDatabase.with(PostgresTestServer.shared) { database in
            func growth(_ rows: Int) throws -> Int {
                try database.sql("DROP TABLE IF EXISTS logs")
                try database.makeLogs(rows, old: rows)
                let remover = try database.remover(database.logsTask)
                _ = try remover.removeBatch(limit: 10_000) { false }
                let before = try residentBytes()
                var outcome = RowsOutcome()
                try outcome.drain(remover, batch: 10_000)
                #expect(outcome.deleted == rows - 10_000)
                return try residentBytes() - before
            }
            let small = try growth(100_000)
            let large = try growth(1_000_000)
            #expect(large - small < 8 << 20, "\(small) bytes for 100,000 rows, \(large) for 1,000,000")
        }
    }
}
