/// What a schedule comes to when a cycle works within a window only.
extension Schedule {
    /// A weekend, or a change of the clock at one, is among the fire times of so long a time.
    private static let shortestLook: Int64 = 8 * 86_400 * 1_000_000_000
    private static let fewestFires = 100

    /// The first fire time after `instant` that lies within `window`; `nil` stands for all day.
    ///
    /// - Returns: nil if there is none before the end of what an ``Instant`` can hold, or among so many fire times that
    ///   it is safe to say that the two never meet.
    package func nextFire(after instant: Instant, within window: Window?) -> Instant? {
        var walk = MeantFires(self, window, after: instant)
        return walk.next()
    }

    /// How many fire times within `window` there are in (`since`, `until`]; counts no further than `limit`.
    package func missedFires(since: Instant, until: Instant, limit: Int, within window: Window? = nil) -> Int {
        var walk = MeantFires(self, window, after: since, upTo: until)
        var count = 0
        while count < limit, walk.next() != nil { count += 1 }
        return count
    }

    /// The longest time between two fire times that follow each other within `window`, in seconds: of the next 100, and
    /// of all in eight days after the first. 0 if there are not two.
    ///
    /// Where fire times hardly ever meet the window, the search ends early, and the time that was searched in vain counts
    /// as a gap.
    package func longestGapSeconds(after instant: Instant, within window: Window? = nil) -> Double {
        if case .every(let interval) = kind, window == nil { return Double(interval) / 1e9 }
        var walk = MeantFires(self, window, after: instant)
        guard let first = walk.next() else { return 0 }
        var (last, longest, fires) = (first.nanoseconds, Int64(0), 1)
        while fires < Self.fewestFires || last - first.nanoseconds < Self.shortestLook {
            guard let next = walk.next()?.nanoseconds else {
                if walk.isGivenUp { longest = max(longest, walk.seen.nanoseconds - last) }
                break
            }
            longest = max(longest, next - last)
            (last, fires) = (next, fires + 1)
            // Within an opening all gaps of an interval are equal: one of them speaks for the others.
            if case .every(let interval) = kind, let end = walk.skipOpening(by: interval)?.nanoseconds {
                longest = max(longest, interval)
                fires += Int((end - next) / interval)
                last = end
            }
        }
        return Double(longest) / 1e9
    }
}

/// Walks over the fire times that lie within a window, and passes over what is closed at one step.
private struct MeantFires {
    /// Of fire times outside the window. At one a day these are fifty years.
    private static let mostLooks = 20_000

    private let schedule: Schedule
    private let window: Window?
    private let end: Instant
    private var looks = 0
    /// All fire times up to here have been walked over.
    private(set) var seen: Instant

    init(_ schedule: Schedule, _ window: Window?, after instant: Instant, upTo end: Instant = .distantFuture) {
        self.schedule = schedule
        self.window = window
        self.end = end
        seen = instant
    }

    /// Ended without having come to the end of time.
    var isGivenUp: Bool { looks >= Self.mostLooks }

    mutating func next() -> Instant? {
        while !isGivenUp, let fire = schedule.nextFire(after: seen), fire <= end {
            seen = fire
            guard let window, !window.contains(fire) else { return fire }
            looks += 1
            seen = max(fire, window.lasts(from: fire).adding(nanoseconds: -1))
        }
        return nil
    }

    /// From the fire time that came last to the last one of the same opening; nil if it is that.
    mutating func skipOpening(by interval: Int64) -> Instant? {
        guard let window else { return nil }
        let closing = window.lasts(from: seen).nanoseconds
        let last = (closing - 1).flooredQuotient(interval) * interval
        guard last > seen.nanoseconds else { return nil }
        seen = Instant(nanoseconds: last)
        return seen
    }
}
