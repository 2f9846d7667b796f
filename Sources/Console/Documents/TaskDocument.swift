/// A task as the service runs it, and how it fares.
package struct TaskDocument: Codable, Sendable, Equatable {
    package struct Storage: Codable, Sendable, Equatable {
        package var usedBytes: Int64
        package var limitBytes: Int64

        package init(usedBytes: Int64, limitBytes: Int64) {
            self.usedBytes = usedBytes
            self.limitBytes = limitBytes
        }
    }

    /// One of the last runs, for a chart.
    package struct Point: Codable, Sendable, Equatable {
        package var id: String
        package var outcome: String
        package var dryRun: Bool
        /// Of a dry run what would go.
        package var deleted: Int
        package var bytes: Int64
        package var endedAt: String

        package init(id: String, outcome: String, dryRun: Bool, deleted: Int, bytes: Int64, endedAt: String) {
            self.id = id
            self.outcome = outcome
            self.dryRun = dryRun
            self.deleted = deleted
            self.bytes = bytes
            self.endedAt = endedAt
        }
    }

    package var name: String
    package var resource: String
    package var connection: String
    /// What it does, as a sentence.
    package var policy: String
    /// As the configuration says, and admins over it (`60d`); absent = it has no age.
    package var olderThan: String?
    /// Runs are due. Otherwise `disabled_reason` says why not.
    package var enabled: Bool
    package var disabledReason: String?
    /// It plans and reports, and deletes nothing: by its own switch, or by a master switch.
    package var dryRun: Bool
    package var running: Bool
    /// Dry or real.
    package var lastRun: RunDocument?
    package var lastRealRun: RunDocument?
    package var lastSuccessAt: String?
    package var nextRunAt: String?
    /// How long the oldest item is due beyond its age.
    package var overdueSeconds: Double?
    package var overdueItems: Int?
    package var last24Hours: Freed
    package var storage: Storage?
    /// Oldest first, at most 30.
    package var recent: [Point]

    package init(
        name: String,
        resource: String,
        connection: String,
        policy: String,
        olderThan: String?,
        enabled: Bool,
        disabledReason: String?,
        dryRun: Bool,
        running: Bool,
        lastRun: RunDocument?,
        lastRealRun: RunDocument?,
        lastSuccessAt: String?,
        nextRunAt: String?,
        overdueSeconds: Double?,
        overdueItems: Int?,
        last24Hours: Freed,
        storage: Storage?,
        recent: [Point]
    ) {
        self.name = name
        self.resource = resource
        self.connection = connection
        self.policy = policy
        self.olderThan = olderThan
        self.enabled = enabled
        self.disabledReason = disabledReason
        self.dryRun = dryRun
        self.running = running
        self.lastRun = lastRun
        self.lastRealRun = lastRealRun
        self.lastSuccessAt = lastSuccessAt
        self.nextRunAt = nextRunAt
        self.overdueSeconds = overdueSeconds
        self.overdueItems = overdueItems
        self.last24Hours = last24Hours
        self.storage = storage
        self.recent = recent
    }
}
