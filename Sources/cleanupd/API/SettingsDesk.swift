import CleanupConfiguration
import Console
import Coordination
import Engine
import Foundation
import Retention
import State

/// What admins set by calls: checked whole, stored whole, in force at once.
struct SettingsDesk: Sendable {
    let state: any StateStore
    /// In force at the moment.
    let blueprint: @Sendable () -> Blueprint
    /// Takes over what is stored now.
    let refresh: @Sendable () async throws -> Void

    func settings() -> SettingsDocument { SettingsDocument(blueprint()) }

    /// Throws `ConsoleError`: `.invalid` with all reasons, `.conflict` where a settings table rules.
    func change(_ change: SettingsChange) async throws -> SettingsDocument {
        var edit = SettingsEdit(blueprint: blueprint())
        try edit.take(change)
        try await store(edit.saving, edit.removing)
        return settings()
    }

    func setScheduling(_ isOn: Bool) async throws {
        let key = AdminSettings.Key.scheduling.text
        try await isOn ? store([:], [key]) : store([key: "false"], [])
    }

    private func store(_ saving: [String: String], _ removing: [String]) async throws {
        do {
            try await Blocking.run { [state] in try state.changeSettings(saving: saving, removing: removing) }
        } catch {
            throw ConsoleError(.unavailable, "The settings could not be stored; nothing has changed: \(error)")
        }
        do {
            try await refresh()
        } catch {
            throw ConsoleError(.unavailable, "The settings are stored, and NOT in force yet: \(error)")
        }
    }
}

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
            return problems.append("tasks.\(DisplayName.printable(name.utf8)): there is no such task.")
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
            return problems.append("cycles.\(DisplayName.printable(name.utf8)): there is no such cycle.")
        }
        if let table = cycle.settings?.table {
            return ruled.append("The settings of \(name) stand in \(table), and only there they can be changed.")
        }
        if case .set = change.retentionDays, !blueprint.configuration.takesRetention(of: cycle) {
            problems.append(
                "cycles.\(name).retention_days: no task of the cycle takes its age from there "
                    + "(older_than: { setting: retention_days, … }), so that it would change nothing."
            )
        }
        let texts: [(CycleSettings.Name, Change<String>)] = [
            (.enabled, change.enabled.asText), (.schedule, change.schedule),
            (.retentionDays, change.retentionDays.asText), (.batchSize, change.batchSize.asText),
        ]
        for (setting, wanted) in texts {
            if case .set(let text) = wanted {
                let refused = CycleSettings.checked([setting: text], zone: cycle.zone).refused
                problems += refused.map { "cycles.\(name): \($0)." }
            }
            enter(wanted, .cycle(name, setting))
        }
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

extension SettingsDocument {
    init(_ blueprint: Blueprint) {
        let (configuration, program, admin) = (blueprint.configuration, blueprint.program, blueprint.admin)
        self.init(
            dryRun: program.isDryRun,
            fileDryRun: admin.dryRun == nil ? nil : configuration.dryRun,
            tasks: Dictionary(
                uniqueKeysWithValues: configuration.tasks.map { task in
                    let set = admin.tasks[task.name]
                    let definition = program.task(task.name)
                    return (
                        task.name,
                        Task(
                            dryRun: definition?.isDryRun ?? task.dryRun,
                            olderThan: definition?.policy.remove?.olderThan?.text,
                            fileDryRun: set?.dryRun == nil ? nil : task.dryRun,
                            fileOlderThan: set?.olderThan == nil ? nil : task.policy.remove?.olderThan?.text
                        )
                    )
                }
            ),
            cycles: Dictionary(
                uniqueKeysWithValues: configuration.cycles.map { cycle in
                    let set = cycle.settings == nil ? admin.cycles[cycle.name] : blueprint.settings[cycle.name] ?? nil
                    return (cycle.name, Cycle(cycle, program.cycle(cycle.name), set))
                }
            )
        )
    }
}

extension SettingsDocument.Cycle {
    fileprivate init(_ cycle: Cycle, _ definition: CycleDefinition?, _ set: CycleSettings?) {
        let enabled = set?.enabled ?? cycle.enabled
        self.init(
            enabled: enabled,
            schedule: definition?.schedule?.text,
            retentionDays: set?.retentionDays,
            batchSize: set?.batchSize,
            readOnly: cycle.settings != nil
        )
        fileEnabled = set?.enabled == nil ? nil : cycle.enabled
        fileSchedule = set?.schedule == nil ? nil : cycle.schedule?.text
        if enabled, definition?.isEnabled == false {
            skipped = "The environment has it skipped (skip_when_env), or its settings cannot be read."
        }
    }
}

extension Configuration {
    /// Whether a task of the cycle takes its age from `retention_days`.
    fileprivate func takesRetention(of cycle: Cycle) -> Bool {
        tasks.contains { task in
            guard case .setting = task.removal.olderThan else { return false }
            return cycle.tasks.contains(task.name)
        }
    }
}
