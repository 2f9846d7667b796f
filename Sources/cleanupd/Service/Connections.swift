import CleanupConfiguration
import Clients
import Foundation
import Stores
import Synchronization

/// The databases and servers of a configuration, each opened once and shared by all that use it, with its breaker and its
/// sessions.
///
/// Opening is lazy: nothing is connected before somebody asks. A connection that is unchanged survives a reload.
final class Connections: Sendable {
    private struct Open {
        var kind: Configuration.Connection.Kind
        /// What the secrets' files held.
        var secrets: [Secret.Text]
        /// What the files of its TLS were; they are read once, when it is opened.
        var certificates: [CertificateDigest?]
        var handle: ConnectionHandle
    }

    private let open = Mutex<[String: Open]>([:])
    /// Who is told the calls to a connection, by its name.
    private let observer: @Sendable (String) -> CallObserver?

    init(observer: @escaping @Sendable (String) -> CallObserver? = { _ in nil }) {
        self.observer = observer
    }

    /// The engine of a connection. Throws `StoreError`: a secret file that cannot be read, or a connection of another kind.
    func backend(_ name: String, in configuration: Configuration) throws -> any RowsBackend {
        guard case .rows(let backend, server: _) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is no database; it has no rows.")
        }
        return backend
    }

    /// The server of a connection to Redis. Throws as `backend`, and for a URL that cannot be read.
    func keys(_ name: String, in configuration: Configuration) throws -> KeysServer {
        guard case .keys(let server) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is not Redis; it has no keys.")
        }
        return server
    }

    /// The bucket of a connection. Throws as `backend`.
    func objects(_ name: String, in configuration: Configuration) throws -> ObjectsServer {
        guard case .objects(let server) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is no bucket; it has no objects.")
        }
        return server
    }

    /// The engine of a connection to Docker. Throws as `backend`, and for an address that cannot be used.
    func containers(_ name: String, in configuration: Configuration) throws -> ContainersServer {
        guard case .containers(let server) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is no Docker engine; it has no containers.")
        }
        return server
    }

    /// The server of a connection to PostgreSQL. Throws as `backend`.
    func server(_ name: String, in configuration: Configuration) throws -> PostgresServer {
        guard case .rows(_, server: let server?) = try handle(name, in: configuration) else {
            throw StoreError(.unreadable, "Connection \(name) is not PostgreSQL.")
        }
        return server
    }

    /// Connections that are open at the moment.
    var handles: [String: ConnectionHandle] { open.withLock { $0.mapValues(\.handle) } }

    private func handle(_ name: String, in configuration: Configuration) throws -> ConnectionHandle {
        guard let kind = configuration.connections[name]?.kind else {
            throw StoreError(.unreadable, "There is no connection \(name) in \(configuration.file).")
        }
        return try open.withLock { open in
            if let known = open[name], known.kind == kind { return known.handle }
            let secrets = try ConnectionHandles.secrets(of: name, kind)
            // Before they are opened: what is exchanged meanwhile differs at the next reload.
            let certificates = kind.certificateFiles.map(CertificateDigest.init(ofFile:))
            let handle = try ConnectionHandles.make(name, kind, secrets, onCall: observer(name))
            open[name] = Open(kind: kind, secrets: secrets, certificates: certificates, handle: handle)
            return handle
        }
    }

    /// Lets go of connections that are gone or others by now, as those whose files of secrets or certificates hold
    /// something else; whoever asks next opens them anew. For a reload. Throws `StoreError` when a file cannot be read;
    /// nothing has changed then.
    func forgetReplaced(in configuration: Configuration) throws {
        try open.withLock { open in
            open = try open.filter { name, known in
                guard configuration.connections[name]?.kind == known.kind else { return false }
                let certificates = try known.kind.certificateFiles.map { file in
                    guard let digest = CertificateDigest(ofFile: file) else {
                        throw CertificateDigest.unreadable(file, of: name)
                    }
                    return digest
                }
                return try ConnectionHandles.secrets(of: name, known.kind) == known.secrets
                    && certificates == known.certificates
            }
        }
    }

    /// Reads the first column of a query on a named connection, at most `limit` values. Blocking. Throws `StoreError` and
    /// `CancellationError`.
    func values(
        of query: RowsQuery,
        in configuration: Configuration,
        task: String,
        limit: Int,
        isCancelled: () -> Bool
    ) throws -> [String] {
        var values: [String] = []
        guard limit > 0 else { return values }
        try eachValue(of: query, in: configuration, task: task, isCancelled: isCancelled) { value in
            values.append(value)
            return values.count < limit
        }
        return values
    }

    /// Hands over the first column of a query on a named connection, value by value in bounded memory, until `take` says
    /// false. Blocking. Throws `StoreError`, `CancellationError`, and what `take` throws.
    func eachValue(
        of query: RowsQuery,
        in configuration: Configuration,
        task: String,
        isCancelled: () -> Bool,
        _ take: (String) throws -> Bool
    ) throws {
        guard let connection = query.connection else {
            throw StoreError(.unreadable, "A query of \(task) names no connection.")
        }
        let backend = try backend(connection, in: configuration)
        let statement = try query.statement(backend.dialect)
        try backend.withReader(task: task, timezone: "UTC", timeout: nil, isCancelled: isCancelled) { reader in
            try reader.eachText(statement, take)
        }
    }
}
