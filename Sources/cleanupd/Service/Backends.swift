import State

/// What outlives a configuration: open databases, and what is remembered of their answers.
struct Backends: Sendable {
    let connections: Connections
    let memory: ReferenceMemory
    let settings: SettingsReader

    /// - Parameter spoolFolder: where temporary files may be made.
    init(spoolFolder: String) {
        connections = Connections()
        memory = ReferenceMemory(spoolFolder: spoolFolder)
        settings = SettingsReader(connections: connections)
    }
}
