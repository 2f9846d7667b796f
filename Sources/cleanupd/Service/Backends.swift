import State

/// What outlives a configuration: open databases, and what is remembered of their answers.
struct Backends: Sendable {
    let databases: Databases
    let memory: ReferenceMemory
    let settings: SettingsReader
    let metrics: BackendMetrics

    /// - Parameter spoolFolder: where temporary files may be made.
    init(spoolFolder: String, metrics: BackendMetrics) {
        self.metrics = metrics
        databases = Databases(observer: { metrics.observer(of: $0) })
        memory = ReferenceMemory(spoolFolder: spoolFolder)
        settings = SettingsReader(databases: databases)
    }
}
