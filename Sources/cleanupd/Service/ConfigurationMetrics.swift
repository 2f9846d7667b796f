import Retention
import Telemetry

/// Tells whether the last reload took, as Prometheus itself names it.
struct ConfigurationMetrics: Sendable {
    private let successful: Gauge
    private let successTime: Gauge

    /// The configuration has just been read for the first time, at `instant`.
    init(_ registry: Registry, loadedAt instant: Instant) throws {
        successful = try registry.gauge(Catalogue.configLastReloadSuccessful)
        successTime = try registry.gauge(Catalogue.configLastReloadSuccess)
        reloaded(at: instant)
    }

    func reloaded(at instant: Instant) {
        successful.set(1)
        successTime.set(instant.secondsSinceEpoch)
    }

    func reloadFailed() { successful.set(0) }
}
