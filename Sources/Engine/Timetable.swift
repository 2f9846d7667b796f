import Retention

/// When each cycle fires next; a value without a clock.
struct Timetable: Sendable {
    /// A cycle that is due.
    struct Firing: Equatable, Sendable {
        var cycle: String
        /// When it was due.
        var at: Instant
    }

    private struct Entry {
        var cycle: String
        var schedule: Schedule
        var window: Window?
        var next: Instant?
        /// Firings outside the window are passed over.
        func nextFire(after instant: Instant) -> Instant? { schedule.nextFire(after: instant, within: window) }
    }

    private var entries: [Entry] = []
    /// How often a clock was found that had been set back: fire times come again then.
    private(set) var stepsBack = 0

    /// The earliest next firing of all cycles.
    var next: Instant? { entries.compactMap(\.next).min() }

    func next(of cycle: String) -> Instant? { entries.first { $0.cycle == cycle }?.next }

    /// Takes over the cycles of a program; a cycle whose schedule and window are unchanged keeps its next firing.
    mutating func replace(with cycles: [CycleDefinition], now: Instant) {
        let old = entries
        entries = cycles.compactMap { cycle in
            guard cycle.isEnabled, let schedule = cycle.schedule else { return nil }
            let previous = old.first { $0.cycle == cycle.name }
            var entry = Entry(cycle: cycle.name, schedule: schedule, window: cycle.window)
            let keepsNext = previous?.schedule == schedule && previous?.window == cycle.window
            entry.next = keepsNext ? previous?.next : entry.nextFire(after: now)
            return entry
        }
    }

    /// Everything that is due at `now`, each cycle at most once; their next firings move on.
    mutating func advance(to now: Instant) -> [Firing] {
        var due: [Firing] = []
        var wasSetBack = false
        for index in entries.indices {
            guard let next = entries[index].next else { continue }
            let following = entries[index].nextFire(after: now)
            guard next <= now else {
                // A clock that was set back must not silence a cycle until it has caught up.
                if let following, following < next {
                    entries[index].next = following
                    wasSetBack = true
                }
                continue
            }
            entries[index].next = following
            due.append(Firing(cycle: entries[index].cycle, at: next))
        }
        if wasSetBack { stepsBack += 1 }
        return due
    }
}
