import Clients
package import Retention

/// The store's own retention: many short transactions, so that others get their turn between them. The room is given
/// back by the server's autovacuum.
extension PostgresStateStore {
    private static let blocksAtOnce = 256
    private static let runsAtOnce = 500

    package func prune(runsEndedBefore: Instant, itemsEndedBefore: Instant) throws -> (runs: Int, items: Int) {
        // Items do not outlive their run.
        let latest = max(runsEndedBefore, itemsEndedBefore)
        var items = 0
        for run in try forgettableRunsWithItems(endedBefore: latest) {
            while let pruned = try pruneItems(of: run, endedBefore: latest) { items += pruned }
        }
        var runs = 0
        while true {
            let pruned = try pruneRuns(endedBefore: runsEndedBefore, latest: latest)
            if pruned == 0 { break }
            runs += pruned
        }
        return (runs, items)
    }

    /// Runs that ended before a cutoff ($1), and those that waited for a saved plan until it could not be applied any
    /// more; not those whose plan may still be applied, or is being applied ($2). The cutoff is never later than the
    /// present.
    private var forgettable: String {
        let plans = """
            SELECT part.run FROM \(tables.savedPlanPart) AS part
            JOIN \(tables.savedPlan) AS plan ON plan.id = part.plan
            """
        return """
            SELECT number FROM \(tables.run)
            WHERE (ended_at < $1
                OR ended_at IS NULL AND number IN (\(plans) WHERE plan.applied_at IS NULL AND plan.expires_at < $1))
            AND number NOT IN (\(plans) WHERE COALESCE(plan.applied_at, plan.expires_at) >= $2)
            """
    }

    private func forgettableRunsWithItems(endedBefore cutoff: Instant) throws -> [Int64] {
        try read { connection in
            try connection.query(
                "\(forgettable) AND EXISTS (SELECT FROM \(tables.block) WHERE run = number)",
                [.instant(cutoff), .instant(cutoff)]
            ).map { try $0.required("number") }
        }
    }

    /// Forgets some blocks of one run.
    /// - Returns: how many items were in them; `nil` = there is nothing to forget (any more).
    private func pruneItems(of run: Int64, endedBefore cutoff: Instant) throws -> Int? {
        // What the last try has removed, if it was kept.
        var tried: (sequence: Int64, items: Int)?
        return try write { connection, attempt in
            // Whoever else prunes, or the try before, is waited for.
            _ = try connection.query("SELECT FROM \(tables.run) WHERE number = $1 FOR UPDATE", [.int(run)])
            if attempt.isRepeat, let tried, try !hasBlock(run, tried.sequence, connection) { return tried.items }
            // First of all, so that a half-forgotten plan is not taken for an altered one.
            let changed = try connection.execute(
                """
                UPDATE \(tables.run) SET items_pruned = true WHERE number IN (\(forgettable) AND number = $3)
                    AND EXISTS (SELECT FROM \(tables.block) WHERE run = $3)
                """,
                [.instant(cutoff), .instant(cutoff), .int(run)]
            )
            guard changed == 1 else { return nil }
            let blocks = try connection.query(
                """
                DELETE FROM \(tables.block) WHERE run = $1 AND sequence IN
                    (SELECT sequence FROM \(tables.block) WHERE run = $1 ORDER BY sequence LIMIT $2)
                RETURNING sequence, items
                """,
                [.int(run), .integer(Self.blocksAtOnce)]
            )
            try connection.execute("DELETE FROM \(tables.batch) WHERE run = $1", [.int(run)])
            let items = try blocks.reduce(0) { try $0 + $1.required("items", as: Int.self) }
            if let first = blocks.first { tried = (try first.required("sequence"), items) }
            return items
        }
    }

    private func hasBlock(_ run: Int64, _ sequence: Int64, _ connection: PostgresConnection) throws -> Bool {
        let rows = try connection.query(
            "SELECT FROM \(tables.block) WHERE run = $1 AND sequence = $2",
            [.int(run), .int(sequence)]
        )
        return !rows.isEmpty
    }

    /// Forgets some runs, and saved plans that nothing waits for any more.
    private func pruneRuns(endedBefore cutoff: Instant, latest: Instant) throws -> Int {
        // What the last try has removed, if it was kept.
        var tried: [Int64] = []
        return try write { connection, attempt in
            if attempt.isRepeat, try !hasRun(tried, connection) { return tried.count }
            tried = try connection.query(
                """
                DELETE FROM \(tables.run) WHERE number IN (\(forgettable) ORDER BY number LIMIT $3) RETURNING number
                """,
                [.instant(cutoff), .instant(latest), .integer(Self.runsAtOnce)]
            ).map { try $0.required("number") }
            try prunePlans(endedBefore: cutoff, connection)
            try connection.execute("DELETE FROM \(tables.call) WHERE at < $1", [.instant(cutoff)])
            return tried.count
        }
    }

    private func hasRun(_ numbers: [Int64], _ connection: PostgresConnection) throws -> Bool {
        let rows = try connection.query(
            "SELECT FROM \(tables.run) WHERE number = ANY($1) FOR UPDATE",
            [.integers(numbers)]
        )
        return !rows.isEmpty
    }

    private func prunePlans(endedBefore cutoff: Instant, _ connection: PostgresConnection) throws {
        try connection.execute(
            """
            DELETE FROM \(tables.savedPlan) AS plan
            WHERE COALESCE(applied_at, expires_at) < $1 AND NOT EXISTS (
                SELECT FROM \(tables.savedPlanPart) AS part JOIN \(tables.run) AS run ON run.number = part.run
                WHERE part.plan = plan.id AND run.ended_at IS NULL)
            """,
            [.instant(cutoff)]
        )
    }
}
