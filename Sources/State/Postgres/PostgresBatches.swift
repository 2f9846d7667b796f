import Clients

/// Batches of runs that remove by predicate.
extension PostgresStateStore {
    package func record(_ batches: [BatchRecord], of run: RunID) throws {
        guard !batches.isEmpty else { return }
        // Two calls that lock rows in the same order cannot wait for each other.
        let sorted = batches.sorted { $0.sequence < $1.sequence }
        // Durable: the rows may go from another server, and survive a crash of this one.
        try write { connection, _ in
            let number = try requireRun(run, connection).row.number
            for batch in sorted {
                try connection.execute(
                    """
                    INSERT INTO \(tables.batch) (run, sequence, row_limit, started_at, rows, seconds)
                    VALUES ($1, $2, $3, $4, $5::bigint, $6)
                    ON CONFLICT (run, sequence) DO UPDATE SET rows = excluded.rows, seconds = excluded.seconds
                    """,
                    [
                        .int(number), .integer(batch.sequence), .integer(batch.limit), .instant(batch.startedAt),
                        batch.rows.map { .integer($0) } ?? .null, .double(batch.seconds.isFinite ? batch.seconds : 0),
                    ]
                )
            }
        }
    }

    package func batches(of run: RunID, from sequence: Int, limit: Int) throws -> [BatchRecord] {
        try read { connection in
            let number = try requireRun(run, connection).row.number
            return try connection.query(
                """
                SELECT sequence, row_limit, started_at, rows, seconds FROM \(tables.batch)
                WHERE run = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3
                """,
                [.int(number), .integer(sequence), .integer(max(0, limit))]
            ).map { try BatchRecord($0) }
        }
    }

    package func batchCounts(of runs: [RunID]) throws -> [RunID: Int] {
        guard !runs.isEmpty else { return [:] }
        return try read { connection in
            let rows = try connection.query(
                """
                SELECT run.id AS id, count(batch.run) AS batches FROM \(tables.run) AS run
                LEFT JOIN \(tables.batch) AS batch ON batch.run = run.number AND batch.rows > 0
                WHERE run.id = ANY($1) AND NOT run.items_pruned GROUP BY run.number
                """,
                [.texts(runs.map(\.description))]
            )
            return try BatchRecord.counts(rows)
        }
    }
}
