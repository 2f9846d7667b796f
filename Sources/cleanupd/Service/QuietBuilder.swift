import CleanupConfiguration
import Clients
import Engine
import Foundation
import Stores

/// Makes of `when_quiet` what a cycle waits for.
struct QuietBuilder {
    let connections: Connections

    func wait(_ quiet: Cycle.WhenQuiet) -> QuietWait {
        let connections = connections
        return QuietWait(
            atLatestSeconds: Double(quiet.atLatestMilliseconds) / 1000,
            checkEverySeconds: Double(quiet.checkEveryMilliseconds) / 1000
        ) { isCancelled in
            // First, so that a query which fails is seen whatever the load is.
            let answer = try quiet.query.map { query in
                try connections.values(
                    of: RowsQuery(RowsReference(query)),
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
            guard let answer else { return Self.noValue }
            return HealthAnswer.isGood(answer) ? nil : Self.sentence(HealthAnswer.shown(answer))
        }
    }

    static let noValue = "the query of when_quiet gives no value; write one that gives true or false"

    /// - Parameter answer: which is not yes.
    static func sentence(_ answer: String) -> String { "the query of when_quiet says \(answer)" }

    static func sentence(_ load: Double, _ most: Double) -> String {
        "the load is \(String(format: "%.2f", load)) for each processor, and \(most) at most is quiet"
    }
}
