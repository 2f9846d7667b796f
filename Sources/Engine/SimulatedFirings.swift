package import Retention

/// When the cycles of a task fire within the span of a simulation.
package struct SimulatedFirings: Sendable, Equatable {
    /// Of more than these only the first of each hour is kept, so that a cycle of every second does not make a
    /// simulation endless.
    package static let most = 100_000

    private static let hour: Int64 = 3600 * 1_000_000_000

    /// In order, each once.
    package let instants: [Instant]
    /// Some are left out: what counts per run, such as a budget, comes out wrong.
    package let isThinned: Bool

    package init(of cycles: [CycleDefinition], in span: SimulationSpan) {
        var all: Set<Instant> = []
        for cycle in cycles {
            // One more than all that may be is enough to know.
            all.formUnion(Self.firings(of: cycle, in: span, atMost: Self.most + 1) { $0 })
        }
        isThinned = all.count > Self.most
        if isThinned {
            all = Set(cycles.flatMap { Self.firings(of: $0, in: span, atMost: .max, passing: Self.endOfHour) })
        }
        instants = all.sorted()
    }

    /// - Parameter passing: after which instant the next firing is looked for, by that of the one before.
    private static func firings(
        of cycle: CycleDefinition,
        in span: SimulationSpan,
        atMost most: Int,
        passing: (Instant) -> Instant
    ) -> [Instant] {
        guard let schedule = cycle.schedule else { return [] }
        var result: [Instant] = []
        var after = span.start
        while result.count < most, let next = schedule.nextFire(after: after, within: cycle.window), next <= span.end {
            result.append(next)
            after = passing(next)
        }
        return result
    }

    /// The last nanosecond of the hour of the clock, so that the next one may fire at its very beginning.
    private static func endOfHour(_ instant: Instant) -> Instant {
        let rest = ((instant.nanoseconds % hour) + hour) % hour
        return instant.adding(nanoseconds: hour - rest - 1)
    }
}

extension Program {
    /// The cycles that run a task on schedule: those that are on or, where none is, those that would if they were. Not
    /// those that only look at its quota.
    package func cycles(running task: String) -> [CycleDefinition] {
        let all = cycles.filter { $0.tasks.contains(task) && $0.schedule != nil && !$0.isQuotaCheck }
        let enabled = all.filter(\.isEnabled)
        return enabled.isEmpty ? all : enabled
    }
}
