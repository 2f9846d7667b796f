import Foundation
import Support
import Testing

/// I4: guards come before the first deletion.
extension SoakJudge {
    /// How often a guard has refused a task.
    struct Trips: Sendable {
        /// By the replicas and all their lives.
        let counted: Double
        /// Runs of the ledger that ended so.
        let recorded: Int
    }

    func trips() async throws -> [String: Trips] {
        // First: a run is recorded before it is counted.
        for replica in world.replicas { try await world.scrapes.scrape(replica) }
        let counted = SoakConfiguration.guarded.map { task, name in
            (task, world.scrapes.total("cleanup_guard_trips_total{task=\"\(task)\",guard=\"\(name)\"}"))
        }
        let recorded = try await world.ledger(
            "SELECT task, count(*) FROM cleanupd.run WHERE outcome = 'refused' GROUP BY task"
        )
        return Dictionary(
            uniqueKeysWithValues: counted.map { ($0, Trips(counted: $1, recorded: recorded[$0] ?? 0)) }
        )
    }

    /// Nothing of theirs has gone, by the truth (`expectNothingLost`), the ledger and the counters; no plan of theirs
    /// was sealed; and each refusal since all is well is counted.
    func expectGuardsHeld(since before: [String: Trips]) async throws {
        let acted = try await runsThatActed(of: SoakConfiguration.guarded.keys)
        #expect(acted.isEmpty, "runs that a guard had to stop: \(acted)")
        for (task, then) in before.sorted(by: { $0.key < $1.key }) {
            let tripped = try await eventually(seconds: 60) { () -> Int? in
                let now = try await trips()[task]?.recorded ?? 0
                return now > then.recorded ? now - then.recorded : nil
            }
            let recorded = try #require(tripped, "no guard has stopped \(task) since all is well\n\(world.stack.logs)")
            let isCounted = try await eventually(seconds: 60) { () -> Bool? in
                let now = try await trips()[task]?.counted ?? 0
                return now - then.counted >= Double(recorded) ? true : nil
            }
            #expect(isCounted == true, "\(task) was refused \(recorded) times, which is not counted")
            #expect(world.scrapes.total("cleanup_items_deleted_total{task=\"\(task)\"}") == 0)
        }
        try await expectTripsWereRuns()
    }

    /// No trip is counted that was no run, also of those that died before they could say how it ended.
    private func expectTripsWereRuns() async throws {
        let all = try await trips()
        let runs = try await world.ledger("SELECT task, count(*) FROM cleanupd.run WHERE NOT dry_run GROUP BY task")
        for (task, trips) in all {
            #expect(trips.counted <= Double(runs[task] ?? 0), "\(task): \(runs[task] ?? 0) runs")
        }
    }
}
