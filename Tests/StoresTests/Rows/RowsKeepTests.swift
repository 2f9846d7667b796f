import Retention
import Stores
import Support
import Testing

/// Rules of `keep`, against the judge that files and all others are judged by.
@Suite struct RowsKeepTests {
    private static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]

    @Test(arguments: RowsEngine.all)
    func rulesKeepWhatTheJudgeKeeps(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            for seed in UInt64(1)...60 {
                var random = SeededGenerator(seed: seed)
                let (policy, rows) = Self.world(&random)
                try database.makeItems(rows)
                var task = database.itemsTask()
                (task.olderThan, task.keep, task.zone) = (policy.remove?.olderThan, policy.keep, policy.zone)
                task.groupBy = "grp"
                task.allowUnconditional = true
                let expected = try Self.judged(policy, rows)
                let plan = try database.plan(task)
                #expect(plan.tally.remove == rows.count - expected.count, "seed \(seed)")
                try database.clean(task, batch: random.pick([1, 3, 100]))
                let left = try database.ids().split(separator: ",").compactMap { Int($0) }
                #expect(left == expected, "seed \(seed): \(policy.sentence(noun: "rows")) \(rows)")
                try database.sql("DROP TABLE items")
            }
        }
    }

    @Test(arguments: RowsEngine.all)
    func heldAndRecentRowsCountForTheFloor(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            let day: Int64 = 86_400_000_000_000
            // Of a, one is young; of b, all are old; of those without a group, too.
            let rows: [(Int, String?, Int64)] = [
                (1, "a", 9), (2, "a", 8), (3, "a", 0), (4, "b", 9), (5, "b", 8), (6, "b", 7), (7, nil, 9), (8, nil, 8),
                (9, nil, 7),
            ]
            try database.makeItems(rows.map { ($0.0, $0.1, noon.adding(nanoseconds: -$0.2 * day)) })
            var task = database.itemsTask()
            (task.olderThan, task.groupBy, task.keep.atLeast) = (.days(3), "grp", 2)
            try database.clean(task)
            #expect(try database.ids() == "2,3,5,6,8,9")
        }
    }

    @Test(arguments: RowsEngine.all)
    func rowsThatTheConditionLeavesOutAreNotCounted(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems(
                (1...4).map { ($0, "a", noon.adding(nanoseconds: -Int64(10 - $0) * 86_400_000_000_000)) }
            )
            try database.sql("UPDATE items SET note = 'done' WHERE id <> 4")
            var task = database.itemsTask()
            (task.condition, task.groupBy, task.keep.counts.last) = ("note = 'done'", "grp", 1)
            try database.clean(task)
            #expect(try database.ids() == "3,4")
        }
    }

    // MARK: Random worlds

    private static func world(
        _ random: inout SeededGenerator
    ) -> (policy: Policy, rows: [(id: Int, group: String?, time: Instant?)]) {
        var policy = Policy(zone: random.pick(zones))
        repeat {
            policy.keep = Policy.Keep(counts: counts(&random), atLeast: random.oneIn(3) ? random.pick([1, 2, 3]) : 0)
            policy.remove = random.oneIn(2) ? Policy.Remove(olderThan: age(&random)) : nil
            for group in ["a", "b"] where random.oneIn(4) { policy.keep.groups[group] = counts(&random) }
        } while !Judge.validate(policy).isEmpty
        let hour: Int64 = 3_600_000_000_000
        let spread = random.pick([hour * 30, hour * 24 * 40, hour * 24 * 900])
        // Around 2026-03-29 01:00 UTC and 2025-10-26 01:00 UTC clocks change, before the last noon.
        var rows: [(id: Int, group: String?, time: Instant?)] = []
        for id in 1...Int.random(in: 1...30, using: &random) {
            let back = random.oneIn(12) ? -hour : Int64.random(in: 0...spread, using: &random) / (hour / 2) * (hour / 2)
            let change = Instant(seconds: random.pick([1_761_440_400, 1_762_063_200, 1_759_590_000]))
            let near = change.adding(nanoseconds: Int64.random(in: -4...4, using: &random) * hour / 2)
            let time = random.oneIn(3) ? near : noon.adding(nanoseconds: -back)
            rows.append((id, random.pick(["a", "a", "b", "c"]), random.oneIn(5) ? rows.last?.time ?? time : time))
        }
        return (policy, rows)
    }

    private static func counts(_ random: inout SeededGenerator) -> Policy.Counts {
        func count() -> Int { random.oneIn(3) ? Int.random(in: 1...4, using: &random) : 0 }
        return Policy.Counts(
            last: count(),
            hourly: count(),
            daily: count(),
            weekly: count(),
            monthly: count(),
            yearly: count(),
            within: random.oneIn(4) ? age(&random) : nil
        )
    }

    private static func age(_ random: inout SeededGenerator) -> Age {
        let number = Int.random(in: 1...20, using: &random)
        return switch random.pick([0, 1, 2, 3]) {
        case 0: Age(milliseconds: Int64(number) * 3_600_000, text: "\(number)h")
        case 1: Age(milliseconds: Int64(number) * 86_400_000, text: "\(number)d")
        case 2: Age(months: number, milliseconds: 0, text: "\(number)mo")
        default: Age(months: number, milliseconds: 10_800_000, text: "\(number)mo3h")
        }
    }

    /// Ids that stay, by the judge.
    private static func judged(_ policy: Policy, _ rows: [(id: Int, group: String?, time: Instant?)]) throws -> [Int] {
        var block = ItemBlock()
        for row in rows {
            // Of one time, the larger id is the newer.
            let name = String(repeating: "0", count: 6 - "\(row.id)".count) + "\(row.id)"
            block.append(name, group: row.group ?? "", time: row.time ?? noon)
        }
        var judge = try Judge(policy: policy, now: noon)
        while judge.remainingPasses > 0 {
            judge.observe(block)
            judge.endPass()
        }
        _ = judge.judge(&block)
        return block.items.filter { $0.verdict != .remove }
            .compactMap { Int(String(decoding: block.path(of: $0), as: UTF8.self)) }.sorted()
    }
}
