import Foundation
package import Retention

/// What admins have set over the configuration, as the state store keeps it; what is absent leaves the file in force.
package struct AdminSettings: Sendable, Equatable {
    package struct Task: Sendable, Equatable {
        package var dryRun: Bool?
        package var olderThan: Age?

        package init() {}
    }

    package var dryRun: Bool?
    /// By name.
    package var tasks: [String: Task] = [:]
    package var cycles: [String: CycleSettings] = [:]
    /// False = the scheduler is stopped.
    package var isScheduling = true
    /// For a person: what is stored and cannot be read.
    package var problems: [String] = []
    /// Tasks of which a setting cannot be read: what was meant for them, nobody knows.
    package var unreadableTasks: Set<String> = []

    package init() {}

    /// Reads what the state store holds; keys that are not of settings are passed over.
    ///
    /// - Parameter zone: IANA name of a cycle's zone; `nil` = there is no such cycle (any more).
    package init(_ stored: [String: String], zone: (String) -> String?) {
        var ofCycles: [String: [CycleSettings.Name: String]] = [:]
        for (key, json) in stored.sorted(by: { $0.key < $1.key }) {
            guard let key = Key(key) else { continue }
            switch key {
            case .dryRun:
                // What was meant nobody knows; then nothing is deleted.
                dryRun = value(json, key) ?? true
            case .scheduling: isScheduling = value(json, key) ?? false
            case .taskDryRun(let task): tasks[task, default: Task()].dryRun = value(json, key, of: task)
            case .taskOlderThan(let task): tasks[task, default: Task()].olderThan = age(json, key, of: task)
            case .cycle(let cycle, let name):
                // What is no text is refused by its name, as a text that says nothing is.
                ofCycles[cycle, default: [:]][name] = value(json, key) ?? ""
            }
        }
        for (cycle, values) in ofCycles.sorted(by: { $0.key < $1.key }) {
            guard let zone = zone(cycle) else { continue }
            var (settings, refused) = CycleSettings.checked(values, zone: zone)
            // It may have been switched off, or moved to another time: then it does not fire.
            let isUnclear =
                values[.enabled] != nil && settings.enabled == nil
                || values[.schedule] != nil && settings.schedule == nil
            if isUnclear { settings.enabled = false }
            cycles[cycle] = settings
            problems += refused.map { refusal in
                let reason: Substring = refusal.hasSuffix(".") ? refusal.dropLast() : refusal[...]
                return "\(cycle): \(reason); it does not fire, or its tasks refuse, until that is set anew"
            }
        }
    }

    private mutating func value<Value: Decodable>(_ json: String, _ key: Key, of task: String? = nil) -> Value? {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(json.utf8))
        } catch {
            // Swift's own words for it are for programmers.
            refuse(key, of: task, "its value is not of the kind that belongs there. Set it anew.")
            return nil
        }
    }

    private mutating func age(_ json: String, _ key: Key, of task: String) -> Age? {
        guard let text: String = value(json, key, of: task) else { return nil }
        do {
            return try Age(parsing: text)
        } catch {
            refuse(key, of: task, error.description)
            return nil
        }
    }

    private mutating func refuse(_ key: Key, of task: String?, _ reason: String) {
        problems.append("The setting \(key.text) of the state store cannot be read: \(reason)")
        if let task { unreadableTasks.insert(task) }
    }
}

extension AdminSettings {
    /// Where a setting lies in the state store.
    package enum Key: Hashable, Sendable {
        case dryRun
        case scheduling
        case taskDryRun(String)
        case taskOlderThan(String)
        case cycle(String, CycleSettings.Name)

        /// As stored; never renamed. Names of tasks and cycles hold no slash.
        package var text: String {
            switch self {
            case .dryRun: "admin/dry_run"
            case .scheduling: "admin/scheduling"
            case .taskDryRun(let task): "admin/task/\(task)/dry_run"
            case .taskOlderThan(let task): "admin/task/\(task)/older_than"
            case .cycle(let cycle, let name): "admin/cycle/\(cycle)/\(name.rawValue)"
            }
        }

        /// `nil` = a key of something else.
        package init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.first == "admin" else { return nil }
            switch (parts.count, parts.dropFirst().first, parts.last) {
            case (2, "dry_run", _): self = .dryRun
            case (2, "scheduling", _): self = .scheduling
            case (4, "task", "dry_run"): self = .taskDryRun(parts[2])
            case (4, "task", "older_than"): self = .taskOlderThan(parts[2])
            case (4, "cycle", let name?):
                guard let name = CycleSettings.Name(rawValue: name) else { return nil }
                self = .cycle(parts[2], name)
            default: return nil
            }
        }
    }
}
