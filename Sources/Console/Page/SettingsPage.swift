import Engine

/// `/cleanup/settings`: what admins may set over the file.
struct SettingsPage {
    struct Task {
        let name: String
        let dryRun: Bool
        let olderThan: String?
        /// Something is set over the file, which says that.
        let file: String?
    }

    /// A whole number with its range.
    struct NumberField {
        let value: String?
        /// As the browser checks it, and as people read it.
        let least: Int
        let most: Int
        let range: String

        init(_ value: Int?, in range: ClosedRange<Int>) {
            self.value = value.map { "\($0)" }
            (least, most) = (range.lowerBound, range.upperBound)
            self.range = "\(Words.number(least)) to \(Words.number(most))"
        }
    }

    struct Cycle {
        let name: String
        let enabled: Bool
        let schedule: String?
        /// Absent where no task of the cycle goes by it.
        let retentionDays: NumberField?
        let batchSize: NumberField?
        /// A settings table rules, and only there it can be changed.
        let readOnly: Bool
        let skipped: String?
        /// What the file says, where something is set over it.
        let file: String?
        let isSet: Bool

        init(_ name: String, _ cycle: SettingsDocument.Cycle) {
            self.name = name
            enabled = cycle.enabled
            schedule = cycle.schedule
            retentionDays =
                cycle.takesRetentionDays
                ? NumberField(cycle.retentionDays, in: CycleSettings.retentionDaysRange) : nil
            batchSize = cycle.takesBatchSize ? NumberField(cycle.batchSize, in: CycleSettings.batchSizeRange) : nil
            readOnly = cycle.readOnly
            skipped = cycle.skipped
            let words = [
                cycle.fileEnabled.map { $0 ? "enabled" : "not enabled" }, cycle.fileSchedule.map { "schedule \($0)" },
            ].compactMap { $0 }
            file = words.isEmpty ? nil : words.joined(separator: ", ")
            isSet = file != nil || cycle.retentionDays != nil || cycle.batchSize != nil
        }
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
        cycles = settings.cycles.sorted { $0.key < $1.key }.map { Cycle($0, $1) }
    }
}
