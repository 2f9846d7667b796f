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
            let server = try Self.server(secret, onCall)
            store = try PostgresStateStore(server: server)
            sharing = .server(server)
            spoolFolder = NSTemporaryDirectory()
        }
    }

    /// What admins have set by calls, if there is a store; makes and migrates none. Blocking; throws as `init` does.
    static func settings(of configuration: Configuration) throws -> [String: String] {
        switch configuration.state.kind {
        case .sqlite(let path):
            guard FileManager.default.fileExists(atPath: path) else { return [:] }
            return try SQLiteStateStore.storedSettings(path: path)
        case .postgres(let secret):
            return try PostgresStateStore.storedSettings(server: server(secret))
        }
    }

    /// What runs did, for reports: makes, migrates and writes nothing. Blocking; throws as `init` does.
    static func history(of configuration: Configuration) throws -> any RunHistory {
        switch configuration.state.kind {
        case .sqlite(let path): try SQLiteStateStore.history(path: path)
        case .postgres(let secret): try PostgresStateStore.history(server: server(secret))
        }
    }

    private static func server(_ secret: Secret, _ onCall: CallObserver? = nil) throws -> PostgresServer {
        PostgresServer(
            name: BackendMetrics.state,
            settings: PostgresSettings(url: try SecretText.read(secret, of: "state")),
            now: { ContinuousClock.now },
            onCall: onCall
        )
    }

    /// Of the server that keeps it.
    var clock: ClockSource? {
        guard case .server(let server) = sharing else { return nil }
        return ClockSource(name: BackendMetrics.state) { try await Blocking.run { try server.time() } }
    }

    var serviceLocks: LocalLocks? { if case .file(let locks) = sharing { locks } else { nil } }
}
