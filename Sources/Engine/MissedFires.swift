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
        var missed = MissedFires()
        var last = since
        while missed.count < MissedFires.limit, let next = schedule.nextFire(after: last, within: window), next <= until
        {
            missed.count += 1
            missed.last = next
            last = next
        }
        // Of more than can be counted the latest is not known; then it is now.
        if missed.count == MissedFires.limit { missed.last = until }
        return missed
    }
}
