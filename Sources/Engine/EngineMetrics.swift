package import Retention
import Stores
import Synchronization
package import Telemetry

/// All metrics of the engine, at 0 from the first scrape; scrapes read nothing else.
package final class EngineMetrics: Sendable {
    private struct Tasks {
        var metrics: [String: TaskMetrics] = [:]
        var cycles: [String: (total: Counter, failures: Counter)] = [:]
        var quietWaits: [String: [QuietGate.End: Counter]] = [:]
    }

    private let registry: Registry
    private let tasks = Mutex(Tasks())
    private let cycleDuration: Histogram
    private let lastRun: Gauge
    private let lastRunDuration: Gauge
    private let ledgerRecords: Counter
    private let ledgerWriteFailures: Counter
    private let leader: Gauge
    private let leaderEpoch: Gauge
    private let leaderTransitions: Counter
    package let notices: NoticeMetrics

    package init(_ registry: Registry) throws(RegistryError) {
        self.registry = registry
        cycleDuration = try registry.histogram(Catalogue.cycleDuration)
        lastRun = try registry.gauge(Catalogue.lastRunTimestamp)
        lastRunDuration = try registry.gauge(Catalogue.lastRunDuration)
        ledgerRecords = try registry.counter(Catalogue.ledgerRecords)
        ledgerWriteFailures = try registry.counter(Catalogue.ledgerWriteFailures)
        leader = try registry.gauge(Catalogue.leader)
        leaderEpoch = try registry.gauge(Catalogue.leaderEpoch)
        leaderTransitions = try registry.counter(Catalogue.leaderTransitions)
        notices = NoticeMetrics(registry)
    }

    /// Makes the series of a program's tasks and cycles, and removes those of tasks that are no more.
    package func configure(_ program: Program) throws(RegistryError) {
        let names = Set(program.tasks.map(\.name))
        let gone = tasks.withLock { tasks in
            let gone = tasks.metrics.keys.filter { !names.contains($0) }
            for name in gone { tasks.metrics[name] = nil }
            return gone
        }
        for name in gone { registry.removeAll(where: "task", equals: name) }
        for task in program.tasks {
            let metrics = try TaskMetrics(
                registry,
                task: task.name,
                resource: task.resource,
                ownedResources: task.ownedResources,
                quota: task.policy.quota,
                isQuotaChecked: program.isQuotaChecked(task),
                isOfRows: task.store.isBatches,
                isEnabled: task.isEnabled
            )
            tasks.withLock { $0.metrics[task.name] = metrics }
            metrics.enabled.set(task.isEnabled ? 1 : 0)
            metrics.dryRun.set(program.mustDryRun(task) ? 1 : 0)
            metrics.timeout.set(program.timeoutSeconds(of: task))
        }
        for cycle in program.cycles {
            let total = try registry.counter(Catalogue.cycles, [cycle.name])
            let failures = try registry.counter(Catalogue.cycleFailures, [cycle.name])
            tasks.withLock { $0.cycles[cycle.name] = (total, failures) }
            try configureQuiet(cycle)
        }
        try notices.configure(program)
    }

    private func configureQuiet(_ cycle: CycleDefinition) throws(RegistryError) {
        var waits: [QuietGate.End: Counter] = [:]
        for end in QuietGate.End.allCases {
            waits[end] = try registry.counter(Catalogue.quietWaits, [cycle.name, end.rawValue])
        }
        tasks.withLock { [waits] in $0.quietWaits[cycle.name] = waits }
    }

    /// A firing of the cycle that had to wait has begun.
    func waited(_ cycle: String, _ end: QuietGate.End) {
        tasks.withLock { $0.quietWaits[cycle]?[end] }?.increment()
    }

    /// From now on each scrape asks whether this replica leads: its epoch, while it does.
    package func showLeader(_ epoch: @escaping @Sendable () -> Int64?) {
        registry.addCollector { [leader, leaderEpoch] in
            let epoch = epoch()
            leader.set(epoch == nil ? 0 : 1)
            if let epoch { leaderEpoch.set(Double(epoch)) }
        }
    }

    /// Takes the families of the leader away, where nobody ever leads: an alert waits for one that is 1.
    func hideLeader() {
        for family in [Catalogue.leader, Catalogue.leaderEpoch, Catalogue.leaderTransitions] { registry.remove(family) }
    }

    /// The epoch of whoever leads, as the state store has it.
    package func sawEpoch(_ epoch: Int64) { leaderEpoch.set(Double(epoch)) }

    func gainedLead() { leaderTransitions.increment() }

    // MARK: What happens

    func started(_ task: String) { self[task]?.running.set(1) }

    /// - Parameter results: parallel to the items of `block`.
    func acted(_ task: String, _ block: ItemBlock, _ results: [ItemResult]) {
        var counts = ItemCounts()
        for result in results { counts.add(result) }
        guard let metrics = self[task] else { return }
        metrics.acted(counts)
        let markers = results.count { $0.outcome == .deleted && !$0.isForGood }
        metrics.resourceDeleted.increment(by: counts.deleted + counts.updated - markers)
        let spoilt = zip(block.items, results).count { $0.verdict == .compress && $1.failure == .integrity }
        metrics.compression.verifyFailures.increment(by: spoilt)
        for (resource, count) in results.lazy.flatMap(\.owned) {
            metrics.ownedDeleted[resource]?.increment(by: count)
        }
    }

    /// A committed batch of rows.
    func batch(_ task: String, engine: String, _ batch: BatchResult, _ counts: ItemCounts) {
        guard let metrics = self[task] else { return }
        metrics.acted(counts)
        metrics.resourceDeleted.increment(by: counts.deleted + counts.updated)
        metrics.database?.batch(engine, batch)
        for (resource, count) in batch.owned { metrics.ownedDeleted[resource]?.increment(by: count) }
    }

    /// What a task's counters say: since the start of this process.
    package func totals(of task: String) -> TaskTotals {
        guard let metrics = self[task] else { return TaskTotals() }
        return TaskTotals(
            items: Int(metrics.deleted.value + metrics.updated.value),
            bytes: Int64(exactly: metrics.freedBytes.value.rounded(.down)) ?? .max,
            errors: Int(metrics.failures.values.reduce(0) { $0 + $1.value })
        )
    }

    func lagged(_ task: String, seconds: Double) { self[task]?.database?.replicationLag.set(seconds) }

    func throttled(_ task: String, _ cause: BatchPressure.Cause, seconds: Double) {
        self[task]?.database?.throttle[cause]?.increment(by: seconds)
    }

    func ledgerRecorded(_ items: Int) { ledgerRecords.increment(by: items) }

    package func ledgerFailed() { ledgerWriteFailures.increment() }

    func finished(_ report: RunReport) {
        guard let metrics = self[report.task], !report.isLocked else { return }
        if !report.dryRun { metrics.running.set(0) }
        guard report.outcome != .skipped, report.outcome != .unavailable else {
            if report.outcome == .unavailable { metrics.enabled.set(0) }
            if report.isAbsent, !report.dryRun { metrics.absent() }
            return
        }
        metrics.enabled.set(metrics.isEnabled ? 1 : 0)
        metrics.finished(report)
    }

    func timedOut(_ task: String) { self[task]?.runFailures[.timeout]?.increment() }

    /// A task whose optional connection is away is not enabled, so that no alert waits for it.
    func isThere(_ isThere: Bool, task: String) {
        guard let metrics = self[task] else { return }
        metrics.enabled.set(metrics.isEnabled && isThere ? 1 : 0)
    }

    func crashed(_ task: String) { self[task]?.runFailures[.crash]?.increment() }

    func missed(_ count: Int, task: String) { self[task]?.misses.increment(by: count) }

    func finished(_ report: CycleReport) {
        if report.isReal { cycleDuration.observe(report.durationSeconds) }
        guard let name = report.cycle, let cycle = tasks.withLock({ $0.cycles[name] }) else { return }
        cycle.total.increment()
        if report.isRealFailure { cycle.failures.increment() }
    }

    // MARK: What is known

    /// Shows numbers that were kept over restarts.
    func show(_ stamp: TaskStamp, _ value: Double, task: String) {
        guard let metrics = self[task] else { return }
        switch stamp {
        case .lastSuccess: metrics.lastSuccess.set(value)
        case .lastCompletion: metrics.lastCompletion.set(value)
        case .firstScheduled: metrics.firstScheduled.set(value)
        case .overdueItems: metrics.overdueItems.set(value)
        case .oldestOverdueAge: metrics.oldestOverdueAge.set(value)
        case .guardTrip(let name): metrics.guardLastTrip[name]?.set(value)
        case .quotaTrip(let name): metrics.quotaLastTrip[name]?.set(value)
        case .fingerprint, .sweepLeft: break
        case .usedBytes: metrics.storageUsed?.set(value)
        }
    }

    /// How many items are overdue, of which the oldest is by `seconds`: only runs count them, so that it is at least one.
    /// - Returns: `nil` if nothing speaks against the last count.
    /// What is overdue is not known here.
    func showUnknownOverdue(task: String) {
        self[task]?.overdueItems.set(.nan)
        self[task]?.oldestOverdueAge.set(.nan)
    }

    func overdueItems(of task: String, oldest seconds: Double) -> Double? {
        guard let metrics = self[task] else { return nil }
        if seconds > 0 { return max(1, metrics.overdueItems.value) }
        // Without an age in its policy a task has no oldest item, and its count stands.
        return metrics.oldestOverdueAge.value > 0 ? 0 : nil
    }

    func showLastRun(_ timestamp: Double, duration: Double) {
        lastRun.set(timestamp)
        lastRunDuration.set(duration)
    }

    func showNextRun(_ seconds: Double?, task: String) { self[task]?.nextRun.set(seconds ?? 0) }

    /// A task in no cycle has no interval, and no series.
    func showInterval(_ seconds: Double?, task: String) throws(RegistryError) {
        guard let seconds else {
            registry.remove(Catalogue.taskScheduleInterval, [task])
            return
        }
        try registry.gauge(Catalogue.taskScheduleInterval, [task]).set(seconds)
    }

    private subscript(task: String) -> TaskMetrics? { tasks.withLock { $0.metrics[task] } }
}

extension Program {
    /// Its quota is looked at between the runs of its cycles, too.
    func isQuotaChecked(_ task: TaskDefinition) -> Bool {
        cycles.contains { $0.isQuotaCheck && $0.isEnabled && $0.tasks.contains(task.name) }
    }

    /// The longest gap between the firings of a task that lie ahead, of those within its cycles' windows; 0 = it never
    /// fires, `nil` = it is in no cycle.
    package func intervalSeconds(of task: TaskDefinition, after instant: Instant) -> Double? {
        let cycles = cycles.filter { $0.isEnabled && !$0.isQuotaCheck && $0.tasks.contains(task.name) }
        let gaps = cycles.compactMap { $0.schedule?.longestGapSeconds(after: instant, within: $0.window) }
        // A cycle that never fires says nothing beside one that does.
        return gaps.filter { $0 > 0 }.min() ?? gaps.first
    }

    /// The longest that a run of the task may take: its own limit or its cycles' (the largest); 86,400 without one.
    func timeoutSeconds(of task: TaskDefinition) -> Double {
        let ofCycles = cycles.filter { !$0.isQuotaCheck && $0.tasks.contains(task.name) }.map(\.maxDurationSeconds)
        let cycleLimit = ofCycles.contains(nil) ? nil : ofCycles.compactMap { $0 }.max()
        return [task.runLimitSeconds, cycleLimit].compactMap { $0 }.min() ?? 86_400
    }
}
