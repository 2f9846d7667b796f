import CleanupConfiguration
import Console
import Engine
import Foundation
import Retention

/// A change of settings on its way into the state store.
struct SettingsEdit {
    private let blueprint: Blueprint
    private(set) var saving: [String: String] = [:]
    private(set) var removing: [String] = []
    private var problems: [String] = []
    private var ruled: [String] = []

    init(blueprint: Blueprint) { self.blueprint = blueprint }

    mutating func take(_ change: SettingsChange) throws {
        enter(change.dryRun, .dryRun)
        for (name, task) in change.tasks.sorted(by: { $0.key < $1.key }) { take(task, of: name) }
        for (name, cycle) in change.cycles.sorted(by: { $0.key < $1.key }) { take(cycle, of: name) }
        guard problems.isEmpty else { throw ConsoleError(.invalid, problems.joined(separator: " ")) }
        guard ruled.isEmpty else { throw ConsoleError(.conflict, ruled.joined(separator: " ")) }
    }

    private mutating func take(_ change: SettingsChange.Task, of name: String) {
        guard let task = blueprint.configuration.tasks.first(where: { $0.name == name }) else {
            return problems.append(Self.unknown(name, "task", among: blueprint.configuration.tasks.map(\.name)))
        }
        enter(change.dryRun, .taskDryRun(name))
        if case .set(let text) = change.olderThan, let problem = Self.problem(of: text, task) {
            problems.append("tasks.\(name).older_than: \(problem)")
        }
        enter(change.olderThan, .taskOlderThan(name))
    }

    /// Why an age cannot be the task's.
    private static func problem(of text: String, _ task: TaskConfiguration) -> String? {
        let age: Age
        do {
            age = try Age(parsing: text)
        } catch {
            return "\(error)"
        }
        guard age.isPositive else { return "it must be longer than nothing." }
        guard task.policy.remove?.olderThan != nil || task.removal.olderThan != nil else {
            return "the task has no older_than that this could replace."
        }
        let (now, zone) = (SystemClock.now(), TimeZone.gmt)
        if let compress = task.policy.compressOlderThan, age.before(now, zone: zone) >= compress.before(now, zone: zone)
        {
            return "it must be longer than compress.older_than, \(compress.text): else nothing is ever compressed."
        }
        return nil
    }

    private mutating func take(_ change: SettingsChange.Cycle, of name: String) {
        guard let cycle = blueprint.configuration.cycles.first(where: { $0.name == name }) else {
            return problems.append(Self.unknown(name, "cycle", among: blueprint.configuration.cycles.map(\.name)))
        }
        if let table = cycle.settings?.table {
            return ruled.append("The settings of \(name) stand in \(table), and only there they can be changed.")
        }
        if case .set = change.retentionDays, !blueprint.takesRetentionDays(of: cycle) {
            problems.append(
                "cycles.\(name).retention_days: no task of the cycle takes its age from there "
                    + "(older_than: { setting: retention_days, … }), so that it would change nothing."
            )
        }
        if case .set = change.batchSize, !blueprint.takesBatchSize(of: cycle) {
            problems.append(
                "cycles.\(name).batch_size: it is the most rows of a batch, or items between two pauses; no task of "
                    + "the cycle goes by it (rows, or pace.pause; pace.batch not smaller), so that it would change nothing."
            )
        }
        let texts: [(CycleSettings.Name, Change<String>)] = [
            (.enabled, change.enabled.asText), (.schedule, change.schedule),
            (.retentionDays, change.retentionDays.asText), (.batchSize, change.batchSize.asText),
        ]
        for (setting, wanted) in texts {
            if case .set(let text) = wanted {
                let refused = CycleSettings.checked([setting: text], zone: cycle.zone).refused
                problems += refused.map { "cycles.\(name): \($0)\($0.hasSuffix(".") ? "" : ".")" }
            }
            enter(wanted, .cycle(name, setting))
        }
    }

    private static func unknown(_ name: String, _ kind: String, among known: [String]) -> String {
        let names = known.isEmpty ? "There is none" : "There are: \(known.joined(separator: ", "))"
        let suggestion = EditDistance.suggestion(for: name, among: known)
        return "\(kind)s.\(DisplayName.printable(name.utf8)): there is no such \(kind)"
            + (suggestion.isEmpty ? "." : suggestion) + " \(names)."
    }

    private mutating func enter<Value: Encodable>(_ change: Change<Value>, _ key: AdminSettings.Key) {
        switch change {
        case .none: break
        case .reset: removing.append(key.text)
        case .set(let value):
            do {
                saving[key.text] = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
            } catch {
                problems.append("\(key.text): \(error)")
            }
        }
    }
}

extension Change where Value: CustomStringConvertible {
    /// As a settings table would have it.
    fileprivate var asText: Change<String> {
        switch self {
        case .none: .none
        case .reset: .reset
        case .set(let value): .set(value.description)
        }
    }
}
