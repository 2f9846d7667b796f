package import Retention

/// Figures of a task that survive restarts; `nil` = not known (yet).
package struct TaskFigures: Sendable, Equatable {
    package var lastSuccess: Instant?
    package var lastCompletion: Instant?
    package var overdueItems: Int?
    package var oldestOverdueSeconds: Double?
    /// Measured by a task with a quota.
    package var usedBytes: Int64?

    package init() {}

    mutating func take(_ stamp: TaskStamp, _ value: Double) {
        guard value.isFinite else { return }
        switch stamp {
        case .lastSuccess: lastSuccess = Instant(seconds: Int64(value))
        case .lastCompletion: lastCompletion = Instant(seconds: Int64(value))
        case .overdueItems: overdueItems = Int(value)
        case .oldestOverdueAge: oldestOverdueSeconds = value
        case .usedBytes: usedBytes = Int64(value)
        case .firstScheduled, .fingerprint, .sweepLeft, .guardTrip, .quotaTrip: break
        }
    }
}
