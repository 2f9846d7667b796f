import CleanupConfiguration
import Clients
import Engine
import Retention

/// Whom cycles would tell; nothing is sent to try it.
struct NoticeCheck {
    let configuration: Configuration
    let client: WebhookClient

    init(_ configuration: Configuration, _ client: WebhookClient) {
        self.configuration = configuration
        self.client = client
    }

    struct Outcome {
        /// Where messages would go, line by line.
        var lines: [String] = []
        /// Cycles whose addresses or secrets cannot be read, or are none: a service would not start.
        var failures = 0
    }

    func run() -> Outcome {
        var outcome = Outcome()
        for cycle in configuration.cycles {
            do {
                for rule in try WebhookChannel.rules(of: cycle, client) {
                    let outcomes = RunOutcome.allCases.filter(rule.on.contains).map(\.rawValue)
                    outcome.lines.append(
                        "cycle \(cycle.name): tells \(rule.channel.place) of \(outcomes.joined(separator: ", "))"
                    )
                }
            } catch {
                outcome.lines.append("cycle \(cycle.name): \(error)")
                outcome.failures += 1
            }
        }
        return outcome
    }
}
