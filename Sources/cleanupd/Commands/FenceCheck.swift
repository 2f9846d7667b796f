import CleanupConfiguration
import Stores

/// The fences in the databases that tasks clean: looked for, or made.
struct FenceCheck: Sendable {
    let connections: Connections
    let installs: Bool

    struct Outcome: Sendable {
        /// One for each PostgreSQL connection whose rows are cleaned.
        var lines: [String] = []
        /// Fences that were to be made, and are not there.
        var failures = 0
    }

    /// Blocking.
    func run() -> Outcome {
        var outcome = Outcome()
        for name in fenced {
            do {
                let backend = try connections.backend(name)
                guard let backend = backend as? PostgresRowsBackend else { continue }
                let report = try installs ? backend.installFence() : backend.fence()
                outcome.lines.append("connection \(name): \(report.sentence)")
                if installs, report.state == .failed { outcome.failures += 1 }
            } catch {
                outcome.lines.append(Self.unseen(name, error))
                if installs { outcome.failures += 1 }
            }
        }
        if installs, fenced.isEmpty {
            outcome.lines.append(Self.nothingToFence)
        }
        return outcome
    }

    static func unseen(_ connection: String, _ error: any Error) -> String {
        "connection \(connection): its fence cannot be looked up: \(error)"
    }

    static let nothingToFence = "No task cleans rows of a PostgreSQL database, so that there is nothing to fence."

    private var fenced: [String] {
        let used = connections.configuration.tasks.filter { $0.rows != nil }.map(\.connection)
        return Set(used).sorted().filter { name in
            if case .postgres? = connections.configuration.connections[name]?.kind { true } else { false }
        }
    }
}
