import Retention
import Telemetry

/// All metrics of one task; made at 0 when the task is configured, so that the first increment is seen.
struct TaskMetrics: Sendable {
    /// Moves with each confirmed removal of the task's resource; shared by all tasks of that resource.
    let resourceDeleted: Counter
    let runs: Counter
    let runFailures: [RunFailureReason: Counter]
    let duration: Histogram
    let lastSuccess: Gauge
    let lastCompletion: Gauge
    let firstScheduled: Gauge
    let nextRun: Gauge
    /// No series while the task is in no cycle.
    let timeout: Gauge
    let enabled: Gauge
    let dryRun: Gauge
    let running: Gauge
    let misses: Counter
    let examined: Counter
    let attempts: Counter
    let deleted: Counter
    let updated: Counter
    let failures: [FailureReason: Counter]
    let skipped: [SkipReason: Counter]
    let freedBytes: Counter
    private let freedDebt = FreedDebt()
    let guardTrips: [Guard: Counter]
    let guardLastTrip: [Guard: Gauge]
    /// Empty if the quota is not looked at between runs.
    let quotaLastTrip: [Guard: Gauge]
    let overdueItems: Gauge
    let oldestOverdueAge: Gauge
    let compression: CompressionMetrics
    /// Only with a quota.
    let storageUsed: Gauge?
    /// Counters of what goes with a row, by resource.
    let ownedDeleted: [String: Counter]
    /// Only of rows.
    let database: DatabaseMetrics?
    /// As configured; an optional connection that is away sets the gauge to 0 until it is back.
    let isEnabled: Bool

    init(
        _ registry: Registry,
        task: String,
        resource: String,
        ownedResources: [String],
        quota: Policy.Quota?,
        isQuotaChecked: Bool,
        isOfRows: Bool,
        isEnabled: Bool
    ) throws(RegistryError) {
        let labels = [task]
        resourceDeleted = try registry.counter(Catalogue.resourceDeleted(resource))
        runs = try registry.counter(Catalogue.taskRuns, labels)
        runFailures = try Self.counters(registry, Catalogue.taskRunFailures, task, by: RunFailureReason.self)
        duration = try registry.histogram(Catalogue.taskDuration, labels)
        lastSuccess = try registry.gauge(Catalogue.taskLastSuccess, labels)
        lastCompletion = try registry.gauge(Catalogue.taskLastCompletion, labels)
        firstScheduled = try registry.gauge(Catalogue.taskFirstScheduled, labels)
        nextRun = try registry.gauge(Catalogue.taskNextRun, labels)
        timeout = try registry.gauge(Catalogue.taskTimeout, labels)
        enabled = try registry.gauge(Catalogue.taskEnabled, labels)
        dryRun = try registry.gauge(Catalogue.taskDryRun, labels)
        running = try registry.gauge(Catalogue.taskRunning, labels)
        misses = try registry.counter(Catalogue.scheduleMisses, labels)
        examined = try registry.counter(Catalogue.itemsExamined, labels)
        attempts = try registry.counter(Catalogue.itemAttempts, labels)
        deleted = try registry.counter(Catalogue.itemsDeleted, labels)
        updated = try registry.counter(Catalogue.itemsUpdated, labels)
        failures = try Self.counters(registry, Catalogue.itemFailures, task, by: FailureReason.self)
        skipped = try Self.counters(registry, Catalogue.itemsSkipped, task, by: SkipReason.self)
        freedBytes = try registry.counter(Catalogue.freedBytes, labels)
        guardTrips = try Self.counters(registry, Catalogue.guardTrips, task, by: Guard.self)
        guardLastTrip = try Self.trips(registry, Catalogue.guardLastTrip, task)
        quotaLastTrip = isQuotaChecked ? try Self.trips(registry, Catalogue.quotaLastTrip, task) : [:]
        overdueItems = try registry.gauge(Catalogue.overdueItems, labels)
        oldestOverdueAge = try registry.gauge(Catalogue.oldestOverdueAge, labels)
        compression = try CompressionMetrics(registry, task: task)
        self.isEnabled = isEnabled
        ownedDeleted = try Self.owned(registry, ownedResources)
        database = isOfRows ? try DatabaseMetrics(registry, task: task) : nil
        storageUsed = try Self.storage(registry, task, quota)
        // What a reload has taken away.
        if !isQuotaChecked { registry.removeAll(where: "task", equals: task, of: [Catalogue.quotaLastTrip]) }
        if !isOfRows { DatabaseMetrics.remove(from: registry, task: task) }
    }

    /// When each guard last refused a plan.
    private static func trips(
        _ registry: Registry,
        _ family: Family,
        _ task: String
    ) throws(RegistryError) -> [Guard: Gauge] {
        try each(Guard.self) { name throws(RegistryError) in
            try registry.gauge(family, [task, name.rawValue])
        }
    }

    private static func owned(
        _ registry: Registry,
        _ resources: [String]
    ) throws(RegistryError) -> [String: Counter] {
        var counters: [String: Counter] = [:]
        for resource in resources { counters[resource] = try registry.counter(Catalogue.resourceDeleted(resource)) }
        return counters
    }

    private static func storage(
        _ registry: Registry,
        _ task: String,
        _ quota: Policy.Quota?
    ) throws(RegistryError) -> Gauge? {
        guard let quota else {
            // A reload may have taken the quota away.
            registry.remove(Catalogue.storageLimit, [task])
            registry.remove(Catalogue.storageUsed, [task])
            return nil
        }
        try registry.gauge(Catalogue.storageLimit, [task]).set(Double(quota.maxBytes))
        return try registry.gauge(Catalogue.storageUsed, [task])
    }

    /// A counter for each value that the second label can have.
    private static func counters<Key: CaseIterable & Hashable & RawRepresentable>(
        _ registry: Registry,
        _ family: Family,
        _ task: String,
        by keys: Key.Type
    ) throws(RegistryError) -> [Key: Counter] where Key.RawValue == String {
        try each(keys) { key throws(RegistryError) in
            try registry.counter(family, [task, key.rawValue])
        }
    }

    private static func each<Key: CaseIterable & Hashable, Value>(
        _ keys: Key.Type,
        _ make: (Key) throws(RegistryError) -> Value
    ) throws(RegistryError) -> [Key: Value] {
        var result: [Key: Value] = [:]
        for key in keys.allCases { result[key] = try make(key) }
        return result
    }
}

extension TaskMetrics {
    /// What became of one block. Attempts move before outcomes, so that no scrape sees more outcomes than attempts.
    func acted(_ counts: ItemCounts) {
        attempts.increment(by: counts.attempts)
        deleted.increment(by: counts.deleted)
        updated.increment(by: counts.updated)
        compression.acted(counts)
        freedBytes.increment(by: Int(freedDebt.settle(counts.freedBytes)))
        for (reason, count) in counts.failures { failures[reason]?.increment(by: count) }
        skipped[.changed]?.increment(by: counts.changed)
        skipped[.vanished]?.increment(by: counts.gone)
        skipped[.inUse]?.increment(by: counts.inUse)
    }

    /// A table or column that the task names is not there: a run that could do nothing.
    func absent() {
        runs.increment()
        runFailures[.config]?.increment()
    }

    /// The end of a run. A dry run looks, so it moves what was seen, and none of the figures of real runs.
    func finished(_ report: RunReport) {
        examined.increment(by: report.tally.examined)
        for (reason, count) in report.skipped { skipped[reason]?.increment(by: count) }
        guard !report.dryRun else { return }
        // A look at the quota that found nothing to do is no run.
        guard report.hasOwnPolicy || report.counts.attempts > 0 || report.outcome != .success else { return }
        runs.increment()
        duration.observe(report.durationSeconds)
        if let failure = report.failure { runFailures[failure]?.increment() }
        if let trip = report.trip { guardTrips[trip.guard]?.increment() }
    }
}
