import Retention

/// The state store that all replicas share.
final class SimulatedState {
    /// It fails all calls until then.
    var downUntil: Int64 = 0
    private(set) var marks: [String: Int64] = [:]
    /// When each cycle was fired last; whole seconds, as stamps are read.
    private(set) var lastFires: [String: Instant] = [:]
    /// What each machine believes of its clock.
    var clocks: [Int: ClockTrust] = [:]

    func mark(of lock: String) -> Int64 { marks[lock, default: 0] }

    /// - Returns: the mark that is no lower, if it was not raised.
    func raise(_ lock: String, to epoch: Int64) -> Int64? {
        let mark = mark(of: lock)
        guard epoch > mark else { return mark }
        marks[lock] = epoch
        return nil
    }

    func fired(_ cycle: String, at instant: Instant) {
        let second = instant.nanoseconds / Span.second
        lastFires[cycle] = Instant(seconds: second)
    }
}
