import Retention

@testable import Engine

/// The state store that all replicas share.
final class SimulatedState {
    /// It fails all calls until then.
    var downUntil: Int64 = 0
    private(set) var marks: [String: Int64] = [:]
    /// Whole seconds, as stamps are read: when each cycle was fired last, and the firings of its last job and last end.
    private var lastFires: [String: Instant] = [:]
    private var lastJobs: [String: Instant] = [:]
    private var lastEnds: [String: Instant] = [:]
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

    func fired(_ cycle: String, at instant: Instant, hasJob: Bool) {
        let second = Self.wholeSecond(instant)
        if !hasJob || lastFires[cycle].map({ $0 <= second }) ?? true { lastFires[cycle] = second }
        if hasJob { lastJobs[cycle] = second }
    }

    func ended(_ cycle: String, firedAt instant: Instant) { lastEnds[cycle] = Self.wholeSecond(instant) }

    var progress: [String: CycleProgress] {
        lastFires.mapValues { CycleProgress(lastFire: $0) }.merging(
            lastJobs.filter { $0.value > lastEnds[$0.key] ?? .distantPast }.mapValues { CycleProgress(openJob: $0) }
        ) { CycleProgress(lastFire: $0.lastFire, openJob: $1.openJob) }
    }

    private static func wholeSecond(_ instant: Instant) -> Instant {
        Instant(seconds: instant.nanoseconds / Span.second)
    }
}
