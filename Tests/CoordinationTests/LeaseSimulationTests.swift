import Support
import Testing

@testable import Coordination

/// What holds of leases as long as the server keeps its word, whatever the network, the processes and clocks do.
@Suite struct LeaseSimulationTests {
    @Test func neverTwoAreTrustedAtOnceAndEpochsRise() async throws {
        // Not on the pool, where it would keep others from renewing their leases in time.
        let (gains, losses) = try await onThread { Self.simulate() }
        // The worlds are neither dead nor too kind.
        #expect(gains > 1500 * 3)
        #expect(losses > 1500)
    }

    private static func simulate() -> (gains: Int, losses: Int) {
        var (gains, losses) = (0, 0)
        for seed in UInt64(1)...1500 {
            var simulation = LeaseSimulation(seed: seed, replicas: seed.isMultiple(of: 3) ? 3 : 2)
            simulation.run(faultySeconds: 60, soundSeconds: 20)
            #expect(simulation.violations.isEmpty, "seed \(seed)")
            // Faults have stopped: somebody holds the lock.
            #expect(simulation.trusted.count == 1, "seed \(seed)")
            gains += simulation.gains.count
            losses += simulation.losses
        }
        return (gains, losses)
    }
}
