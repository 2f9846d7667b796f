import GRDB
package import Retention

/// The store's own retention: many short transactions, so that others get their turn between them.
extension SQLiteStateStore {
    private static let blocksAtOnce = 256
    private static let runsAtOnce = 500

    package func prune(runsEndedBefore: Instant, itemsEndedBefore: Instant) throws -> (runs: Int, items: Int) {
        // Items do not outlive their run.
        let latest = max(runsEndedBefore, itemsEndedBefore)
        var items = 0
        for run in try forgettableRunsWithItems(endedBefore: latest) {
            while let pruned = try pruneItems(of: run, endedBefore: latest) {
                items += pruned
                try shortenLog()
            }
        }
        var runs = 0
        while true {
            let pruned = try pruneRuns(endedBefore: runsEndedBefore, latest: latest)
            if pruned == 0 { break }
            runs += pruned
        }
        if runs + items > 0 { try shrink() }
        tidy()
        return (runs, items)
    }

    /// Runs that ended before a cutoff, and those that waited for a saved plan until it could not be applied any more;
    /// not those whose plan may still be applied, or is being applied. The cutoff is never later than the present.
    private static let forgettable = """
        SELECT number FROM run
        WHERE (ended_at < :cutoff
            OR ended_at IS NULL AND number IN (
                SELECT part.run FROM saved_plan_part AS part JOIN saved_plan AS plan ON plan.id = part.plan
                WHERE plan.applied_at IS NULL AND plan.expires_at < :cutoff))
        AND number NOT IN (
            SELECT part.run FROM saved_plan_part AS part JOIN saved_plan AS plan ON plan.id = part.plan
            WHERE COALESCE(plan.applied_at, plan.expires_at) >= :latest)
        """

    private func forgettableRunsWithItems(endedBefore cutoff: Instant) throws -> [Int64] {
        try read { database in
            try Int64.fetchAll(
                database,
                sql: "\(Self.forgettable) AND EXISTS (SELECT 1 FROM block WHERE block.run = number)",
                arguments: ["cutoff": cutoff.nanoseconds, "latest": cutoff.nanoseconds]
            )
        }
    }

    /// Forgets some blocks of one run.
    /// - Returns: how many items were in them; `nil` = there is nothing to forget (any more).
    private func pruneItems(of run: Int64, endedBefore cutoff: Instant) throws -> Int? {
        try write { database in
            let counts = try Int.fetchAll(
                database,
                sql: """
                    SELECT items FROM block WHERE run IN (\(Self.forgettable) AND number = :run)
                    ORDER BY sequence LIMIT :limit
                    """,
                arguments: [
                    "cutoff": cutoff.nanoseconds, "latest": cutoff.nanoseconds, "run": run, "limit": Self.blocksAtOnce,
                ]
            )
            guard !counts.isEmpty else { return nil }
            // First of all, so that a half-forgotten plan is not taken for an altered one.
            try database.execute(sql: "UPDATE run SET items_pruned = 1 WHERE number = ?", arguments: [run])
            try database.execute(
                sql: """
                    DELETE FROM block WHERE run = :run AND sequence IN
                        (SELECT sequence FROM block WHERE run = :run ORDER BY sequence LIMIT :limit)
                    """,
                arguments: ["run": run, "limit": Self.blocksAtOnce]
            )
            try database.execute(sql: "DELETE FROM batch WHERE run = ?", arguments: [run])
            return counts.reduce(0, +)
        }
    }

    /// Forgets some runs, and saved plans that nothing waits for any more.
    private func pruneRuns(endedBefore cutoff: Instant, latest: Instant) throws -> Int {
        try write { database in
            try database.execute(
                sql: "DELETE FROM run WHERE number IN (\(Self.forgettable) LIMIT :limit)",
                arguments: [
                    "cutoff": cutoff.nanoseconds, "latest": latest.nanoseconds, "limit": Self.runsAtOnce,
                ]
            )
            let runs = database.changesCount
            try database.execute(sql: "DELETE FROM call WHERE at < ?", arguments: [cutoff.nanoseconds])
            try database.execute(
                sql: """
                    DELETE FROM saved_plan WHERE COALESCE(applied_at, expires_at) < :cutoff AND NOT EXISTS (
                        SELECT 1 FROM saved_plan_part AS part JOIN run ON run.number = part.run
                        WHERE part.plan = saved_plan.id AND run.ended_at IS NULL)
                    """,
                arguments: ["cutoff": cutoff.nanoseconds]
            )
            return runs
        }
    }
}
