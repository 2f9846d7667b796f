import Clients
package import Retention

/// Beginnings and ends of runs.
extension PostgresStateStore {
    package func begin(_ run: RunRecord) throws {
        try write { connection, attempt in
            let inserted = try connection.execute(
                """
                INSERT INTO \(tables.run) (id, task, cycle, trigger, requested_by, dry_run, started_at, host, pid,
                    epoch, policy_digest, cutoff, begin_token, request)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING
                """,
                [
                    .text(run.id.description), .text(run.task), .words(run.cycle), .words(run.trigger),
                    .words(run.requestedBy), .bool(run.dryRun), .instant(run.startedAt), .words(run.host),
                    .int(Int64(run.pid)), run.epoch.map { .int($0) } ?? .null, .text(run.policyDigest),
                    .instant(run.cutoff), .int(attempt.token), .words(run.request?.description),
                ]
            )
            guard inserted == 0 else { return }
            let token = try findRun(run.id, connection)?.beginToken
            guard token == attempt.token else { throw StateError.hasBegun(run) }
        }
    }

    package func finish(_ id: RunID, _ end: RunEnd) throws {
        try write { connection, attempt in
            let found = try requireRun(id, connection, locked: true)
            if found.endToken == attempt.token { return }
            guard found.row.run.end == nil else { throw StateError.hasEnded(found.row.run.record) }
            let columns = RunCounts.columns.map(\.0) + ["planned_bytes", "freed_bytes"]
            let assignments = columns.enumerated().map { "\($1) = $\($0 + 8)" }.joined(separator: ", ")
            let counts = RunCounts.columns.map { PostgresValue.integer(end.counts[keyPath: $0.1]) }
            try connection.execute(
                """
                UPDATE \(tables.run) SET end_token = $2, ended_at = $3, outcome = $4, failure = $5, duration = $6,
                    message = $7, \(assignments)
                WHERE number = $1
                """,
                [
                    .int(found.row.number), .int(attempt.token), .instant(end.endedAt), .text(end.outcome.rawValue),
                    .words(end.failure?.rawValue), .double(end.durationSeconds.isFinite ? end.durationSeconds : 0),
                    .words(end.message),
                ] + counts + [.int(end.counts.plannedBytes), .int(end.counts.freedBytes)]
            )
        }
    }

    package func run(_ id: RunID) throws -> StoredRun? {
        try read { try findRun(id, $0)?.row.run }
    }

    package func runs(task: String?, before: RunID?, limit: Int) throws -> [StoredRun] {
        try read { connection in
            // Above every identity, for the first page.
            var parameters = [PostgresValue.text(before?.description ?? "g"), .integer(max(0, limit))]
            if let task { parameters.append(.text(task)) }
            return try connection.query(
                """
                SELECT * FROM \(tables.run) WHERE \(task == nil ? "" : "task = $3 AND") id < $1
                ORDER BY id DESC LIMIT $2
                """,
                parameters
            ).map { try RunRow($0).run }
        }
    }

    package func runs(ofRequest request: RunID) throws -> [StoredRun] {
        try read { connection in
            try connection.query(
                "SELECT * FROM \(tables.run) WHERE request = $1 ORDER BY id",
                [.text(request.description)]
            ).map { try RunRow($0).run }
        }
    }

    package func endedRuns(in period: Period, after last: StoredRun?, limit: Int) throws -> [StoredRun] {
        let lastEnd = last?.end?.endedAt ?? .distantPast
        return try read { connection in
            try connection.query(
                """
                SELECT * FROM \(tables.run)
                WHERE ended_at >= $1 AND ended_at < $2 AND (ended_at, id) > ($3, $4)
                ORDER BY ended_at, id LIMIT $5
                """,
                [
                    .instant(max(period.start, lastEnd)), .instant(period.end), .instant(lastEnd),
                    .text(last?.record.id.description ?? ""), .integer(max(0, limit)),
                ]
            ).map { try RunRow($0).run }
        }
    }

    package func unfinishedRuns() throws -> [RunRecord] {
        try read { connection in
            try connection.query("SELECT * FROM \(tables.run) WHERE ended_at IS NULL ORDER BY id")
                .map { try RunRow($0).run.record }
        }
    }

    /// A run, and which calls wrote what of it.
    struct FoundRun {
        let row: RunRow
        let beginToken: Int64?
        let sealToken: Int64?
        let endToken: Int64?
    }

    /// - Parameter locked: until the end of the transaction no other transaction changes the run or adds to its plan.
    func findRun(_ id: RunID, _ connection: PostgresConnection, locked: Bool = false) throws -> FoundRun? {
        let lock = locked ? "FOR NO KEY UPDATE" : ""
        let rows = try connection.query("SELECT * FROM \(tables.run) WHERE id = $1 \(lock)", [.text(id.description)])
        return try rows.first.map { row in
            FoundRun(
                row: try RunRow(row),
                beginToken: try row.int("begin_token"),
                sealToken: try row.int("seal_token"),
                endToken: try row.int("end_token")
            )
        }
    }

    /// The run, or `.notFound`.
    func requireRun(_ id: RunID, _ connection: PostgresConnection, locked: Bool = false) throws -> FoundRun {
        guard let found = try findRun(id, connection, locked: locked) else { throw StateError.noRun(id) }
        return found
    }
}
