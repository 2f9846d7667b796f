package import Retention

/// Proof of what a sealed plan contains.
package struct PlanSeal: Sendable, Hashable {
    /// SHA-256 in lower-case hexadecimal over task, policy digest, cutoff and every block, in order.
    package var digest: String
    package var blocks: Int
    package var items: Int

    package init(digest: String, blocks: Int, items: Int) {
        self.digest = digest
        self.blocks = blocks
        self.items = items
    }
}

/// One block of a run's plan, with what became of its items once that is recorded.
package struct StoredBlock: Sendable, Equatable {
    /// Place in the plan, from 0.
    package var sequence: Int
    package var block: ItemBlock
    /// Parallel to `block.items`; `nil` = outcome not recorded.
    package var results: [ItemResult]?

    package init(sequence: Int, block: ItemBlock, results: [ItemResult]? = nil) {
        self.sequence = sequence
        self.block = block
        self.results = results
    }
}

/// A plan that waits to be applied: sealed plans of one or more tasks, made under one configuration.
package struct SavedPlan: Sendable, Equatable {
    /// The plan of one task.
    package struct Part: Sendable, Equatable {
        package var task: String
        package var run: RunID
        package var seal: PlanSeal

        package init(task: String, run: RunID, seal: PlanSeal) {
            self.task = task
            self.run = run
            self.seal = seal
        }
    }

    package var id: String
    package var createdAt: Instant
    /// From here on it must not be applied, and may be forgotten.
    package var expiresAt: Instant
    package var createdBy: String?
    package var configurationDigest: String
    package var parts: [Part]
    package var appliedAt: Instant?
    /// Who or what applied it.
    package var appliedBy: String?

    package init(
        id: String,
        createdAt: Instant,
        expiresAt: Instant,
        createdBy: String? = nil,
        configurationDigest: String,
        parts: [Part]
    ) {
        self.id = id
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.createdBy = createdBy
        self.configurationDigest = configurationDigest
        self.parts = parts
    }

    /// SHA-256 in lower-case hexadecimal over everything that was decided when it was saved (not its application).
    package var digest: String { PlanDigest.of(self) }
}
