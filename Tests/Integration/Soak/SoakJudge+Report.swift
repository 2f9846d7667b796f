import Foundation
import Support
import Testing

extension SoakJudge {
    /// A soak in which nothing happened proves nothing.
    func expectItWasASoak(seconds: Double) {
        let made = faults.entries.map(\.fault).filter { $0 != .machineStarved }
        #expect(made.count >= Int(seconds / 10))
        if seconds >= 600 { #expect(Set(made) == Set(SoakFault.made)) }
        for things in world.things where !things.isHeld { #expect(things.gone >= Int(seconds / 20), "\(things.name)") }
        for case let logs as SoakLogs in world.sources { #expect(logs.archivesRead > 0) }
        #expect(world.scrapes.epochs > 1, "nobody ever led but one")
    }

    func report(seed: UInt64) async throws -> String {
        let made = Dictionary(grouping: faults.entries, by: \.fault.rawValue).mapValues(\.count)
        let counts = try await counts()
        let things = world.things.map { things in
            "\(things.name): \(things.gone) gone, \(Int(counts[things.name]?.counted ?? 0)) counted, "
                + "\(things.there.count) there, raced \(things.racedLosses.count) of \(things.racedCount)"
        }
        let sizes = world.replicas.map { replica in
            let (first, second) = halves(replica.name)
            return "\(replica.name): \(Int(first.megabytes)) then \(Int(second.megabytes)) MiB, "
                + "\(Int(first.descriptors)) then \(Int(second.descriptors)) descriptors"
        }
        let alerts = try await alertLines()
        let outcomes = try await world.ledger(
            "SELECT coalesce(outcome, 'at work') || ' ' || coalesce(failure, ''), count(*) FROM cleanupd.run GROUP BY 1"
        )
        let seconds = Int(Date().timeIntervalSince(begin))
        var lines = [
            "seed \(seed), \(seconds) s, \(work.looks) looks, \(work.troubles) of the test's own calls failed",
            "faults: \(faults.entries.count) \(made.sorted { $0.key < $1.key })",
        ]
        lines += things + sizes + alerts
        lines += [
            "runs: \(outcomes.sorted { $0.key < $1.key })",
            "milliseconds at PostgreSQL, at most: \(work.transactions.longest.sorted { $0.key < $1.key })",
            "\(work.intruder.refused) calls refused that nobody may make",
            "\(world.scrapes.epochs) epochs led, overlap \(world.scrapes.overlap().map { "\($0)" } ?? "none")",
        ]
        return lines.joined(separator: "\n")
    }
}
