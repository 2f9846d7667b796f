import State

/// What outlives a configuration: open databases, and what is remembered of their answers.
struct Backends: Sendable {
    let databases: Databases
    let memory: ReferenceMemory
    let settings: SettingsReader

    /// - Parameter spoolFolder: where temporary files may be made.
    init(spoolFolder: String) {
        databases = Databases()
        memory = ReferenceMemory(spoolFolder: spoolFolder)
        settings = SettingsReader(databases: databases)
    }
}
