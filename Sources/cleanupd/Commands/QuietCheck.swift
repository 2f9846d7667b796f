import Coordination
import Engine

/// Looks once whether it is quiet, for each cycle that would wait for it: a query that cannot be asked holds back each
/// firing until its last moment.
struct QuietCheck {
    struct Outcome {
        var lines: [String] = []
        var failures = 0
    }

    let cycles: [CycleDefinition]

    func run() async -> Outcome {
        await Blocking.run {
            var outcome = Outcome()
            for cycle in cycles {
                guard let quiet = cycle.quiet else { continue }
                let end = ContinuousClock.now + QuietWait.patience
                do {
                    let disturbance = try quiet.disturbance { ContinuousClock.now >= end }
                    let words = disturbance.map { "would wait now, because \($0)" } ?? "would not wait now: it is quiet"
                    outcome.lines.append("cycle \(cycle.name): \(words)")
                } catch is CancellationError {
                    outcome.lines.append(Self.tooSlow(cycle.name))
                    outcome.failures += 1
                } catch {
                    outcome.lines.append(Self.unknown(cycle.name, error))
                    outcome.failures += 1
                }
            }
            return outcome
        }
    }

    static func tooSlow(_ cycle: String) -> String {
        "cycle \(cycle): \(LogWords.quietUnanswered(within: QuietWait.patience))"
    }

    static func unknown(_ cycle: String, _ error: any Error) -> String {
        "cycle \(cycle): \(LogWords.quietUnknown(because: "\(error)"))"
    }
}
