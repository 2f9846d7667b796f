import CleanupConfiguration
import Clients
import Engine
import Foundation
import Stores

/// Makes of `when_quiet` what a cycle waits for.
struct QuietBuilder {
    let connections: Connections
    let configuration: Configuration

    func wait(_ quiet: Cycle.WhenQuiet) -> QuietWait {
        let (connections, configuration) = (connections, configuration)
        return QuietWait(
            atLatestSeconds: Double(quiet.atLatestMilliseconds) / 1000,
            checkEverySeconds: Double(quiet.checkEveryMilliseconds) / 1000
        ) { isCancelled in
            if let most = quiet.load {
                let load = try LoadAverage.ofLastMinutePerProcessor()
                if load > most { return Self.sentence(load, most) }
            }
            guard let query = quiet.query else { return nil }
            let reference = RowsReference(connection: query.connection, query: query.query)
            let answers = try connections.values(
                of: reference,
                in: configuration,
                task: "when_quiet",
                limit: 1,
                isCancelled: isCancelled
            )
            guard let answer = answers.first else { return "the query of when_quiet gives no row" }
            return Self.isTrue(answer) ? nil : "the query of when_quiet says \(answer)"
        }
    }

    private static func sentence(_ load: Double, _ most: Double) -> String {
        "the load is \(String(format: "%.2f", load)) for each processor, and \(most) at most is quiet"
    }

    /// As PostgreSQL and SQLite write it.
    private static func isTrue(_ answer: String) -> Bool { ["t", "true", "1"].contains(answer.lowercased()) }
}
