package import Retention
package import State

/// What real runs came to, added up. Dry runs are counted beside them, and add nothing.
package struct RunSums: Sendable, Equatable {
    /// Real runs by how they ended; without looks at a quota that found nothing to do.
    package private(set) var outcomes: [RunOutcome: Int] = [:]
    package private(set) var counts = RunCounts()
    /// Of the bytes, those of runs that compressed files as well: the history does not keep the two apart.
    package private(set) var compressingBytes: Int64 = 0
    package private(set) var dryRuns = 0

    package init() {}

    /// What went: deleted, or set where the task's action sets.
    package var items: Int { counts.removedItems }

    /// What was given back.
    package var bytes: Int64 { counts.freedBytes }

    package var runs: Int { outcomes.values.reduce(0, +) }

    /// Adds a run that has ended; one that has not adds nothing.
    package mutating func add(_ run: StoredRun) {
        guard let end = run.end else { return }
        guard !run.record.dryRun else {
            dryRuns += 1
            return
        }
        if run.isRun, !run.isIdleLook { outcomes[end.outcome, default: 0] += 1 }
        counts.add(end.counts)
        if end.counts.compressed > 0 { compressingBytes = compressingBytes.addingSaturated(end.counts.freedBytes) }
    }
}

/// How a figure moved from one period to the next.
package enum FigureChange: Sendable, Equatable {
    /// Rounded; 0 also where there was nothing before and is nothing now.
    case percent(Int)
    /// There was nothing before.
    case new
    /// What there was before is not known.
    case unknown

    /// - Parameter isKnown: the history covers the period before.
    package init(from before: Int64, to now: Int64, isKnown: Bool) {
        guard isKnown else {
            self = .unknown
            return
        }
        guard before > 0 else {
            self = now > 0 ? .new : .percent(0)
            return
        }
        let percent = (Double(now) - Double(before)) / Double(before) * 100
        self = .percent(Int(min(percent.rounded(), 1e15)))
    }
}
