package import Retention
package import State

/// Adds up the runs of a period, and of the same length of time before it.
///
/// A run belongs to the period in which it ended. What is kept grows with tasks and days, not with runs.
package struct PeriodReport: Sendable {
    /// Sums of the period, beside those of the time before.
    package struct Sums: Sendable, Equatable {
        package var now = RunSums()
        package var before = RunSums()

        package init() {}
    }

    package struct Task: Sendable, Equatable {
        package var sums = Sums()
        /// The last one of the period: what several would have removed is mostly the same.
        package var lastDryRun: StoredRun?

        package init() {}
    }

    /// A day or week of the period; before: as far into the time before.
    package struct Step: Sendable, Equatable {
        package let period: Period
        package var sums = Sums()
    }

    /// How many failures are kept; all are counted.
    package static let mostFailures = 20

    package let period: Period
    package private(set) var sums = Sums()
    package private(set) var tasks: [String: Task] = [:]
    package private(set) var steps: [Step]
    /// Real runs of the period that did not do all that they should.
    package private(set) var failureCount = 0
    /// The last of them, newest first.
    package var failures: [StoredRun] { lastFailures.reversed() }
    private var lastFailures: [StoredRun] = []

    package init(_ period: Period) {
        self.period = period
        steps = period.steps.map { Step(period: $0) }
    }

    /// All that must be handed to ``add(_:)``.
    package var wholePeriod: Period { Period(from: period.previous.start, to: period.end) }

    /// - Parameter run: in the order of the runs' ends; one that ended in neither time adds nothing.
    package mutating func add(_ run: StoredRun) {
        guard let end = run.end?.endedAt else { return }
        let task = run.record.task
        if period.contains(end) {
            sums.now.add(run)
            tasks[task, default: Task()].sums.now.add(run)
            if run.record.dryRun { tasks[task]?.lastDryRun = run }
            steps[period.stepIndex(of: end)].sums.now.add(run)
            if run.isFailure { note(run) }
        } else if period.previous.contains(end) {
            sums.before.add(run)
            tasks[task, default: Task()].sums.before.add(run)
            steps[period.previous.stepIndex(of: end)].sums.before.add(run)
        }
    }

    private mutating func note(_ run: StoredRun) {
        failureCount += 1
        if lastFailures.count == Self.mostFailures { lastFailures.removeFirst() }
        lastFailures.append(run)
    }
}

extension StoredRun {
    /// A real run that somebody should look at.
    package var isFailure: Bool {
        guard !record.dryRun, let outcome = end?.outcome else { return false }
        return switch outcome {
        case .failed, .partial, .refused: true
        case .success, .cancelled, .skipped, .unavailable: false
        }
    }
}
