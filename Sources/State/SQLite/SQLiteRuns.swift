import GRDB
package import Retention

/// Beginnings and ends of runs.
extension SQLiteStateStore {
    package func begin(_ run: RunRecord) throws {
        try write { database in
            guard try RunRow.find(run.id, in: database) == nil else {
                throw StateError.hasBegun(run)
            }
            try database.execute(
                sql: """
                    INSERT INTO run (id, task, cycle, trigger, requested_by, dry_run, started_at, host, pid, epoch,
                        policy_digest, cutoff, request)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.id.description, run.task, run.cycle, run.trigger, run.requestedBy, run.dryRun,
                    run.startedAt.nanoseconds, run.host, run.pid, run.epoch, run.policyDigest, run.cutoff.nanoseconds,
                    run.request?.description,
                ]
            )
        }
    }

    package func finish(_ id: RunID, _ end: RunEnd) throws {
        try write(.power) { database in
            let row = try RunRow.require(id, in: database)
            guard row.run.end == nil else { throw StateError.hasEnded(row.run.record) }
            try database.execute(
                sql: """
                    UPDATE run SET ended_at = :endedAt, outcome = :outcome, failure = :failure, duration = :duration,
                        message = :message, examined = :examined, remove = :remove, compress = :compress, keep = :keep,
                        planned_bytes = :plannedBytes, deleted = :deleted, compressed = :compressed,
                        updated = :updated, gone = :gone, changed = :changed, in_use = :inUse, failed = :failed,
                        freed_bytes = :freedBytes
                    WHERE number = :number
                    """,
                arguments: Self.arguments(of: end, number: row.number)
            )
        }
        tidy()
    }

    private static func arguments(of end: RunEnd, number: Int64) -> StatementArguments {
        let counts = end.counts
        return [
            "number": number,
            "endedAt": end.endedAt.nanoseconds,
            "outcome": end.outcome.rawValue,
            "failure": end.failure?.rawValue,
            "duration": end.durationSeconds.isFinite ? end.durationSeconds : 0,
            "message": end.message,
            "examined": counts.examined,
            "remove": counts.remove,
            "compress": counts.compress,
            "keep": counts.keep,
            "plannedBytes": counts.plannedBytes,
            "deleted": counts.deleted,
            "compressed": counts.compressed,
            "updated": counts.updated,
            "gone": counts.gone,
            "changed": counts.changed,
            "inUse": counts.inUse,
            "failed": counts.failed,
            "freedBytes": counts.freedBytes,
        ]
    }

    package func run(_ id: RunID) throws -> StoredRun? {
        try read { try RunRow.find(id, in: $0)?.run }
    }

    package func runs(task: String?, before: RunID?, limit: Int) throws -> [StoredRun] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM run
                    WHERE \(task == nil ? "" : "task = :task AND") id < :before
                    ORDER BY id DESC LIMIT :limit
                    """,
                // Above every identity, for the first page.
                arguments: StatementArguments(
                    (task.map { ["task": $0] } ?? [:]) as [String: any DatabaseValueConvertible]
                ) + ["before": before?.description ?? "g", "limit": max(0, limit)]
            )
            return try rows.map { try RunRow($0).run }
        }
    }

    package func runs(ofRequest request: RunID) throws -> [StoredRun] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM run WHERE request = ? ORDER BY id",
                arguments: [request.description]
            ).map { try RunRow($0).run }
        }
    }

    package func endedRuns(in period: Period, after last: StoredRun?, limit: Int) throws -> [StoredRun] {
        let lastEnd = last?.end?.endedAt ?? .distantPast
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM run
                    WHERE ended_at >= :start AND ended_at < :end AND (ended_at, id) > (:lastEnd, :lastID)
                    ORDER BY ended_at, id LIMIT :limit
                    """,
                arguments: [
                    "start": max(period.start, lastEnd).nanoseconds, "end": period.end.nanoseconds,
                    "lastEnd": lastEnd.nanoseconds, "lastID": last?.record.id.description ?? "",
                    "limit": max(0, limit),
                ]
            ).map { try RunRow($0).run }
        }
    }

    package func unfinishedRuns() throws -> [RunRecord] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT * FROM run WHERE ended_at IS NULL ORDER BY id")
            return try rows.map { try RunRow($0).run.record }
        }
    }
}
