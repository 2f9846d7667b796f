package import Retention

/// Everything the engine runs, as one value: replaced whole at a reload.
package struct Program: Sendable {
    /// In the order of the configuration.
    package var tasks: [TaskDefinition]
    package var cycles: [CycleDefinition]
    /// The master switch; off = plan and report, never act.
    package var isEnabled: Bool
    package var isDryRun: Bool
    /// The scheduler's switch; off = nothing fires, and all that is due waits. Jobs in the queue go on.
    package var isScheduling: Bool
    /// Own retention of runs and items.
    package var keepRuns: Age
    package var keepItems: Age

    package init(
        tasks: [TaskDefinition],
        cycles: [CycleDefinition],
        isEnabled: Bool,
        isDryRun: Bool,
        isScheduling: Bool = true,
        keepRuns: Age,
        keepItems: Age
    ) {
        self.tasks = tasks
        self.cycles = cycles
        self.isEnabled = isEnabled
        self.isDryRun = isDryRun
        self.isScheduling = isScheduling
        self.keepRuns = keepRuns
        self.keepItems = keepItems
    }

    package func task(_ name: String) -> TaskDefinition? { tasks.first { $0.name == name } }

    package func cycle(_ name: String) -> CycleDefinition? { cycles.first { $0.name == name } }

    /// The cycles as the scheduler sees them.
    var firingCycles: [CycleDefinition] {
        isScheduling
            ? cycles
            : cycles.map { cycle in
                var stopped = cycle
                stopped.isEnabled = false
                return stopped
            }
    }

    /// Both switches and the task's own win over `--force` and over calls.
    package func mustDryRun(_ task: TaskDefinition) -> Bool { !isEnabled || isDryRun || task.isDryRun }

    /// The tasks that are due in cycles, each once, in cycle order: what `run` and `plan` do by default.
    package var scheduledTaskNames: [String] {
        var seen: Set<String> = []
        return cycles.filter(\.isEnabled).flatMap(\.tasks).filter { name in
            task(name)?.isEnabled ?? false && seen.insert(name).inserted
        }
    }

    /// The same program, in which tasks do nothing but bring their quota's use down.
    var quotaOnly: Program {
        var program = self
        for index in program.tasks.indices {
            program.tasks[index].policy.remove = nil
            program.tasks[index].policy.compressOlderThan = nil
        }
        return program
    }
}
