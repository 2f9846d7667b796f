import Foundation
import Support
import Testing

/// I8: each job ends, once. I12: nobody acts without the right to, nor on what a call names.
extension SoakJudge {
    /// A cycle gets a job only when the one before it has ended: so all have that were made before `end`.
    func expectJobsEnd(since end: Date) async throws {
        let cycles = SoakConfiguration.cycles.keys.sorted() + SoakConfiguration.stillCycles
        let query = "SELECT scope, floor(value)::bigint FROM cleanupd.stamp WHERE name = 'last_end'"
        let haveEnded = try await eventually(seconds: 90) { () -> Bool? in
            let last = try await world.ledger(query)
            return cycles.allSatisfy { Double(last["cycle:\($0)"] ?? 0) > end.timeIntervalSince1970 } ? true : nil
        }
        let last = try await world.ledger(query)
        #expect(haveEnded == true, "of \(cycles) since \(end.timeIntervalSince1970): \(last)\n\(world.stack.logs)")
    }

    /// No task succeeds more often than its cycle fires. Whoever is hit between the end of a job and its record does it
    /// again; at each start a replica may fire, too.
    func expectNoJobTwice() async throws {
        let cycles = Self.quoted(SoakConfiguration.cycles.keys)
        let done = try await world.ledger(
            """
            SELECT task, count(*) FROM cleanupd.run
            WHERE outcome = 'success' AND NOT dry_run AND cycle IN (\(cycles)) GROUP BY task
            """
        )
        let times = try await world.ledger("SELECT 'first', min(started_at) / 1000000000 FROM cleanupd.run")
        let first = try #require(times["first"])
        let firings = Int((Date().timeIntervalSince1970 - Double(first)) / SoakSchedule.interval) + 2
        let starts = world.replicas.reduce(0) { $0 + ($1.life + 1) / 2 }
        let most = firings + starts + faults.entries.count
        for (task, count) in done { #expect(count <= most, "\(task) ran \(count) times in \(firings) firings") }
    }

    /// A cycle that fires in half a year has no job until then, and no run is anybody's but the schedule's: neither a page of
    /// somebody else nor a call that names a path has begun one.
    func expectNobodyElseActed() async throws {
        let runs = try await world.ledger(
            """
            SELECT task || ' by ' || trigger, count(*) FROM cleanupd.run
            WHERE task = '\(SoakConfiguration.still)' OR trigger NOT IN ('schedule', 'catch_up') GROUP BY 1
            """
        )
        #expect(runs.isEmpty, "runs that nobody may have begun: \(runs)")
        #expect(work.intruder.problems.isEmpty, "\(work.intruder.problems)")
        #expect(work.intruder.refused > 0, "nobody refused a call")
    }
}
