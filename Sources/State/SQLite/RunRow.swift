import GRDB
import Retention

/// A row of the table of runs. No column is trusted: a damaged file must give an error, not a trap.
struct RunRow {
    /// Key of the row, short for the sake of the blocks that refer to it.
    var number: Int64
    var run: StoredRun

    init(_ row: Row) throws {
        number = try row.decode(forColumn: "number")
        run = StoredRun(
            record: try Self.record(row),
            counts: try Self.counts(row),
            seal: try Self.seal(row),
            end: try Self.end(row),
            itemsPruned: try row.decode(forColumn: "items_pruned")
        )
    }

    static func find(_ id: RunID, in database: Database) throws -> RunRow? {
        let statement = try database.cachedStatement(sql: "SELECT * FROM run WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.description]).map { try RunRow($0) }
    }

    /// The run, or `.notFound`.
    static func require(_ id: RunID, in database: Database) throws -> RunRow {
        guard let row = try find(id, in: database) else {
            throw StateError(.notFound, "There is no run \(id). It may be too old to be remembered.")
        }
        return row
    }

    private static func record(_ row: Row) throws -> RunRecord {
        let text: String = try row.decode(forColumn: "id")
        guard let id = RunID(text) else {
            throw StateError(.corrupt, "The history holds a run with the impossible identity '\(text)'.")
        }
        return RunRecord(
            id: id,
            task: try row.decode(forColumn: "task"),
            cycle: try row.decode(forColumn: "cycle"),
            trigger: try row.decode(forColumn: "trigger"),
            requestedBy: try row.decode(forColumn: "requested_by"),
            dryRun: try row.decode(forColumn: "dry_run"),
            startedAt: Instant(nanoseconds: try row.decode(forColumn: "started_at")),
            pid: try row.decode(forColumn: "pid"),
            policyDigest: try row.decode(forColumn: "policy_digest"),
            cutoff: Instant(nanoseconds: try row.decode(forColumn: "cutoff"))
        )
    }

    private static func counts(_ row: Row) throws -> RunCounts {
        var counts = RunCounts()
        counts.examined = try row.decode(forColumn: "examined")
        counts.remove = try row.decode(forColumn: "remove")
        counts.compress = try row.decode(forColumn: "compress")
        counts.keep = try row.decode(forColumn: "keep")
        counts.plannedBytes = try row.decode(forColumn: "planned_bytes")
        counts.deleted = try row.decode(forColumn: "deleted")
        counts.compressed = try row.decode(forColumn: "compressed")
        counts.updated = try row.decode(forColumn: "updated")
        counts.gone = try row.decode(forColumn: "gone")
        counts.changed = try row.decode(forColumn: "changed")
        counts.inUse = try row.decode(forColumn: "in_use")
        counts.failed = try row.decode(forColumn: "failed")
        counts.freedBytes = try row.decode(forColumn: "freed_bytes")
        return counts
    }

    private static func seal(_ row: Row) throws -> PlanSeal? {
        guard let digest: String = try row.decode(forColumn: "seal_digest") else { return nil }
        return PlanSeal(
            digest: digest,
            blocks: try row.decode(forColumn: "seal_blocks"),
            items: try row.decode(forColumn: "seal_items")
        )
    }

    private static func end(_ row: Row) throws -> RunEnd? {
        guard let endedAt: Int64 = try row.decode(forColumn: "ended_at") else { return nil }
        let text: String = try row.decode(forColumn: "outcome")
        let failureText: String? = try row.decode(forColumn: "failure")
        let failure = failureText.flatMap(RunFailureReason.init(rawValue:))
        guard let outcome = RunOutcome(rawValue: text), (failure == nil) == (failureText == nil) else {
            throw StateError(.corrupt, "The history holds the unknown outcome '\(text)' (\(failureText ?? "-")).")
        }
        return RunEnd(
            outcome: outcome,
            failure: failure,
            counts: try counts(row),
            durationSeconds: try row.decode(forColumn: "duration"),
            message: try row.decode(forColumn: "message"),
            endedAt: Instant(nanoseconds: endedAt)
        )
    }
}
