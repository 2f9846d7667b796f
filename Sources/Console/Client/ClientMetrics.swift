import Telemetry

/// What browsers have reported.
final class ClientMetrics: Sendable {
    private let sessions: Counter
    private let bytes: Counter
    private let ratio: Gauge

    init(_ registry: Registry) throws(RegistryError) {
        sessions = try registry.counter(Catalogue.clientSessionsCleared)
        bytes = try registry.counter(Catalogue.clientFreedBytes)
        ratio = try registry.gauge(Catalogue.clientStorageUsed)
    }

    /// Storage is left as it was when the report knows nothing of it (a quota of 0).
    func count(_ report: ClientReport) {
        sessions.increment(by: Int(report.sessionsCleared))
        bytes.increment(by: Int(report.bytesFreed))
        guard let used = report.storageUsedBytes, let quota = report.storageQuotaBytes, quota > 0 else { return }
        ratio.set(Double(used) / Double(quota))
    }
}
