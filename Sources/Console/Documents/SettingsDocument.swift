/// `GET /api/cleanup/settings`: what is in force, and what admins have set over the file.
package struct SettingsDocument: Codable, Sendable, Equatable {
    package struct Task: Codable, Sendable, Equatable {
        package var dryRun: Bool
        /// Absent = the task has no `older_than`.
        package var olderThan: String?
        /// What the file says, where something is set over it.
        package var fileDryRun: Bool?
        package var fileOlderThan: String?

        package init(dryRun: Bool, olderThan: String?, fileDryRun: Bool? = nil, fileOlderThan: String? = nil) {
            self.dryRun = dryRun
            self.olderThan = olderThan
            self.fileDryRun = fileDryRun
            self.fileOlderThan = fileOlderThan
        }
    }

    package struct Cycle: Codable, Sendable, Equatable {
        package var enabled: Bool
        package var schedule: String?
        package var retentionDays: Int?
        package var batchSize: Int?
        /// A task of the cycle goes by it; otherwise it would change nothing, and `PUT` refuses it.
        package var takesRetentionDays: Bool
        package var takesBatchSize: Bool
        /// A settings table of its own rules: here it can only be read, and `PUT` answers 409.
        package var readOnly: Bool
        /// What the file says, where something is set over it.
        package var fileEnabled: Bool?
        package var fileSchedule: String?
        /// Why it does not fire although it is enabled.
        package var skipped: String?

        package init(
            enabled: Bool,
            schedule: String?,
            retentionDays: Int?,
            batchSize: Int?,
            takesRetentionDays: Bool,
            takesBatchSize: Bool,
            readOnly: Bool
        ) {
            self.enabled = enabled
            self.schedule = schedule
            self.retentionDays = retentionDays
            self.batchSize = batchSize
            self.takesRetentionDays = takesRetentionDays
            self.takesBatchSize = takesBatchSize
            self.readOnly = readOnly
        }
    }

    package var dryRun: Bool
    /// What the file says, where something is set over it.
    package var fileDryRun: Bool?
    package var tasks: [String: Task]
    package var cycles: [String: Cycle]

    package init(dryRun: Bool, fileDryRun: Bool? = nil, tasks: [String: Task], cycles: [String: Cycle]) {
        self.dryRun = dryRun
        self.fileDryRun = fileDryRun
        self.tasks = tasks
        self.cycles = cycles
    }
}

/// `PUT /api/cleanup/settings`: what is to change. A member that is absent stays as it is, one that is `null` goes back to
/// the file.
package struct SettingsChange: Decodable, Sendable, Equatable {
    package struct Task: Decodable, Sendable, Equatable {
        package var dryRun: Change<Bool>
        package var olderThan: Change<String>

        enum CodingKeys: String, CodingKey, CaseIterable { case dryRun, olderThan }

        package init(dryRun: Change<Bool> = .none, olderThan: Change<String> = .none) {
            self.dryRun = dryRun
            self.olderThan = olderThan
        }

        package init(from decoder: any Decoder) throws {
            let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
            dryRun = try members.change(.dryRun)
            olderThan = try members.change(.olderThan)
        }
    }

    package struct Cycle: Decodable, Sendable, Equatable {
        package var enabled: Change<Bool>
        package var schedule: Change<String>
        package var retentionDays: Change<Int>
        package var batchSize: Change<Int>

        enum CodingKeys: String, CodingKey, CaseIterable { case enabled, schedule, retentionDays, batchSize }

        package init(
            enabled: Change<Bool> = .none,
            schedule: Change<String> = .none,
            retentionDays: Change<Int> = .none,
            batchSize: Change<Int> = .none
        ) {
            self.enabled = enabled
            self.schedule = schedule
            self.retentionDays = retentionDays
            self.batchSize = batchSize
        }

        package init(from decoder: any Decoder) throws {
            let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
            enabled = try members.change(.enabled)
            schedule = try members.change(.schedule)
            retentionDays = try members.change(.retentionDays)
            batchSize = try members.change(.batchSize)
        }
    }

    package var dryRun: Change<Bool>
    package var tasks: [String: Task]
    package var cycles: [String: Cycle]

    enum CodingKeys: String, CodingKey, CaseIterable { case dryRun, tasks, cycles }

    package init(dryRun: Change<Bool> = .none, tasks: [String: Task] = [:], cycles: [String: Cycle] = [:]) {
        self.dryRun = dryRun
        self.tasks = tasks
        self.cycles = cycles
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
        dryRun = try members.change(.dryRun)
        tasks = try members.decodeIfPresent([String: Task].self, forKey: .tasks) ?? [:]
        cycles = try members.decodeIfPresent([String: Cycle].self, forKey: .cycles) ?? [:]
    }
}

/// What a request wants of one setting.
package enum Change<Value: Sendable & Equatable & Decodable>: Sendable, Equatable {
    /// Stays as it is.
    case none
    /// Goes back to what the file says.
    case reset
    case set(Value)
}

extension KeyedDecodingContainer {
    fileprivate func change<Value>(_ key: Key) throws -> Change<Value> {
        guard contains(key) else { return .none }
        return try decodeNil(forKey: key) ? .reset : .set(try decode(Value.self, forKey: key))
    }
}
