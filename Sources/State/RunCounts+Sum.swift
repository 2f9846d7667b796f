extension RunCounts {
    /// Adds the figures of another run; saturates, because no column of a store is trusted.
    package mutating func add(_ other: RunCounts) {
        for (_, path) in Self.columns { self[keyPath: path] = self[keyPath: path].saturatingPlus(other[keyPath: path]) }
        plannedBytes = plannedBytes.saturatingPlus(other.plannedBytes)
        freedBytes = freedBytes.saturatingPlus(other.freedBytes)
    }

    /// What went: deleted, or set where the task's action sets.
    package var removedItems: Int { deleted.saturatingPlus(updated) }
}

extension FixedWidthInteger {
    /// The sum, or the end of the range that it lies beyond.
    package func saturatingPlus(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
