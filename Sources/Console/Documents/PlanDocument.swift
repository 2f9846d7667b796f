/// A sealed plan: what `POST …/apply` will do, and nothing else.
package struct PlanDocument: Codable, Sendable, Equatable {
    package struct Task: Codable, Sendable, Equatable {
        package var task: String
        /// What the task does, as a sentence; absent = it is not in the configuration any more.
        package var policy: String?
        /// Its items are in the ledger, one by one; rows are a condition, of which at most `remove` go.
        package var listed: Bool
        /// All of them go because nothing refers to them.
        package var orphans: Bool
        /// Rows are not removed, but get other values.
        package var updates: Bool
        /// Of the plan's items in the ledger: `GET /api/cleanup/runs/{run}/items`.
        package var run: String
        package var examined: Int
        package var remove: Int
        package var compress: Int
        package var keep: Int
        package var bytes: Int64

        package init(
            task: String,
            policy: String?,
            listed: Bool,
            orphans: Bool,
            updates: Bool,
            run: String,
            examined: Int,
            remove: Int,
            compress: Int,
            keep: Int,
            bytes: Int64
        ) {
            self.task = task
            self.policy = policy
            self.listed = listed
            self.orphans = orphans
            self.updates = updates
            self.run = run
            self.examined = examined
            self.remove = remove
            self.compress = compress
            self.keep = keep
            self.bytes = bytes
        }
    }

    package var id: String
    /// SHA-256 over all that was decided.
    package var digest: String
    package var createdAt: String
    package var createdBy: String?
    package var expiresAt: String
    /// It was not applied, and is too old for it now.
    package var expired: Bool
    package var appliedAt: String?
    package var appliedBy: String?
    package var tasks: [Task]

    package init(
        id: String,
        digest: String,
        createdAt: String,
        createdBy: String?,
        expiresAt: String,
        expired: Bool,
        appliedAt: String?,
        appliedBy: String?,
        tasks: [Task]
    ) {
        self.id = id
        self.digest = digest
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.expired = expired
        self.appliedAt = appliedAt
        self.appliedBy = appliedBy
        self.tasks = tasks
    }
}
