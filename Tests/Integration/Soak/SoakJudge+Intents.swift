import Foundation
import Support
import Testing

/// I11: an intent is in the ledger before its deletion. Whatever has gone, also by a run that died at once, must be found
/// there.
extension SoakJudge {
    func expectIntents() async throws {
        for source in world.sources {
            guard let pattern = source.pattern else { continue }
            // Before the ledger is read: meanwhile others go.
            let gone = source.things[0].goneNames
            let missing = gone.subtracting(try await planned(source.things[0].task, pattern))
            #expect(missing.isEmpty, "went without a plan: \(source.things[0].name) \(missing.sorted().prefix(20))")
        }
        try await expectBatches()
    }

    /// What the sealed plans of a task name. A block holds names as they are, among other bytes.
    private func planned(_ task: String, _ pattern: String) async throws -> Set<String> {
        let found = try await world.ledger(
            """
            SELECT DISTINCT found[1], 1 FROM cleanupd.run JOIN cleanupd.block ON block.run = run.number
            CROSS JOIN LATERAL regexp_matches(encode(block.bytes, 'escape'), '(\(pattern))', 'g') AS matches (found)
            WHERE run.task = '\(task)' AND run.seal_token IS NOT NULL AND NOT run.dry_run
            """
        )
        return Set(found.keys)
    }

    /// Of rows each batch is there before it begins, with how many may go by it; and with how many went, if its run lived.
    private func expectBatches() async throws {
        let known = world.things.map { ($0, $0.gone) }
        let rows = try await world.ledger(
            """
            SELECT run.task, sum(CASE WHEN run.outcome = 'success' THEN batch.rows ELSE batch.row_limit END)::bigint
            FROM cleanupd.run JOIN cleanupd.batch ON batch.run = run.number GROUP BY run.task
            """
        )
        for (things, gone) in known where ["entries", "events"].contains(things.name) {
            #expect(gone <= rows[things.task] ?? 0, "\(things.name): of \(gone) rows there is no batch")
        }
    }
}
