import GRDB
package import Retention

/// Plans that wait to be applied.
extension SQLiteStateStore {
    package func savePlan(_ plan: SavedPlan) throws {
        try write(.power) { database in
            let exists = try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM saved_plan WHERE id = ?)",
                arguments: [plan.id]
            )
            guard exists != true else { throw StateError.planExists(plan.id) }
            try database.execute(
                sql: """
                    INSERT INTO saved_plan (id, created_at, expires_at, created_by, configuration_digest, digest)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    plan.id, plan.createdAt.nanoseconds, plan.expiresAt.nanoseconds, plan.createdBy,
                    plan.configurationDigest, plan.digest,
                ]
            )
            for position in plan.parts.indices { try Self.insertPart(of: plan, at: position, into: database) }
        }
    }

    private static func insertPart(of plan: SavedPlan, at position: Int, into database: Database) throws {
        let part = plan.parts[position]
        let row = try RunRow.require(part.run, in: database)
        try plan.checkPart(at: position, against: row.run)
        try database.execute(
            sql: """
                INSERT INTO saved_plan_part (plan, position, task, run, digest, blocks, items)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                plan.id, position, part.task, row.number, part.seal.digest, part.seal.blocks, part.seal.items,
            ]
        )
    }

    package func savedPlan(_ id: String) throws -> SavedPlan? {
        try read { database in
            guard
                let row = try Row.fetchOne(database, sql: "SELECT * FROM saved_plan WHERE id = ?", arguments: [id])
            else { return nil }
            let parts = try Row.fetchAll(
                database,
                sql: """
                    SELECT part.*, run.id AS run_id FROM saved_plan_part AS part JOIN run ON run.number = part.run
                    WHERE part.plan = ? ORDER BY part.position
                    """,
                arguments: [id]
            )
            return try SavedPlan(row, parts: parts.map { try SavedPlan.Part($0) })
        }
    }

    package func markApplied(_ id: String, by who: String, at instant: Instant) throws -> Bool {
        try write(.power) { database in
            try database.execute(
                sql: "UPDATE saved_plan SET applied_at = ?, applied_by = ? WHERE id = ? AND applied_at IS NULL",
                arguments: [instant.nanoseconds, who, id]
            )
            if database.changesCount == 1 { return true }
            let exists = try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM saved_plan WHERE id = ?)",
                arguments: [id]
            )
            guard exists == true else { throw StateError.noPlan(id) }
            return false
        }
    }
}
