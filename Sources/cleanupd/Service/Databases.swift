import CleanupConfiguration
import Clients
import Foundation
import Stores
import Synchronization

/// The databases of a configuration, each opened once and shared by all that use it, with its breaker and its sessions.
///
/// Opening is lazy: nothing is connected before somebody asks. A connection that is unchanged survives a reload.
final class Databases: Sendable {
    private struct Open {
        var kind: Configuration.Connection.Kind
        var backend: any RowsBackend
    }

    private let open = Mutex<[String: Open]>([:])

    /// The engine of a connection. Throws `StoreError`: a secret file that cannot be read, or a connection of another kind.
    func backend(_ name: String, in configuration: Configuration) throws -> any RowsBackend {
        guard let kind = configuration.connections[name]?.kind else {
            throw StoreError(.unreadable, "There is no connection \(name) in \(configuration.file).")
        }
        return try open.withLock { open in
            if let known = open[name], known.kind == kind { return known.backend }
            let backend = try Self.make(name, kind)
            open[name] = Open(kind: kind, backend: backend)
            return backend
        }
    }

    private static func make(_ name: String, _ kind: Configuration.Connection.Kind) throws -> any RowsBackend {
        switch kind {
        case .postgres(let secret):
            let settings = PostgresSettings(url: try SecretText.read(secret, of: "connection \(name)"))
            return PostgresRowsBackend(PostgresServer(name: name, settings: settings, now: { ContinuousClock.now }))
        case .sqlite(let path):
            return SQLiteBackend(path: path)
        case .directory:
            throw StoreError(.unreadable, "Connection \(name) is a directory; it has no rows.")
        }
    }

    /// Reads the first column of a query on a named connection. Blocking. Throws `StoreError` and `CancellationError`.
    func values(
        of reference: RowsReference,
        in configuration: Configuration,
        task: String,
        limit: Int,
        isCancelled: () -> Bool
    ) throws -> [String] {
        guard let connection = reference.connection else {
            throw StoreError(.unreadable, "A query of \(task) names no connection.")
        }
        let backend = try backend(connection, in: configuration)
        return try backend.withReader(task: task, timezone: "UTC", timeout: nil, isCancelled: isCancelled) { reader in
            try reader.texts(RowsStatement(reference.query), limit: limit)
        }
    }
}

/// Reads secrets where they are needed.
enum SecretText {
    /// Throws `StoreError`, which names the file but not what is in it.
    static func read(_ secret: Secret, of what: String) throws -> String {
        switch secret {
        case .text(let text):
            return text.revealed
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else {
                throw StoreError(
                    .unreadable,
                    "The secret of \(what) cannot be read from \(path). Is it there, and readable?"
                )
            }
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
