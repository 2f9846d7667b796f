import Retention

extension RunCounts {
    /// Adds the figures of another run; saturates, because no column of a store is trusted.
    package mutating func add(_ other: RunCounts) {
        for (_, path) in Self.columns {
            self[keyPath: path] = self[keyPath: path].addingSaturated(other[keyPath: path])
        }
        plannedBytes = plannedBytes.addingSaturated(other.plannedBytes)
        freedBytes = freedBytes.addingSaturated(other.freedBytes)
    }

    /// What went: deleted, or set where the task's action sets.
    package var removedItems: Int { deleted.addingSaturated(updated) }
}
