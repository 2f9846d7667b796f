import Retention

/// Firings of a cycle that came to nothing.
struct MissedFires: Sendable, Equatable {
    /// Counted no further than this.
    static let limit = 1000

    var count = 0
    /// The latest of them.
    var last: Instant?
}

extension CycleDefinition {
    /// Firings in (`since`, `until`]; those outside the window were passed over on purpose.
    func missedFires(since: Instant, until: Instant) -> MissedFires {
        guard let schedule else { return MissedFires() }
        let fires = schedule.fires(after: since, count: MissedFires.limit).filter { $0 <= until }
        let meant = fires.filter { window?.contains($0) ?? true }
        // Of more than can be counted the latest is not known; then it is now.
        let last = fires.count < MissedFires.limit ? meant.last : meant.isEmpty ? nil : until
        return MissedFires(count: meant.count, last: last)
    }
}
