import CleanupConfiguration
import Console
import Engine
import Retention

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
                    return (cycle.name, Cycle(cycle, blueprint, set))
                }
            )
        )
    }
}

extension SettingsDocument.Cycle {
    fileprivate init(_ cycle: Cycle, _ blueprint: Blueprint, _ set: CycleSettings?) {
        let definition = blueprint.program.cycle(cycle.name)
        let enabled = set?.enabled ?? cycle.enabled
        self.init(
            enabled: enabled,
            schedule: definition?.schedule?.text,
            retentionDays: set?.retentionDays,
            batchSize: set?.batchSize,
            takesRetentionDays: blueprint.takesRetentionDays(of: cycle),
            takesBatchSize: blueprint.takesBatchSize(of: cycle),
            readOnly: cycle.settings != nil
        )
        fileEnabled = set?.enabled == nil ? nil : cycle.enabled
        fileSchedule = set?.schedule == nil ? nil : cycle.schedule?.text
        if enabled, definition?.isEnabled == false { skipped = Self.reason(cycle, set) }
    }

    /// Why a cycle that is enabled does not fire.
    private static func reason(_ cycle: Cycle, _ set: CycleSettings?) -> String {
        if let table = cycle.settings?.table, set == nil { return ServiceWords.settingsUnusable(in: table) }
        return ServiceWords.skipped(because: cycle.skipWhenEnv.map { "\($0)" } ?? "skip_when_env")
    }
}
