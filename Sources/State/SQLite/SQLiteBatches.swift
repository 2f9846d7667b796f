import GRDB
import Retention

/// Batches of runs that remove by predicate.
extension SQLiteStateStore {
    package func record(_ batches: [BatchRecord], of run: RunID) throws {
        guard !batches.isEmpty else { return }
        try write { database in
            let number = try RunRow.require(run, in: database).number
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO batch (run, sequence, row_limit, started_at, rows, seconds) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (run, sequence) DO UPDATE SET rows = excluded.rows, seconds = excluded.seconds
                    """
            )
            for batch in batches {
                try insert.execute(
                    arguments: [
                        number, batch.sequence, batch.limit, batch.startedAt.nanoseconds, batch.rows, batch.seconds,
                    ]
                )
            }
        }
    }

    package func batches(of run: RunID, from sequence: Int, limit: Int) throws -> [BatchRecord] {
        try read { database in
            let number = try RunRow.require(run, in: database).number
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence, row_limit, started_at, rows, seconds FROM batch
                    WHERE run = ? AND sequence >= ? ORDER BY sequence LIMIT ?
                    """,
                arguments: [number, sequence, max(0, limit)]
            )
            return try rows.map { try BatchRecord($0) }
        }
    }

    package func batchCounts(of runs: [RunID]) throws -> [RunID: Int] {
        guard !runs.isEmpty else { return [:] }
        let places = Array(repeating: "?", count: runs.count).joined(separator: ", ")
        return try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT run.id AS id, count(batch.run) AS batches
                    FROM run LEFT JOIN batch ON batch.run = run.number AND batch.rows > 0
                    WHERE run.id IN (\(places)) AND run.items_pruned = 0 GROUP BY run.number
                    """,
                arguments: StatementArguments(runs.map(\.description))
            )
            return try BatchRecord.counts(rows)
        }
    }
}
