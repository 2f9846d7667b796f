import CleanupConfiguration
import Engine

extension Blueprint {
    /// Whether a task of the cycle takes its age from `retention_days`.
    func takesRetentionDays(of cycle: Cycle) -> Bool {
        configuration.tasks.contains { task in
            guard case .setting = task.removal.olderThan else { return false }
            return cycle.tasks.contains(task.name)
        }
    }

    /// Whether `batch_size` can change how a task of the cycle works: a smaller batch of the file's holds over it, and
    /// items go in batches only where there is a pause between them.
    func takesBatchSize(of cycle: Cycle) -> Bool {
        configuration.tasks.contains { task in
            guard cycle.tasks.contains(task.name), let definition = program.task(task.name) else { return false }
            let hasBatches = if case .batches = definition.store { true } else { definition.pace.pauseMilliseconds > 0 }
            return hasBatches && task.pace.batch.map { $0 > CycleSettings.batchSizeRange.lowerBound } ?? true
        }
    }
}
