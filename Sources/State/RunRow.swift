import Retention

/// A row of the table of runs.
struct RunRow {
    /// Key of the row, short for the sake of the blocks that refer to it.
    var number: Int64
    var run: StoredRun

    init(_ row: some StoredRow) throws {
        number = try row.required("number")
        run = StoredRun(
            record: try Self.record(row),
            counts: try Self.counts(row),
            seal: try Self.seal(row),
            end: try Self.end(row),
            itemsPruned: try row.requiredFlag("items_pruned")
        )
    }

    private static func record(_ row: some StoredRow) throws -> RunRecord {
        RunRecord(
            id: try RunID(stored: row.requiredText("id")),
            task: try row.requiredText("task"),
            cycle: try row.text("cycle"),
            trigger: try row.requiredText("trigger"),
            requestedBy: try row.text("requested_by"),
            request: try row.text("request").map { try RunID(stored: $0) },
            dryRun: try row.requiredFlag("dry_run"),
            startedAt: Instant(nanoseconds: try row.required("started_at")),
            host: try row.requiredText("host"),
            pid: try row.required("pid"),
            epoch: try row.integer("epoch"),
            policyDigest: try row.requiredText("policy_digest"),
            cutoff: Instant(nanoseconds: try row.required("cutoff"))
        )
    }

    private static func counts(_ row: some StoredRow) throws -> RunCounts {
        var counts = RunCounts()
        for (column, path) in RunCounts.columns { counts[keyPath: path] = try row.required(column) }
        counts.plannedBytes = try row.required("planned_bytes")
        counts.freedBytes = try row.required("freed_bytes")
        return counts
    }

    private static func seal(_ row: some StoredRow) throws -> PlanSeal? {
        guard let digest = try row.text("seal_digest") else { return nil }
        return PlanSeal(
            digest: digest,
            blocks: try row.required("seal_blocks"),
            items: try row.required("seal_items")
        )
    }

    private static func end(_ row: some StoredRow) throws -> RunEnd? {
        guard let endedAt = try row.integer("ended_at") else { return nil }
        let text = try row.requiredText("outcome")
        let failureText = try row.text("failure")
        let failure = failureText.flatMap(RunFailureReason.init(rawValue:))
        guard let outcome = RunOutcome(rawValue: text), (failure == nil) == (failureText == nil) else {
            throw StateError.unheard("the unknown outcome '\(text)' (\(failureText ?? "-"))")
        }
        return RunEnd(
            outcome: outcome,
            failure: failure,
            counts: try counts(row),
            durationSeconds: try row.requiredNumber("duration"),
            message: try row.text("message"),
            endedAt: Instant(nanoseconds: endedAt)
        )
    }
}

extension RunCounts {
    /// Numbers of items, and the columns that hold them.
    static var columns: [(String, WritableKeyPath<RunCounts, Int>)] {
        [
            ("examined", \.examined), ("remove", \.remove), ("compress", \.compress), ("keep", \.keep),
            ("deleted", \.deleted), ("compressed", \.compressed), ("updated", \.updated), ("gone", \.gone),
            ("changed", \.changed), ("in_use", \.inUse), ("failed", \.failed),
        ]
    }
}

extension RunID {
    /// An identity from the store, where only ours are.
    init(stored text: String) throws(StateError) {
        guard let id = RunID(text) else {
            throw .unheard("a run with the impossible identity '\(text)'")
        }
        self = id
    }
}
