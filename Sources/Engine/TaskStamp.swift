import Retention

/// The small numbers of a task that survive restarts.
enum TaskStamp: Hashable {
    case lastSuccess, lastCompletion, firstScheduled
    /// Tells whether enabled, dry run and schedule are still as they were at `firstScheduled`.
    case fingerprint
    case overdueItems, oldestOverdueAge, usedBytes
    /// How many half-made files the last sweep met and left.
    case sweepLeft
    case guardTrip(Guard)
    /// The same of looks at the quota; 0 once a look was not refused.
    case quotaTrip(Guard)

    /// As stored; never renamed.
    var name: String {
        switch self {
        case .lastSuccess: "last_success"
        case .lastCompletion: "last_completion"
        case .firstScheduled: "first_scheduled"
        case .fingerprint: "fingerprint"
        case .overdueItems: "overdue_items"
        case .oldestOverdueAge: "oldest_overdue_age"
        case .usedBytes: "used_bytes"
        case .sweepLeft: "sweep_left"
        case .guardTrip(let name): "guard_trip.\(name.rawValue)"
        case .quotaTrip(let name): "quota_trip.\(name.rawValue)"
        }
    }

    static let all: [TaskStamp] =
        [
            .lastSuccess, .lastCompletion, .firstScheduled, .fingerprint, .overdueItems, .oldestOverdueAge, .usedBytes,
            .sweepLeft,
        ]
        + Guard.allCases.map(TaskStamp.guardTrip) + Guard.allCases.map(TaskStamp.quotaTrip)

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

/// Where stamps lie in the state store.
enum StampScope {
    static func task(_ name: String) -> String { "task:\(name)" }
    static func cycle(_ name: String) -> String { "cycle:\(name)" }
    static let service = "service"
    static let lastRun = "last_run"
    static let lastRunDuration = "last_run_duration"
    static let lastFire = "last_fire"
    /// Fire times of the last job that was put into the queue, and of the last that has ended.
    static let lastJob = "last_job"
    static let lastEnd = "last_end"
}
