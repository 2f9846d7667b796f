import Retention
import Synchronization
import Telemetry

/// Tells whether what was read last took, as Prometheus itself names it.
final class ConfigurationMetrics: Sendable {
    private struct Refused {
        var configuration = false
        var certificate = false
    }

    private let successful: Gauge
    private let successTime: Gauge
    private let refused = Mutex(Refused())

    /// The configuration has just been read for the first time, at `instant`.
    init(_ registry: Registry, loadedAt instant: Instant) throws {
        successful = try registry.gauge(Catalogue.configLastReloadSuccessful)
        successTime = try registry.gauge(Catalogue.configLastReloadSuccess)
        reloaded(at: instant)
    }

    /// With it, the certificate of the listener was read.
    func reloaded(at instant: Instant) {
        show { $0 = Refused() }
        successTime.set(instant.secondsSinceEpoch)
    }

    func reloadFailed() {
        show { $0.configuration = true }
    }

    /// The certificate of the listener alone: a configuration that was refused before is not in force for that.
    func certificateRead(isGood: Bool) {
        show { $0.certificate = !isGood }
    }

    private func show(_ change: (inout Refused) -> Void) {
        refused.withLock { refused in
            change(&refused)
            successful.set(refused.configuration || refused.certificate ? 0 : 1)
        }
    }
}
