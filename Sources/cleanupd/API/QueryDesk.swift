import CleanupConfiguration
import Console
import Coordination
import Retention
import Stores

/// Runs the named queries of the configuration, which can only read.
struct QueryDesk: Sendable {
    private static let timeout = Duration.seconds(QueryDocument.maximumSeconds)

    /// Of the configuration that is in force at the moment.
    let connections: @Sendable () -> Connections

    /// Throws `ConsoleError`.
    func run(_ name: String) async throws -> QueryDocument {
        let connections = connections()
        let configuration = connections.configuration
        guard let query = configuration.queries.first(where: { $0.name == name }) else {
            throw ConsoleError.noQuery(name, known: configuration.queries.map(\.name))
        }
        return try await Blocking.run { try read(query, connections) }
    }

    private func read(_ query: Configuration.NamedQuery, _ connections: Connections) throws -> QueryDocument {
        let backend = try backend(of: query, connections)
        var document = QueryDocument(name: query.name, columns: [], rows: [], truncated: false)
        do {
            let end = ContinuousClock.now + Self.timeout
            try backend.withReader(
                task: "query \(query.name)",
                timezone: "UTC",
                timeout: Self.timeout,
                isCancelled: { ContinuousClock.now > end }
            ) { reader in
                try reader.eachRow(RowsStatement(query.reference.query)) { names, values in
                    document.columns = names
                    guard document.rows.count < QueryDocument.maximumRows else {
                        document.truncated = true
                        return false
                    }
                    document.rows.append(values)
                    return true
                }
            }
        } catch is RowsTimeout {
            throw ConsoleError.queryTooSlow(query.name)
        } catch is CancellationError {
            throw ConsoleError.queryTooSlow(query.name)
        } catch let error as StoreError {
            throw ConsoleError(error.code == .missing ? .unavailable : .refused, error.message)
        }
        return document
    }

    /// That it cannot be had, as when its secret cannot be read, is no fault of the query.
    private func backend(
        of query: Configuration.NamedQuery,
        _ connections: Connections
    ) throws -> any RowsBackend {
        do {
            return try connections.backend(query.reference.connection)
        } catch let error as StoreError {
            throw ConsoleError(.unavailable, error.message)
        }
    }
}
