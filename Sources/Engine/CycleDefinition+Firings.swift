package import Retention

extension CycleDefinition {
    private static let hour: Int64 = 3600 * 1_000_000_000

    /// When it fires within a span; of several firings in one hour of the clock the first only, so that a cycle of
    /// every second does not make a simulation endless.
    package func firings(in span: SimulationSpan) -> [Instant] {
        guard let schedule else { return [] }
        var result: [Instant] = []
        var after = span.start
        while let next = schedule.nextFire(after: after, within: window), next <= span.end {
            result.append(next)
            let rest = ((next.nanoseconds % Self.hour) + Self.hour) % Self.hour
            // Up to the last nanosecond of the hour, so that the next one may fire at its very beginning.
            after = next.adding(nanoseconds: Self.hour - rest - 1)
        }
        return result
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
