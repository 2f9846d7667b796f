import Clients
import Retention
import State

/// What outlives a configuration: open databases, and what is remembered of their answers.
struct Backends: Sendable {
    let connections: ConnectionsInForce
    let memory: ReferenceMemory
    let settings = SettingsReader()
    let webhooks = WebhookClient()
    let metrics: BackendMetrics
    /// By which stores tell what has expired, and what is worth a closer look: as plans tell ages.
    let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - spoolFolder: where temporary files may be made.
    ///   - now: the wall clock, or for a plan as of another instant that one.
    init(
        spoolFolder: String,
        metrics: BackendMetrics,
        now: @escaping @Sendable () -> Instant = { SystemClock.now() }
    ) {
        self.metrics = metrics
        self.now = now
        connections = ConnectionsInForce(observer: { metrics.observer(of: $0) })
        memory = ReferenceMemory(spoolFolder: spoolFolder)
    }
}
