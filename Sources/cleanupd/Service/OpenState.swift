import CleanupConfiguration
import Clients
import Coordination
import Foundation
import State

/// The state store of a configuration, and where its locks and temporary files lie.
struct OpenState {
    let store: any StateStore
    /// Who may use it beside this process.
    let sharing: Sharing
    let spoolFolder: String

    /// What keeps those apart that use one store.
    enum Sharing {
        /// Processes of one machine.
        case file(LocalLocks)
        /// Any machine.
        case server(PostgresServer)
    }

    /// Blocking. Throws `StateError`, and `StoreError` when a secret cannot be read.
    /// - Parameter onCall: is told the calls to a database.
    init(_ configuration: Configuration, onCall: CallObserver? = nil) throws {
        switch configuration.state.kind {
        case .sqlite(let path):
            store = try SQLiteStateStore(path: path)
            sharing = .file(LocalLocks(folder: path + ".locks"))
            spoolFolder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        case .postgres(let secret):
            let settings = PostgresSettings(url: try SecretText.read(secret, of: "state"))
            let server = PostgresServer(
                name: BackendMetrics.state,
                settings: settings,
                now: { ContinuousClock.now },
                onCall: onCall
            )
            store = try PostgresStateStore(server: server)
            sharing = .server(server)
            spoolFolder = NSTemporaryDirectory()
        }
    }

    /// Of the server that keeps it.
    var clock: ClockSource? {
        guard case .server(let server) = sharing else { return nil }
        return ClockSource(name: BackendMetrics.state) { try await Blocking.run { try server.time() } }
    }

    var serviceLocks: LocalLocks? { if case .file(let locks) = sharing { locks } else { nil } }
}
