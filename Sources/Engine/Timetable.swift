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
        var next: Instant?
    }

    private var entries: [Entry] = []

    /// The earliest next firing of all cycles.
    var next: Instant? { entries.compactMap(\.next).min() }

    func next(of cycle: String) -> Instant? { entries.first { $0.cycle == cycle }?.next }

    /// Takes over the cycles of a program; a cycle whose schedule is unchanged keeps its next firing.
    mutating func replace(with cycles: [CycleDefinition], now: Instant) {
        let old = entries
        entries = cycles.compactMap { cycle in
            guard cycle.isEnabled, let schedule = cycle.schedule else { return nil }
            let previous = old.first { $0.cycle == cycle.name }
            let keepsNext = previous?.schedule == schedule
            return Entry(
                cycle: cycle.name,
                schedule: schedule,
                next: keepsNext ? previous?.next : schedule.nextFire(after: now)
            )
        }
    }

    /// Everything that is due at `now`, each cycle at most once; their next firings move on.
    mutating func advance(to now: Instant) -> [Firing] {
        var due: [Firing] = []
        for index in entries.indices {
            let following = entries[index].schedule.nextFire(after: now)
            guard let next = entries[index].next else { continue }
            guard next <= now else {
                // A clock that was set back must not silence a cycle until it has caught up.
                if let following, following < next { entries[index].next = following }
                continue
            }
            entries[index].next = following
            due.append(Firing(cycle: entries[index].cycle, at: next))
        }
        return due
    }
}
