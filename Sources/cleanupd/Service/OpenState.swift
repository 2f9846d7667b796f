import CleanupConfiguration
import Clients
import Foundation
import State

/// The state store of a configuration, and where on this machine its locks and temporary files lie.
struct OpenState {
    let store: any StateStore
    let locksFolder: String
    let spoolFolder: String

    /// Blocking. Throws `StateError`, and `StoreError` when a secret cannot be read.
    init(_ configuration: Configuration) throws {
        switch configuration.state.kind {
        case .sqlite(let path):
            store = try SQLiteStateStore(path: path)
            locksFolder = path + ".locks"
            spoolFolder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        case .postgres(let secret):
            let settings = PostgresSettings(url: try SecretText.read(secret, of: "state"))
            let server = PostgresServer(name: "state", settings: settings, now: { ContinuousClock.now })
            store = try PostgresStateStore(server: server)
            // The locks of this machine, beside the configuration.
            locksFolder = configuration.file + ".locks"
            spoolFolder = NSTemporaryDirectory()
        }
    }
}
