package import Retention
package import State

/// Figures of a task that survive restarts; `nil` = not known (yet).
package struct TaskFigures: Sendable, Equatable {
    package var lastSuccess: Instant?
    package var lastCompletion: Instant?
    /// Since when it is enabled, with dry run and schedule as they are.
    package var firstScheduled: Instant?
    package var overdueItems: Int?
    package var oldestOverdueSeconds: Double?
    /// Measured by a task with a quota.
    package var usedBytes: Int64?

    package init() {}

    /// What is remembered of each task, by name.
    package static func byTask(_ stamps: [Stamp]) -> [String: TaskFigures] {
        let prefix = StampScope.task("")
        return stamps.filter { $0.scope.hasPrefix(prefix) }.reduce(into: [:]) { figures, stamp in
            guard let key = TaskStamp.byName[stamp.name] else { return }
            figures[String(stamp.scope.dropFirst(prefix.count)), default: TaskFigures()].take(key, stamp.value)
        }
    }

    mutating func take(_ stamp: TaskStamp, _ value: Double) {
        // A stamp that no clock or count could have made must not end the program.
        guard value.magnitude < 1e18 else { return }
        switch stamp {
        case .lastSuccess: lastSuccess = Instant(seconds: Int64(value))
        case .lastCompletion: lastCompletion = Instant(seconds: Int64(value))
        case .firstScheduled: firstScheduled = Instant(seconds: Int64(value))
        case .overdueItems: overdueItems = Int(value)
        case .oldestOverdueAge: oldestOverdueSeconds = value
        case .usedBytes: usedBytes = Int64(value)
        case .fingerprint, .sweepLeft, .guardTrip, .quotaTrip: break
        }
    }
}
