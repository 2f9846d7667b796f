import Foundation
import Support
import Testing

/// Lease, queue, scheduler and planner together, in a world where anything fails; see `World`.
///
/// Even seeds: faults all the time, and nothing wrong may be done. Odd ones: faults stop, and all must get done.
/// - `SIMULATION_SEED=17` lives through this seed alone and prints all that happens.
/// - `SIMULATION_SEEDS=2000` takes so many seeds instead, from `SIMULATION_FIRST` (else what `Scale.seed` says) on.
///
/// A seed that fails is a report of a defect: it fails again until that is mended, whatever else runs beside it.
@Suite(.tags(.r9)) struct SimulationTests {
    private static let usual = UInt64(Scale.rounds(20_000, nightly: 2_000_000))
    /// So many seeds at most until a mistake made on purpose must have been found.
    private static let patience: UInt64 = 300
    private static let shown = 3

    @Test func whateverFailsNothingWrongIsDoneAndAllGetsDone() async throws {
        if let seed = Self.setting("SIMULATION_SEED") {
            let result = try Simulation.run(seed: seed, isTracing: true)
            print(result.trace.joined(separator: "\n"))
            #expect(result.violations.isEmpty, "seed \(seed)")
            return
        }
        let first = Self.setting("SIMULATION_FIRST") ?? Scale.seed(0)
        let end = first + (Self.setting("SIMULATION_SEEDS") ?? Self.usual)
        let results = try await Self.live(first..<end)
        for seed in results.failed.sorted().prefix(Self.shown) {
            let result = try Simulation.run(seed: seed, isTracing: true)
            let trace = result.trace.suffix(150).joined(separator: "\n")
            Issue.record("SIMULATION_SEED=\(seed): \(result.violations)\n\(trace)")
        }
        #expect(results.failed.isEmpty, "\(results.failed.count) of \(end - first) seeds failed")
        // A world in which nothing happens proves nothing.
        guard end - first >= Self.usual else { return }
        for (what, count) in results.figures.sorted(by: { $0.key < $1.key }) { #expect(count > 0, "no \(what)") }
    }

    @Test func oneSeedIsOneStory() throws {
        for seed: UInt64 in 0..<200 {
            let stories = try (0..<2).map { _ in try Simulation.run(seed: seed, isTracing: true) }
            #expect(stories[0].fingerprint == stories[1].fingerprint, "seed \(seed)")
            let isEqual = stories[0].trace == stories[1].trace
            #expect(isEqual, "seed \(seed)")
        }
    }

    @Test(arguments: Sabotage.allCases) func eachMistakeIsFound(_ sabotage: Sabotage) throws {
        for seed in 0..<Self.patience {
            let result = try Simulation.run(seed: seed, sabotage: sabotage)
            if let violation = result.violations.first {
                #expect(sabotage.clues.contains { violation.contains($0) }, "seed \(seed): \(violation)")
                return
            }
        }
        Issue.record("\(sabotage) was not found in \(Self.patience) seeds")
    }

    // MARK: Helpers

    private struct Results {
        private(set) var failed: [UInt64] = []
        private(set) var figures: [String: Int] = [:]

        mutating func take(_ result: SimulationResult) {
            if !result.violations.isEmpty { failed.append(result.seed) }
            figures.merge(result.figures, uniquingKeysWith: +)
        }

        mutating func merge(_ other: Results) {
            failed += other.failed
            figures.merge(other.figures, uniquingKeysWith: +)
        }
    }

    /// Lives through the seeds, on all processors.
    private static func live(_ seeds: Range<UInt64>) async throws -> Results {
        let workers = UInt64(ProcessInfo.processInfo.activeProcessorCount)
        return try await withThrowingTaskGroup(of: Results.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var results = Results()
                    // Neighbours together: odd and even seeds do not last alike.
                    for seed in seeds where seed / 2 % workers == worker {
                        results.take(try Simulation.run(seed: seed))
                    }
                    return results
                }
            }
            return try await group.reduce(into: Results()) { $0.merge($1) }
        }
    }

    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
