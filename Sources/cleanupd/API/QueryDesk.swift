import CleanupConfiguration
import Console
import Coordination
import Retention
import Stores

/// Runs the named queries of the configuration, which can only read.
struct QueryDesk: Sendable {
    private static let limit = 1_000
    private static let timeout = Duration.seconds(5)

    let connections: Connections
    /// In force at the moment.
    let configuration: @Sendable () -> Configuration

    /// Throws `ConsoleError`.
    func run(_ name: String) async throws -> QueryDocument {
        let configuration = configuration()
        guard let query = configuration.queries.first(where: { $0.name == name }) else {
            let known = configuration.queries.map(\.name).joined(separator: ", ")
            throw ConsoleError(.notFound, "There is no such query. Configured are: \(known.isEmpty ? "none" : known).")
        }
        return try await Blocking.run { try read(query, configuration) }
    }

    private func read(_ query: Configuration.NamedQuery, _ configuration: Configuration) throws -> QueryDocument {
        var document = QueryDocument(name: query.name, columns: [], rows: [], truncated: false)
        do {
            let backend = try connections.backend(query.reference.connection, in: configuration)
            let end = ContinuousClock.now + Self.timeout
            try backend.withReader(
                task: "query \(query.name)",
                timezone: "UTC",
                timeout: Self.timeout,
                isCancelled: { ContinuousClock.now > end }
            ) { reader in
                try reader.eachRow(RowsStatement(query.reference.query)) { names, values in
                    document.columns = names
                    guard document.rows.count < Self.limit else {
                        document.truncated = true
                        return false
                    }
                    document.rows.append(values)
                    return true
                }
            }
        } catch is RowsTimeout {
            throw Self.tooSlow(query.name)
        } catch is CancellationError {
            throw Self.tooSlow(query.name)
        } catch let error as StoreError {
            throw ConsoleError(error.code == .missing ? .unavailable : .refused, error.message)
        }
        return document
    }

    private static func tooSlow(_ name: String) -> ConsoleError {
        ConsoleError(.refused, "\(name) took longer than 5 seconds and was ended.")
    }
}
