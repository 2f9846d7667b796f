/// A sealed plan: what `POST …/apply` will do, and nothing else.
package struct PlanDocument: Codable, Sendable, Equatable {
    package struct Task: Codable, Sendable, Equatable {
        package var task: String
        /// Of the plan's items in the ledger: `GET /api/cleanup/runs/{run}/items`.
        package var run: String
        package var examined: Int
        package var remove: Int
        package var compress: Int
        package var keep: Int
        package var bytes: Int64

        package init(
            task: String,
            run: String,
            examined: Int,
            remove: Int,
            compress: Int,
            keep: Int,
            bytes: Int64
        ) {
            self.task = task
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
    package var appliedAt: String?
    package var appliedBy: String?
    package var tasks: [Task]

    package init(
        id: String,
        digest: String,
        createdAt: String,
        createdBy: String?,
        expiresAt: String,
        appliedAt: String?,
        appliedBy: String?,
        tasks: [Task]
    ) {
        self.id = id
        self.digest = digest
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.appliedAt = appliedAt
        self.appliedBy = appliedBy
        self.tasks = tasks
    }
}
