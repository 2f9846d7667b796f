import Coordination
import Crypto
import Foundation
package import Logging
package import Retention
package import State
import Telemetry

/// Keeps the books of runs: the numbers that survive restarts, and the metrics that show them.
package struct Accounting: Sendable {
    package let state: any StateStore
    package let metrics: EngineMetrics
    package let logger: Logger

    package init(state: any StateStore, metrics: EngineMetrics, logger: Logger) {
        self.state = state
        self.metrics = metrics
        self.logger = logger
    }

    // MARK: Ends of runs

    /// The end of one run of one task.
    package func finished(_ report: RunReport, task: TaskDefinition, at end: Instant) {
        metrics.finished(report)
        guard report.outcome != .skipped, report.outcome != .unavailable else { return }
        var values: [TaskStamp: Double] = [:]
        if report.scanCompleted {
            if task.policy.quota != nil {
                values[.usedBytes] = Double(max(0, report.usedBytes - report.counts.freedBytes))
            }
            if report.hasOwnPolicy {
                values[.overdueItems] = Double(report.overdueItems)
                values[.oldestOverdueAge] = report.oldestOverdueSeconds
            }
        }
        if !report.dryRun {
            let seconds = end.secondsSinceEpoch
            // With another policy than its own a run says nothing of the task's success, nor of its failure.
            if report.hasOwnPolicy { values[.lastCompletion] = seconds }
            // The very value, so that the two can be compared.
            if report.outcome == .success, report.hasOwnPolicy { values[.lastSuccess] = seconds }
            if let trip = report.trip, report.hasOwnPolicy { values[.guardTrip(trip.guard)] = seconds }
            if report.isQuotaCheck { values.merge(quotaTrips(report, seconds)) { $1 } }
        }
        save(values, task: task.name)
    }

    /// A look at the quota has stamps of its own, which the next look takes back: a run that succeeds says nothing of it,
    /// nor it of runs.
    private func quotaTrips(_ report: RunReport, _ seconds: Double) -> [TaskStamp: Double] {
        guard report.trip != nil || report.scanCompleted else { return [:] }
        let trips = Guard.allCases.map { (TaskStamp.quotaTrip($0), $0 == report.trip?.guard ? seconds : 0) }
        return Dictionary(uniqueKeysWithValues: trips)
    }

    /// What a look between runs found; remembered, as the figures of runs are.
    func overdue(_ seconds: Double, task: String) {
        var values: [TaskStamp: Double] = [.oldestOverdueAge: seconds]
        values[.overdueItems] = metrics.overdueItems(of: task, oldest: seconds)
        save(values, task: task)
    }

    /// The end of a cycle, or of a run by hand.
    package func finished(_ report: CycleReport, at end: Instant) {
        guard !report.isQuotaCheck else { return }
        metrics.finished(report)
        guard report.isReal else { return }
        metrics.showLastRun(end.secondsSinceEpoch, duration: report.durationSeconds)
        write([
            Stamp(scope: StampScope.service, name: StampScope.lastRun, value: end.secondsSinceEpoch),
            Stamp(scope: StampScope.service, name: StampScope.lastRunDuration, value: report.durationSeconds),
        ])
    }

    /// A task whose turn did not come; if time ran out, that is a failure of its own, or it would starve unseen.
    func notBegun(_ report: RunReport, wasTooLate: Bool) {
        guard wasTooLate, !report.dryRun else { return }
        metrics.timedOut(report.task)
        missed(task: report.task)
    }

    // MARK: Firings

    /// - Parameter hasJob: one was put into the queue, which must not be lost before it has ended.
    func fired(_ cycle: String, at instant: Instant, hasJob: Bool) async {
        let scope = StampScope.cycle(cycle)
        let value = instant.secondsSinceEpoch
        await Blocking.run {
            var stamps: [Stamp] = []
            let last = read().first { $0.scope == scope && $0.name == StampScope.lastFire }?.value
            // A job that is put in again is an older firing's.
            if !hasJob || last.map({ $0 <= value }) ?? true {
                stamps.append(Stamp(scope: scope, name: StampScope.lastFire, value: value))
            }
            if hasJob { stamps.append(Stamp(scope: scope, name: StampScope.lastJob, value: value)) }
            write(stamps)
        }
    }

    /// The job of a firing has ended, well or for good, or was removed: it is not to be put in again.
    package func ended(_ cycle: String, firedAt instant: Instant) async {
        let scope = StampScope.cycle(cycle)
        let value = instant.secondsSinceEpoch
        await Blocking.run {
            let stamps = read().filter { $0.scope == scope }
            let values = Dictionary(stamps.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            // An older firing that was retried says nothing of a later one that has ended. An end that is later than the
            // last job itself is of a clock that was set back since.
            if let end = values[StampScope.lastEnd], end > value, end <= values[StampScope.lastJob] ?? end { return }
            write([Stamp(scope: scope, name: StampScope.lastEnd, value: value)])
        }
    }

    /// To the millisecond: firings are no finer, and a stamp's floating point number is.
    private static func instant(_ seconds: Double) -> Instant {
        let whole = seconds.rounded(.down)
        let milliseconds = ((seconds - whole) * 1_000).rounded()
        return Instant(seconds: Int64(whole)).adding(nanoseconds: Int64(milliseconds) * 1_000_000)
    }

    /// How far each cycle has come, whoever led; `nil` = that cannot be read, which is logged.
    func progress() async -> [String: CycleProgress]? {
        guard let stamps = await Blocking.run({ readIfPossible() }) else { return nil }
        let prefix = StampScope.cycle("")
        let cycles = Dictionary(grouping: stamps.filter { $0.scope.hasPrefix(prefix) }, by: \.scope)
        return Dictionary(
            uniqueKeysWithValues: cycles.map { scope, stamps in
                let values = Dictionary(stamps.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
                let job = values[StampScope.lastJob]
                let isOpen = job.map { $0 > values[StampScope.lastEnd] ?? 0 } ?? false
                let progress = CycleProgress(
                    lastFire: values[StampScope.lastFire].map(Self.instant),
                    openJob: isOpen ? job.map(Self.instant) : nil
                )
                return (String(scope.dropFirst(prefix.count)), progress)
            }
        )
    }

    func missed(task: String) { metrics.missed(1, task: task) }

    func missed(_ count: Int, cycle: CycleDefinition) {
        for task in cycle.tasks { metrics.missed(count, task: task) }
    }

    // MARK: Showing

    /// Shows what the state store remembers; at start, after a reload, and now and then, because a run from the command
    /// line writes there too. Blocking.
    ///
    /// - Parameter isScheduling: this program is the one that fires, so that what has changed in it is due anew from now
    ///   on. The program of a command may be another, as its environment or its file is.
    package func restore(_ program: Program, at instant: Instant, isScheduling: Bool) {
        guard let stamps = readIfPossible() else {
            // What others have found since is not known.
            for task in program.tasks { metrics.showUnknownOverdue(task: task.name) }
            return
        }
        let known = Dictionary(grouping: stamps, by: \.scope)
        for task in program.tasks {
            var values: [TaskStamp: Double] = [:]
            for stamp in known[StampScope.task(task.name)] ?? [] {
                if let key = TaskStamp.byName[stamp.name] { values[key] = stamp.value }
            }
            let fingerprint = Self.fingerprint(of: task, in: program)
            if values[.fingerprint] != fingerprint, isScheduling {
                values[.fingerprint] = fingerprint
                values[.firstScheduled] = instant.secondsSinceEpoch
                save([.fingerprint: fingerprint, .firstScheduled: instant.secondsSinceEpoch], task: task.name)
            }
            // Unknown to the service as yet.
            values[.firstScheduled] = values[.firstScheduled] ?? instant.secondsSinceEpoch
            for (key, value) in values { metrics.show(key, value, task: task.name) }
        }
        let service = Dictionary(
            (known[StampScope.service] ?? []).map { ($0.name, $0.value) },
            uniquingKeysWith: { $1 }
        )
        metrics.showLastRun(
            service[StampScope.lastRun] ?? 0,
            duration: service[StampScope.lastRunDuration] ?? 0
        )
    }

    /// What the state store remembers of each task, by name. Blocking. Throws `StateError`.
    package func figures() throws -> [String: TaskFigures] {
        TaskFigures.byTask(try state.stamps())
    }

    func showNextRuns(_ program: Program, _ firings: [String: Instant]) {
        for task in program.tasks {
            let cycles = program.cycles.filter { $0.isEnabled && $0.tasks.contains(task.name) }
            let next = cycles.compactMap { firings[$0.name] }.min()
            metrics.showNextRun(next?.secondsSinceEpoch, task: task.name)
        }
    }

    /// Shows how often each task is due.
    package func showIntervals(_ program: Program, at instant: Instant) throws {
        for task in program.tasks {
            try metrics.showInterval(program.intervalSeconds(of: task, after: instant), task: task.name)
        }
    }

    // MARK: Helpers

    /// 48 bits of a digest over what resets `first_scheduled`: enabled, dry run, schedule, window. A Double holds them
    /// exactly.
    private static func fingerprint(of task: TaskDefinition, in program: Program) -> Double {
        let schedules = program.cycles.filter { $0.isEnabled && $0.tasks.contains(task.name) }.map { cycle in
            let window = cycle.window.map { " \($0.fromMinute)-\($0.toMinute)" } ?? ""
            return "\(cycle.name)=\(cycle.schedule?.text ?? "")\(window)"
        }
        let text = "\(task.isEnabled) \(program.mustDryRun(task)) \(schedules.joined(separator: ","))"
        let digest = SHA256.hash(data: Data(text.utf8))
        return Double(digest.prefix(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private func save(_ values: [TaskStamp: Double], task: String) {
        for (key, value) in values { metrics.show(key, value, task: task) }
        write(values.map { Stamp(scope: StampScope.task(task), name: $0.key.name, value: $0.value) })
    }

    private func write(_ stamps: [Stamp]) {
        guard !stamps.isEmpty else { return }
        do {
            try state.setStamps(stamps)
        } catch {
            metrics.ledgerFailed()
            logger.error("\(LogWords.stampsNotSaved(error))", metadata: ["action": "log_cleanup_error"])
        }
    }

    private func read() -> [Stamp] { readIfPossible() ?? [] }

    private func readIfPossible() -> [Stamp]? {
        do {
            return try state.stamps()
        } catch {
            metrics.ledgerFailed()
            logger.error("\(LogWords.stampsNotRead(error))", metadata: ["action": "log_cleanup_error"])
            return nil
        }
    }
}
