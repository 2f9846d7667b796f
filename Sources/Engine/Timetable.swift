import Retention

/// When each cycle fires next; a value without a clock.
///
/// A cycle that is still running when it is due does not fire again: the firing is missed, and counted.
struct Timetable: Sendable {
    /// What a look at the timetable gives.
    enum Due: Equatable, Sendable {
        case fire(cycle: String, at: Instant)
        case missed(cycle: String)
    }

    private struct Entry {
        var cycle: String
        var schedule: Schedule
        var next: Instant?
        var isRunning = false
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
                next: keepsNext ? previous?.next : schedule.nextFire(after: now),
                isRunning: previous?.isRunning ?? false
            )
        }
    }

    /// Everything that is due at `now`, each cycle at most once; their next firings move on.
    mutating func advance(to now: Instant) -> [Due] {
        var due: [Due] = []
        for index in entries.indices {
            let following = entries[index].schedule.nextFire(after: now)
            guard let next = entries[index].next else { continue }
            guard next <= now else {
                // A clock that was set back must not silence a cycle until it has caught up.
                if let following, following < next { entries[index].next = following }
                continue
            }
            entries[index].next = following
            if entries[index].isRunning {
                due.append(.missed(cycle: entries[index].cycle))
            } else {
                due.append(.fire(cycle: entries[index].cycle, at: next))
            }
        }
        return due
    }

    mutating func setRunning(_ isRunning: Bool, cycle: String) {
        for index in entries.indices where entries[index].cycle == cycle { entries[index].isRunning = isRunning }
    }

    func isRunning(_ cycle: String) -> Bool { entries.contains { $0.cycle == cycle && $0.isRunning } }
}
