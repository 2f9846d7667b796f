/// `GET /api/cleanup/metrics`: totals as JSON, for dashboards of one's own; the rest is on `/metrics`.
///
/// Counts are of this process since its start, as the counters of `/metrics` are; times survive restarts.
package struct TotalsDocument: Codable, Sendable, Equatable {
    package struct Task: Codable, Sendable, Equatable {
        package var items: Int
        package var bytes: Int64
        package var errors: Int
        package var lastCleanup: String?
        package var lastError: String?
        package var storageSize: Int64?
        package var storageLimit: Int64?
        /// `older_than`, as a duration (`60d`).
        package var retention: String?

        package init(
            items: Int,
            bytes: Int64,
            errors: Int,
            lastCleanup: String?,
            lastError: String?,
            storageSize: Int64?,
            storageLimit: Int64?,
            retention: String?
        ) {
            self.items = items
            self.bytes = bytes
            self.errors = errors
            self.lastCleanup = lastCleanup
            self.lastError = lastError
            self.storageSize = storageSize
            self.storageLimit = storageLimit
            self.retention = retention
        }
    }

    package var items: Int
    package var bytes: Int64
    package var errors: Int
    package var lastCleanup: String?
    package var tasks: [String: Task]

    package init(items: Int, bytes: Int64, errors: Int, lastCleanup: String?, tasks: [String: Task]) {
        self.items = items
        self.bytes = bytes
        self.errors = errors
        self.lastCleanup = lastCleanup
        self.tasks = tasks
    }
}
