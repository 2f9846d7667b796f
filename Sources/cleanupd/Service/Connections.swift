import CleanupConfiguration
import Clients
import Foundation
import Stores
import Synchronization

/// The databases and servers of one configuration, each opened once and shared by all that use it, with its breaker and its
/// sessions.
///
/// Opening is lazy: nothing is connected before somebody asks. A configuration that is read anew has connections of its own
/// (`successor`), to which those that are unchanged are handed on: so a reload that is refused, and one that is taken while
/// a run is under way, leave each run with the servers of the configuration that it began with.
final class Connections: Sendable {
    private struct Open {
        var kind: Configuration.Connection.Kind
        /// What the secrets' files held.
        var secrets: [Secret.Text]
        /// What the files of its TLS were; they are read once, when it is opened.
        var certificates: [CertificateDigest?]
        var handle: ConnectionHandle
    }

    let configuration: Configuration
    /// Who is told the calls to a connection, by its name.
    private let observer: @Sendable (String) -> CallObserver?
    /// What the secrets' files held when the configuration was read, by connection, but for those that could not be read then.
    private let secrets: [String: [Secret.Text]]
    private let open = Mutex<[String: Open]>([:])

    init(_ configuration: Configuration, observer: @escaping @Sendable (String) -> CallObserver? = { _ in nil }) {
        self.configuration = configuration
        self.observer = observer
        secrets = configuration.connections.reduce(into: [:]) { secrets, connection in
            do {
                secrets[connection.key] = try ConnectionHandles.secrets(of: connection.key, connection.value.kind)
            } catch {
                // Whoever asks for the connection is told.
                return
            }
        }
    }

    /// The engine of a connection. Throws `StoreError`: a secret file that cannot be read, or a connection of another kind.
    func backend(_ name: String) throws -> any RowsBackend {
        guard case .rows(let backend, server: _) = try handle(name) else {
            throw StoreError(.unreadable, "Connection \(name) is no database; it has no rows.")
        }
        return backend
    }

    /// The server of a connection to Redis. Throws as `backend`, and for a URL that cannot be read.
    func keys(_ name: String) throws -> KeysServer {
        guard case .keys(let server) = try handle(name) else {
            throw StoreError(.unreadable, "Connection \(name) is not Redis; it has no keys.")
        }
        return server
    }

    /// The bucket of a connection. Throws as `backend`.
    func objects(_ name: String) throws -> ObjectsServer {
        guard case .objects(let server) = try handle(name) else {
            throw StoreError(.unreadable, "Connection \(name) is no bucket; it has no objects.")
        }
        return server
    }

    /// The engine of a connection to Docker. Throws as `backend`, and for an address that cannot be used.
    func containers(_ name: String) throws -> ContainersServer {
        guard case .containers(let server) = try handle(name) else {
            throw StoreError(.unreadable, "Connection \(name) is no Docker engine; it has no containers.")
        }
        return server
    }

    /// The server of a connection to PostgreSQL. Throws as `backend`.
    func server(_ name: String) throws -> PostgresServer {
        guard case .rows(_, server: let server?) = try handle(name) else {
            throw StoreError(.unreadable, "Connection \(name) is not PostgreSQL.")
        }
        return server
    }

    /// Connections that are open at the moment.
    var handles: [String: ConnectionHandle] { open.withLock { $0.mapValues(\.handle) } }

    private func handle(_ name: String) throws -> ConnectionHandle {
        guard let kind = configuration.connections[name]?.kind else {
            throw StoreError(.unreadable, "There is no connection \(name) in \(configuration.file).")
        }
        return try open.withLock { open in
            if let known = open[name] { return known.handle }
            let secrets = try secrets(of: name, kind)
            // Before they are opened: what is exchanged meanwhile differs at the next reload.
            let certificates = kind.certificateFiles.map(CertificateDigest.init(ofFile:))
            let handle = try ConnectionHandles.make(name, kind, secrets, onCall: observer(name))
            open[name] = Open(kind: kind, secrets: secrets, certificates: certificates, handle: handle)
            return handle
        }
    }

    private func secrets(of name: String, _ kind: Configuration.Connection.Kind) throws -> [Secret.Text] {
        try secrets[name] ?? ConnectionHandles.secrets(of: name, kind)
    }

    /// Those of a configuration that was read anew. What is open here is open there, too, unless it is gone or another by
    /// then, as one whose files of secrets or certificates hold something else. Throws `StoreError` when such a file of what
    /// is open cannot be read.
    func successor(for configuration: Configuration) throws -> Connections {
        let next = Connections(configuration, observer: observer)
        let unchanged = try open.withLock { $0 }.filter { name, known in
            guard configuration.connections[name]?.kind == known.kind else { return false }
            let certificates = try known.kind.certificateFiles.map { file in
                guard let digest = CertificateDigest(ofFile: file) else {
                    throw CertificateDigest.unreadable(file, of: name)
                }
                return digest
            }
            return try next.secrets(of: name, known.kind) == known.secrets && certificates == known.certificates
        }
        next.open.withLock { $0 = unchanged }
        return next
    }

    /// Reads the first column of a query on a named connection, at most `limit` values. Blocking. Throws `StoreError` and
    /// `CancellationError`.
    func values(
        of query: RowsQuery,
        task: String,
        limit: Int,
        isCancelled: () -> Bool
    ) throws -> [String] {
        var values: [String] = []
        guard limit > 0 else { return values }
        try eachValue(of: query, task: task, isCancelled: isCancelled) { value in
            values.append(value)
            return values.count < limit
        }
        return values
    }

    /// Hands over the first column of a query on a named connection, value by value in bounded memory, until `take` says
    /// false. Blocking. Throws `StoreError`, `CancellationError`, and what `take` throws.
    func eachValue(
        of query: RowsQuery,
        task: String,
        isCancelled: () -> Bool,
        _ take: (String) throws -> Bool
    ) throws {
        guard let connection = query.connection else {
            throw StoreError(.unreadable, "A query of \(task) names no connection.")
        }
        let backend = try backend(connection)
        let statement = try query.statement(backend.dialect)
        try backend.withReader(task: task, timezone: "UTC", timeout: nil, isCancelled: isCancelled) { reader in
            try reader.eachText(statement, take)
        }
    }
}
