import State

/// What outlives a configuration: open databases, and what is remembered of their answers.
struct Backends: Sendable {
    let connections: Connections
    let memory: ReferenceMemory
    let settings: SettingsReader
    let metrics: BackendMetrics

    /// - Parameter spoolFolder: where temporary files may be made.
    init(spoolFolder: String, metrics: BackendMetrics) {
        self.metrics = metrics
        connections = Connections(observer: { metrics.observer(of: $0) })
        memory = ReferenceMemory(spoolFolder: spoolFolder)
        settings = SettingsReader(connections: connections)
    }
}
