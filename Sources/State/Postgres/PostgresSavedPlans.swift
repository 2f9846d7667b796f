import Clients
package import Retention

/// Plans that wait to be applied.
extension PostgresStateStore {
    package func savePlan(_ plan: SavedPlan) throws {
        try write { connection, attempt in
            let inserted = try connection.execute(
                """
                INSERT INTO \(tables.savedPlan) (id, created_at, expires_at, created_by, configuration_digest, digest,
                    save_token)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING
                """,
                [
                    .text(plan.id), .instant(plan.createdAt), .instant(plan.expiresAt), .words(plan.createdBy),
                    .text(plan.configurationDigest), .text(plan.digest), .int(attempt.token),
                ]
            )
            if inserted == 0 {
                let row = try connection.query(
                    "SELECT save_token FROM \(tables.savedPlan) WHERE id = $1",
                    [.text(plan.id)]
                ).first
                guard try row?.int(0) == attempt.token else { throw StateError.planExists(plan.id) }
                return
            }
            for position in plan.parts.indices { try insertPart(of: plan, at: position, connection) }
        }
    }

    private func insertPart(of plan: SavedPlan, at position: Int, _ connection: PostgresConnection) throws {
        let part = plan.parts[position]
        let row = try requireRun(part.run, connection).row
        try plan.checkPart(at: position, against: row.run)
        try connection.execute(
            """
            INSERT INTO \(tables.savedPlanPart) (plan, position, task, run, digest, blocks, items)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(plan.id), .integer(position), .text(part.task), .int(row.number), .text(part.seal.digest),
                .integer(part.seal.blocks), .integer(part.seal.items),
            ]
        )
    }

    package func savedPlan(_ id: String) throws -> SavedPlan? {
        try snapshot { connection in
            let row = try connection.query("SELECT * FROM \(tables.savedPlan) WHERE id = $1", [.text(id)]).first
            guard let row else { return nil }
            let parts = try connection.query(
                """
                SELECT part.*, run.id AS run_id
                FROM \(tables.savedPlanPart) AS part JOIN \(tables.run) AS run ON run.number = part.run
                WHERE part.plan = $1 ORDER BY part.position
                """,
                [.text(id)]
            )
            return try SavedPlan(row, parts: parts.map { try SavedPlan.Part($0) })
        }
    }

    package func markApplied(_ id: String, by who: String, at instant: Instant) throws -> Bool {
        try write { connection, attempt in
            // Whoever comes second waits for the row, and then finds it taken.
            let changed = try connection.execute(
                """
                UPDATE \(tables.savedPlan) SET applied_at = $2, applied_by = $3, apply_token = $4
                WHERE id = $1 AND applied_at IS NULL
                """,
                [.text(id), .instant(instant), .words(who), .int(attempt.token)]
            )
            if changed == 1 { return true }
            let row = try connection.query(
                "SELECT apply_token FROM \(tables.savedPlan) WHERE id = $1",
                [.text(id)]
            ).first
            guard let row else { throw StateError.noPlan(id) }
            return try row.int(0) == attempt.token
        }
    }
}
