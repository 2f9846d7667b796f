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
            guard exists != true else { throw StateError(.conflict, "There is a saved plan \(plan.id) already.") }
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
            for (position, part) in plan.parts.enumerated() {
                try Self.insert(part, of: plan, at: position, into: database)
            }
        }
    }

    private static func insert(
        _ part: SavedPlan.Part,
        of plan: SavedPlan,
        at position: Int,
        into database: Database
    ) throws {
        let row = try RunRow.require(part.run, in: database)
        guard row.run.seal == part.seal, row.run.record.task == part.task else {
            throw StateError(
                .conflict,
                "The plan of run \(part.run) is not sealed as part \(position + 1) of saved plan \(plan.id) says."
            )
        }
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
            let plan = try Self.plan(row, parts: parts.map { try Self.part($0) })
            guard plan.digest == (try row.decode(String.self, forColumn: "digest")) else {
                throw StateError(.altered, "Saved plan \(id) is altered: it is not what was saved. Make a new plan.")
            }
            return plan
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
            guard exists == true else {
                throw StateError(.notFound, "There is no saved plan \(id). It may be too old to be remembered.")
            }
            return false
        }
    }

    private static func plan(_ row: Row, parts: [SavedPlan.Part]) throws -> SavedPlan {
        var plan = SavedPlan(
            id: try row.decode(forColumn: "id"),
            createdAt: Instant(nanoseconds: try row.decode(forColumn: "created_at")),
            expiresAt: Instant(nanoseconds: try row.decode(forColumn: "expires_at")),
            createdBy: try row.decode(forColumn: "created_by"),
            configurationDigest: try row.decode(forColumn: "configuration_digest"),
            parts: parts
        )
        let appliedAt: Int64? = try row.decode(forColumn: "applied_at")
        plan.appliedAt = appliedAt.map(Instant.init(nanoseconds:))
        plan.appliedBy = try row.decode(forColumn: "applied_by")
        return plan
    }

    private static func part(_ row: Row) throws -> SavedPlan.Part {
        let text: String = try row.decode(forColumn: "run_id")
        guard let run = RunID(text) else {
            throw StateError(.corrupt, "A saved plan refers to a run with the impossible identity '\(text)'.")
        }
        let seal = PlanSeal(
            digest: try row.decode(forColumn: "digest"),
            blocks: try row.decode(forColumn: "blocks"),
            items: try row.decode(forColumn: "items")
        )
        return SavedPlan.Part(task: try row.decode(forColumn: "task"), run: run, seal: seal)
    }
}
