import Foundation
import Retention
import Stores
import Support
import Testing

/// `keep` as SQL against the judge that files have, on random tables.
@Suite("Rows in SQLite: keep")
struct SQLiteKeepTests {
    private struct Job {
        var id: String
        var seconds: Int64
        var group: String
    }

    @Test(arguments: [1, 2, 3])
    func randomTablesAreJudgedAsFilesAre(part: UInt64) throws {
        var random = SeededGenerator(seed: 9_000 + part)
        for round in 0..<40 {
            let seed = random.state
            let jobs = Self.jobs(&random)
            let policy = Self.policy(&random)
            let world = try SQLiteRowsWorld(
                "CREATE TABLE jobs (id TEXT PRIMARY KEY, t INTEGER, g TEXT); BEGIN;"
                    + jobs.map { "INSERT INTO jobs VALUES ('\($0.id)', \($0.seconds), '\($0.group)');" }.joined()
                    + "COMMIT;"
            )
            let specification = RowsSpecification.of("jobs") {
                ($0.time, $0.timeFormat, $0.groupBy) = (["t"], .epoch, "g")
                ($0.keep, $0.olderThan, $0.zone) = (policy.keep, policy.remove?.olderThan, policy.zone)
            }
            let expected = try Self.removed(jobs, policy)
            let outcome = try world.run(specification, batch: Int.random(in: 1...30, using: &random))
            let left = Set(try world.ask("SELECT id FROM jobs;").split(separator: "\n").map(String.init))
            let gone = Set(jobs.map(\.id)).subtracting(left)
            #expect(gone == expected, "round \(round), seed \(seed), \(policy)")
            #expect(outcome.plan.tally.remove == expected.count, "round \(round), seed \(seed)")
            #expect(outcome.deleted == expected.count, "round \(round), seed \(seed)")
        }
    }

    private static func jobs(_ random: inout SeededGenerator) -> [Job] {
        let now = SQLiteRowsWorld.now.nanoseconds / 1_000_000_000
        let spans: [Int64] = [3 * 3600, 5 * 86_400, 60 * 86_400, 900 * 86_400]
        // Coarse, so that there are ties; a few in the future.
        let steps: [Int64] = [1, 1800, 86_400]
        let span = random.pick(spans)
        var jobs: [Job] = []
        for number in 0..<Int.random(in: 0...60, using: &random) {
            let step = random.pick(steps)
            let age = Int64.random(in: -span / 10...span, using: &random) / step * step
            jobs.append(
                Job(id: String(format: "%03d", number), seconds: now - age, group: random.pick(["", "a", "b"]))
            )
        }
        return jobs
    }

    private static func policy(_ random: inout SeededGenerator) -> Policy {
        func counts() -> Policy.Counts {
            func some(_ most: Int) -> Int { random.oneIn(2) ? Int.random(in: 1...most, using: &random) : 0 }
            let within =
                random.oneIn(4) ? random.pick([Age.days(3), Age(months: 2, milliseconds: 0, text: "2mo")]) : nil
            return Policy.Counts(
                last: some(5),
                hourly: some(4),
                daily: some(5),
                weekly: some(3),
                monthly: some(4),
                yearly: some(2),
                within: within
            )
        }
        var keep = Policy.Keep(counts: counts(), atLeast: random.oneIn(2) ? Int.random(in: 1...4, using: &random) : 0)
        if random.oneIn(3) { keep.groups = ["a": counts()] }
        let hasRules = !keep.counts.isEmpty || !keep.groups.isEmpty
        let age: Age? = !hasRules || random.oneIn(2) ? .days(Int64.random(in: 1...20, using: &random)) : nil
        return Policy(
            remove: age.map { Policy.Remove(olderThan: $0) },
            keep: keep,
            zone: random.pick(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
        )
    }

    private static func removed(_ jobs: [Job], _ policy: Policy) throws -> Set<String> {
        var block = ItemBlock()
        for job in jobs {
            block.append(job.id, group: job.group, time: Instant(seconds: job.seconds))
        }
        var judge = try Judge(policy: policy, now: SQLiteRowsWorld.now)
        while judge.remainingPasses > 0 {
            judge.observe(block)
            judge.endPass()
        }
        _ = judge.judge(&block)
        return Set(
            block.items.filter { $0.verdict == .remove }.map { String(decoding: block.name(of: $0), as: UTF8.self) }
        )
    }

    @Test func theLastRunOfEachJobSurvivesWhateverItsAge() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT, t TEXT);
            INSERT INTO jobs VALUES (1, 'a', '2020-01-01'), (2, 'a', '2020-02-01'), (3, 'b', '2020-01-01'),
                (4, NULL, '2020-01-01'), (5, NULL, '2020-03-01'), (6, 'c', '2099-01-01'), (7, 'c', '2020-01-01');
            """
        )
        let outcome = try world.run(.jobs { ($0.groupBy, $0.keep.atLeast) = ("name", 1) }, batch: 1)
        #expect(outcome.deleted == 2)
        // Of c, the one of the future does not count.
        #expect(try world.ask("SELECT group_concat(id) FROM jobs;") == "2,3,5,6,7")
    }

    @Test func aSurvivorThatGoesMeanwhileIsMadeUpFor() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT, t TEXT);
            INSERT INTO jobs VALUES (1, 'a', '2020-01-01'), (2, 'a', '2020-02-01'), (3, 'a', '2020-03-01'), (4, 'a', '2020-04-01');
            """
        )
        let store = world.store(.jobs { ($0.groupBy, $0.keep.atLeast) = ("name", 2) })
        let outcome = try world.run(store, batch: 1) { batch in
            // The newest is deleted by somebody else, after the plan and after the first batch has found its rows.
            if batch == 1 { _ = try world.ask("DELETE FROM jobs WHERE id = 4;") }
        }
        #expect(outcome.plan.tally.remove == 2)
        #expect(outcome.deleted == 1)
        #expect(try world.ask("SELECT group_concat(id) FROM jobs;") == "2,3")
    }
}
