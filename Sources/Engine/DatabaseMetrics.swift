import Stores
import Telemetry

/// Metrics of a task that cleans rows.
struct DatabaseMetrics: Sendable {
    private static let engines = ["postgres", "sqlite"]

    /// By engine; a task has one, and which is known at its first batch.
    private let duration: [String: Histogram]
    private let rows: [String: Histogram]
    let lockTimeouts: Counter
    let throttle: [BatchPressure.Cause: Counter]
    let replicationLag: Gauge

    init(_ registry: Registry, task: String) throws(RegistryError) {
        var duration: [String: Histogram] = [:]
        var rows: [String: Histogram] = [:]
        for engine in Self.engines {
            duration[engine] = try registry.histogram(Catalogue.batchDuration, [task, engine])
            rows[engine] = try registry.histogram(Catalogue.batchRows, [task, engine])
        }
        self.duration = duration
        self.rows = rows
        lockTimeouts = try registry.counter(Catalogue.lockTimeouts, [task])
        var throttle: [BatchPressure.Cause: Counter] = [:]
        for cause in BatchPressure.Cause.allCases {
            throttle[cause] = try registry.counter(Catalogue.throttleSeconds, [task, cause.rawValue])
        }
        self.throttle = throttle
        replicationLag = try registry.gauge(Catalogue.replicationLag, [task])
    }

    /// Takes the series of a task away that has come to clean something else.
    static func remove(from registry: Registry, task: String) {
        registry.removeAll(where: "task", equals: task, of: Catalogue.databaseFamilies)
    }

    func batch(_ engine: String, _ batch: BatchResult) {
        lockTimeouts.increment(by: batch.lockTimeouts)
        // A batch that found nothing, or was rolled back, was not committed with rows.
        guard batch.rows > 0 else { return }
        duration[engine]?.observe(batch.seconds)
        rows[engine]?.observe(Double(batch.rows))
    }
}
