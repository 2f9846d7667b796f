import Coordination
import Engine

/// Looks once whether it is quiet, for each cycle that would wait for it: a query that cannot be asked holds back each
/// firing until its last moment.
struct QuietCheck {
    struct Outcome {
        var lines: [String] = []
        var failures = 0
    }

    private static let patience = Duration.seconds(10)

    let cycles: [CycleDefinition]

    func run() async -> Outcome {
        await Blocking.run {
            var outcome = Outcome()
            for cycle in cycles {
                guard let quiet = cycle.quiet else { continue }
                let end = ContinuousClock.now + Self.patience
                do {
                    let disturbance = try quiet.disturbance { ContinuousClock.now >= end }
                    let words = disturbance.map { "would wait now, because \($0)" } ?? "would not wait now: it is quiet"
                    outcome.lines.append("cycle \(cycle.name): \(words)")
                } catch is CancellationError {
                    outcome.lines.append(
                        "cycle \(cycle.name): the query of when_quiet took longer than \(Self.patience)"
                    )
                    outcome.failures += 1
                } catch {
                    outcome.lines.append("cycle \(cycle.name): nobody can tell whether it is quiet: \(error)")
                    outcome.failures += 1
                }
            }
            return outcome
        }
    }
}
