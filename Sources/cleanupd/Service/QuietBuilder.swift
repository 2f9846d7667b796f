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
            // First, so that a query which fails is seen whatever the load is.
            let answer = try quiet.query.map { query in
                try connections.values(
                    of: RowsReference(connection: query.connection, query: query.query),
                    in: configuration,
                    task: "when_quiet",
                    limit: 1,
                    isCancelled: isCancelled
                ).first
            }
            if let most = quiet.load {
                let load = try LoadAverage.ofLastMinutePerProcessor()
                if load > most { return Self.sentence(load, most) }
            }
            guard let answer else { return nil }
            guard let answer else { return "the query of when_quiet gives no value" }
            return HealthAnswer.isGood(answer) ? nil : "the query of when_quiet says \(HealthAnswer.shown(answer))"
        }
    }

    private static func sentence(_ load: Double, _ most: Double) -> String {
        "the load is \(String(format: "%.2f", load)) for each processor, and \(most) at most is quiet"
    }
}
