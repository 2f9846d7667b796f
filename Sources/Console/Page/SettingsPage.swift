/// `/cleanup/settings`: what admins may set over the file.
struct SettingsPage {
    struct Task {
        let name: String
        let dryRun: Bool
        let olderThan: String?
        /// Something is set over the file, which says that.
        let file: String?
    }

    struct Cycle {
        let name: String
        let enabled: Bool
        let schedule: String?
        let retentionDays: String?
        let batchSize: String?
        /// A settings table rules, and only there it can be changed.
        let readOnly: Bool
    }

    let dryRun: Bool
    /// What the file says, where something else is set.
    let file: String?
    let tasks: [Task]
    let cycles: [Cycle]

    init(_ settings: SettingsDocument) {
        dryRun = settings.dryRun
        file = settings.fileDryRun.map { "dry run \($0 ? "on" : "off")" }
        tasks = settings.tasks.sorted { $0.key < $1.key }.map { name, task in
            let file = [
                task.fileDryRun.map { "dry run \($0 ? "on" : "off")" }, task.fileOlderThan.map { "older than \($0)" },
            ].compactMap { $0 }
            return Task(
                name: name,
                dryRun: task.dryRun,
                olderThan: task.olderThan,
                file: file.isEmpty ? nil : file.joined(separator: ", ")
            )
        }
        cycles = settings.cycles.sorted { $0.key < $1.key }.map { name, cycle in
            Cycle(
                name: name,
                enabled: cycle.enabled,
                schedule: cycle.schedule,
                retentionDays: cycle.retentionDays.map { "\($0)" },
                batchSize: cycle.batchSize.map { "\($0)" },
                readOnly: cycle.readOnly
            )
        }
    }
}
