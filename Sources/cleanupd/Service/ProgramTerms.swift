import CleanupConfiguration
import Engine

/// All that a program is made from: the file, and what was said beside it.
struct ProgramTerms: Sendable {
    /// Of the file that was read, and what it may ask.
    let connections: Connections
    /// What admins have set, by cycle.
    var settings: [String: CycleSettings?]
    /// What admins have set by calls, as the state store had it.
    var admin = AdminSettings()
    /// Whom cycles tell, by cycle, as it was when the file was read: while an address cannot be read again, what admins set
    /// must come into force all the same. Empty for who tells nobody.
    let notices: [String: [NoticeRule]]
    /// What the command line or a call says for one run.
    var overrides: Overrides?

    var configuration: Configuration { connections.configuration }

    /// Blocking. Throws `CommandFailure` for overrides that fit no task, and `StoreError` for a connection that cannot be
    /// used by now.
    func program(_ backends: Backends) throws -> Program {
        let builder = ProgramBuilder(
            connections: connections,
            environment: StartEnvironment.variables,
            memory: backends.memory,
            now: backends.now,
            settings: settings,
            admin: admin,
            notices: notices
        )
        return try builder.program(overrides: overrides)
    }
}
