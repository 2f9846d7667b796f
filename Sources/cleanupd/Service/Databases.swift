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
        /// What the secret's file held.
        var url: Secret.Text?
        var handle: Handle
    }

    private enum Handle {
        case rows(any RowsBackend)
        case keys(KeysServer)
    }

    private let open = Mutex<[String: Open]>([:])

    /// The engine of a connection. Throws `StoreError`: a secret file that cannot be read, or a connection of another kind.
    func backend(_ name: String, in configuration: Configuration) throws -> any RowsBackend {
        guard case .rows(let backend) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is Redis; it has no rows.")
        }
        return backend
    }

    /// The server of a connection to Redis. Throws as `backend`, and for a URL that cannot be read.
    func keys(_ name: String, in configuration: Configuration) throws -> KeysServer {
        guard case .keys(let server) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is a database; it has no keys.")
        }
        return server
    }

    private func handle(_ name: String, in configuration: Configuration) throws -> Handle {
        guard let kind = configuration.connections[name]?.kind else {
            throw StoreError(.unreadable, "There is no connection \(name) in \(configuration.file).")
        }
        return try open.withLock { open in
            if let known = open[name], known.kind == kind { return known.handle }
            let url = try Self.url(name, kind)
            let handle = try Self.make(name, kind, url)
            open[name] = Open(kind: kind, url: url, handle: handle)
            return handle
        }
    }

    /// Lets go of connections whose secret files hold something else by now; whoever asks next opens them anew. For a
    /// reload. Throws `StoreError` when a file cannot be read; nothing has changed then.
    func forgetReplaced(in configuration: Configuration) throws {
        try open.withLock { open in
            open = try open.filter { name, known in
                guard configuration.connections[name]?.kind == known.kind else { return true }
                return try Self.url(name, known.kind) == known.url
            }
        }
    }

    private static func url(_ name: String, _ kind: Configuration.Connection.Kind) throws -> Secret.Text? {
        switch kind {
        case .postgres(let secret), .redis(let secret, ca: _):
            return Secret.Text(try SecretText.read(secret, of: "connection \(name)"))
        case .directory, .sqlite: return nil
        }
    }

    private static func make(
        _ name: String,
        _ kind: Configuration.Connection.Kind,
        _ url: Secret.Text?
    ) throws -> Handle {
        switch kind {
        case .postgres:
            let settings = PostgresSettings(url: url?.revealed ?? "")
            let server = PostgresServer(name: name, settings: settings, now: { ContinuousClock.now })
            return .rows(PostgresRowsBackend(server))
        case .sqlite(let path):
            return .rows(SQLiteBackend(path: path))
        case .directory:
            throw StoreError(.unreadable, "Connection \(name) is a directory; it has no rows.")
        case .redis(_, let ca):
            do {
                let settings = try RedisSettings(url: url?.revealed ?? "", caFile: ca)
                return .keys(KeysServer(name: name, settings: settings))
            } catch {
                throw StoreError(.unreadable, "Connection \(name): \(error)")
            }
        }
    }

    /// Reads the first column of a query on a named connection, at most `limit` values. Blocking. Throws `StoreError` and
    /// `CancellationError`.
    func values(
        of reference: RowsReference,
        in configuration: Configuration,
        task: String,
        limit: Int,
        isCancelled: () -> Bool
    ) throws -> [String] {
        var values: [String] = []
        guard limit > 0 else { return values }
        try eachValue(of: reference, in: configuration, task: task, isCancelled: isCancelled) { value in
            values.append(value)
            return values.count < limit
        }
        return values
    }

    /// Hands over the first column of a query on a named connection, value by value in bounded memory, until `take` says
    /// false. Blocking. Throws `StoreError`, `CancellationError`, and what `take` throws.
    func eachValue(
        of reference: RowsReference,
        in configuration: Configuration,
        task: String,
        isCancelled: () -> Bool,
        _ take: (String) throws -> Bool
    ) throws {
        guard let connection = reference.connection else {
            throw StoreError(.unreadable, "A query of \(task) names no connection.")
        }
        let backend = try backend(connection, in: configuration)
        try backend.withReader(task: task, timezone: "UTC", timeout: nil, isCancelled: isCancelled) { reader in
            try reader.eachText(RowsStatement(reference.query), take)
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
