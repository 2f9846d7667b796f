import Foundation
import Support
import Testing

/// Holds what the replicas did and say against the truth. Numbers of the invariants: docs/faults.md.
struct SoakJudge: Sendable {
    /// What is known of one counter.
    struct Count: Sendable {
        let counted: Double
        let gone: Int
    }

    let world: SoakWorld
    let work: SoakWork
    let faults: SoakFaultLog
    let begin: Date

    /// I9: no more is made; two runs of each task later nothing is left that was due before them.
    func expectAllThatIsDueGoes() async throws {
        work.setMaking(false)
        // What was being made at this moment is made: a row that is written now must not be let go before it is noted.
        try await work.looksAgain()
        let isLetGo = try await eventually(seconds: 30) { () -> Bool? in
            do {
                for source in world.sources { try await source.settle() }
                return true
            } catch is SupportError {
                // The last fault is not quite over.
                return nil
            }
        }
        try #require(isLetGo == true)
        try await work.looksAgain()
        let soon = Date().addingTimeInterval(30)
        let all = world.things.flatMap { $0.there.values }.map(\.due)
        let last = all.filter { $0 < soon }.max() ?? Date()
        _ = try await eventually(seconds: 40) { Date() > last ? true : nil }
        let due = Date()
        let query = """
            SELECT task, count(*) FROM cleanupd.run WHERE NOT dry_run AND ended_at IS NOT NULL
                AND started_at > \(Int64(due.timeIntervalSince1970 * 1e9)) GROUP BY task
            """
        let areDone = try await eventually(seconds: 90) { () -> Bool? in
            let runs = try await world.ledger(query)
            return SoakConfiguration.tasks.allSatisfy { runs[$0] ?? 0 >= 2 } ? true : nil
        }
        let runs = try await world.ledger(query)
        #expect(areDone == true, "not each task has run twice: \(runs)\n\(world.stack.logs)")
        try await work.looksAgain()
        for things in world.things where !things.isByQuota {
            #expect(things.left(due: due).isEmpty, "left of \(things.name), seconds late: \(lateness(things, due))")
        }
        for case let cache as SoakCache in world.sources {
            let names = try await cache.look()
            #expect(names[0].count <= SoakCache.limit, "\(names)")
        }
    }

    private func lateness(_ things: SoakThings, _ due: Date) -> [String: Double] {
        let there = things.there
        return Dictionary(
            uniqueKeysWithValues: things.left(due: due).map { name in
                (name, there[name].map { due.timeIntervalSince($0.due) } ?? 0)
            }
        )
    }

    // MARK: Counters (I10)

    func counts() async throws -> [String: Count] {
        for replica in world.replicas { try await world.scrapes.scrape(replica) }
        return Dictionary(
            uniqueKeysWithValues: world.things.map {
                ($0.name, Count(counted: world.scrapes.total($0.counter), gone: $0.gone))
            }
        )
    }

    /// While all is well each is counted that goes, once.
    func expectExactCounters(since before: [String: Count]) async throws {
        for (name, now) in try await counts() {
            guard let then = before[name] else { continue }
            let gone = now.gone - then.gone
            #expect(now.counted - then.counted == Double(gone), "\(name): \(then), \(now)")
            let mayStay = world.things.contains { $0.name == name && ($0.isByQuota || $0.isHeld) }
            #expect(gone > 0 || mayStay, "nothing of \(name) went in calm times")
        }
    }

    /// I10, I11: what went is recorded, but for what a run had in hand when it was cut off; and every run has ended.
    func expectLedger(until end: Date) async throws {
        let real = "FROM cleanupd.run WHERE NOT dry_run"
        let deleted = try await world.ledger("SELECT task, sum(deleted) \(real) GROUP BY task")
        let cut = try await world.ledger(
            "SELECT task, count(*) \(real) AND outcome IN ('failed', 'partial', 'cancelled') GROUP BY task"
        )
        for things in world.things where things.name == things.task {
            let recorded = deleted[things.task] ?? 0
            #expect(recorded <= things.goneAtMost, "\(things.name): \(things.gone) have gone")
            let missing = things.gone - recorded
            let allowed = (cut[things.task] ?? 0) * SoakConfiguration.batch
            #expect(missing <= allowed, "\(things.name): \(recorded) recorded, \(things.gone) gone")
        }
        let before = Int64(end.timeIntervalSince1970 * 1e9)
        let open = try await world.ledger(
            "SELECT task, count(*) \(real) AND ended_at IS NULL AND started_at < \(before) GROUP BY task"
        )
        #expect(open.isEmpty, "runs without an end")
    }

    // MARK: Safety

    /// I1, I2, I3, I5.
    func expectNothingLost() {
        for things in world.things {
            #expect(things.problems.isEmpty, "\(things.name): \(things.problems.prefix(20))\n\(world.stack.logs)")
            // See docs/faults.md, F3: four of 2,000 by an attacker who aims.
            #expect(things.racedLosses.count <= 1 + things.racedCount / 200, "\(things.name): \(things.racedLosses)")
        }
    }

    /// I7.
    func expectOneEpochAtATime() async throws {
        for case let events as SoakEvents in world.sources { #expect(try await events.removedByOlderEpochs() == 0) }
        if let overlap = world.scrapes.overlap() { #expect(overlap <= .zero, "two have led at a time") }
    }

    // MARK: Sizes (I16)

    /// Of the replica that lives through all of it, and of the others, life after life: no more in the second half.
    func expectBoundedSizes() {
        for replica in world.replicas {
            let (first, second) = halves(replica.name)
            #expect(second.megabytes < first.megabytes * 1.25 + 16, "\(replica.name): memory \(first) \(second)")
            #expect(second.descriptors <= first.descriptors + 12, "\(replica.name): descriptors \(first) \(second)")
        }
    }

    /// The most in either half, but for peaks of a moment: 19 of 20 looks are below.
    func halves(_ replica: String) -> (first: SoakScrapes.Size, second: SoakScrapes.Size) {
        let sizes = world.scrapes.sizes(replica)
        let middle = begin.addingTimeInterval(Date().timeIntervalSince(begin) / 2)
        func most(_ sizes: [SoakScrapes.Size]) -> SoakScrapes.Size {
            func high(_ values: [Double]) -> Double {
                values.isEmpty ? 0 : values.sorted()[values.count * 19 / 20]
            }
            return SoakScrapes.Size(
                at: middle,
                megabytes: high(sizes.map(\.megabytes)),
                descriptors: high(sizes.map(\.descriptors))
            )
        }
        return (most(sizes.filter { $0.at < middle }), most(sizes.filter { $0.at >= middle }))
    }

    // MARK: Expositions (I10)

    func expectWholeExpositions() async throws {
        for replica in world.replicas {
            _ = try await Exposition(checking: try await replica.service.exposition(), .text)
            _ = try await Exposition(checking: try await replica.service.exposition(.openMetrics), .openMetrics)
        }
    }
}
