/// `GET /api/cleanup/status`: health, what comes next, and what became of what was last.
///
/// Times are RFC 3339 in UTC, durations seconds, sizes bytes; members that are not known are left out.
package struct StatusDocument: Codable, Sendable, Equatable {
    package struct Service: Codable, Sendable, Equatable {
        package var version: String
        package var host: String
        package var pid: Int32
        package var startedAt: String
        /// Why it is not ready; absent = it is.
        package var notReady: String?
        /// This replica's name, and whether it holds the one scheduler lock.
        package var replica: String
        package var leader: Bool
        /// Name of the replica that holds it; absent = nobody does, or this one does not know.
        package var leaderName: String?
        package var epoch: Int64?

        package init(
            version: String,
            host: String,
            pid: Int32,
            startedAt: String,
            notReady: String?,
            replica: String,
            leader: Bool,
            leaderName: String?,
            epoch: Int64?
        ) {
            self.version = version
            self.host = host
            self.pid = pid
            self.startedAt = startedAt
            self.notReady = notReady
            self.replica = replica
            self.leader = leader
            self.leaderName = leaderName
            self.epoch = epoch
        }
    }

    package var service: Service
    /// The master switches; `enabled: false` or `dry_run: true` = nothing is deleted by any task.
    package var enabled: Bool
    package var dryRun: Bool
    package var schedule: ScheduleDocument
    package var tasks: [TaskDocument]
    /// Real runs of all tasks.
    package var last24Hours: Freed
    /// The end of the last real run of any task.
    package var lastRunAt: String?
    /// Runs that this replica carries out at the moment.
    package var active: [ProgressDocument]
    package var configuration: ConfigurationDocument

    package init(
        service: Service,
        enabled: Bool,
        dryRun: Bool,
        schedule: ScheduleDocument,
        tasks: [TaskDocument],
        last24Hours: Freed,
        lastRunAt: String?,
        active: [ProgressDocument],
        configuration: ConfigurationDocument
    ) {
        self.service = service
        self.enabled = enabled
        self.dryRun = dryRun
        self.schedule = schedule
        self.tasks = tasks
        self.last24Hours = last24Hours
        self.lastRunAt = lastRunAt
        self.active = active
        self.configuration = configuration
    }
}

/// How much went.
package struct Freed: Codable, Sendable, Equatable {
    package var items: Int
    package var bytes: Int64

    package init(items: Int = 0, bytes: Int64 = 0) {
        self.items = items
        self.bytes = bytes
    }
}

/// What is in force, without secrets.
package struct ConfigurationDocument: Codable, Sendable, Equatable {
    package struct Connection: Codable, Sendable, Equatable {
        package var name: String
        /// `files`, `postgres`, `sqlite`, `redis`, `s3`, `docker`, `json`.
        package var kind: String
        package var optional: Bool

        package init(name: String, kind: String, optional: Bool) {
            self.name = name
            self.kind = kind
            self.optional = optional
        }
    }

    package var file: String
    package var connections: [Connection]

    package init(file: String, connections: [Connection]) {
        self.file = file
        self.connections = connections
    }
}
