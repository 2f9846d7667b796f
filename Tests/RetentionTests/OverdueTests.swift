import Retention
import Testing

@Suite struct OverdueTests {
    private static let now = Instant(seconds: 10_000)

    @Test func countsFromTheEndOfTheAge() throws {
        let hour = try Age(parsing: "1h")
        let policy = Policy(remove: .init(olderThan: hour))
        let overdue = try Self.overdue(policy, ages: [("a", 3600), ("b", 3601), ("c", 9000), ("d", -5)])
        #expect(overdue == ["a": 0, "b": 1, "c": 5400, "d": 0])
    }

    @Test func countsWhatTheBudgetDefersAndNotWhatIsCompressed() throws {
        let (hour, minute) = (try Age(parsing: "1h"), try Age(parsing: "1m"))
        let policy = Policy(remove: .init(olderThan: hour), compressOlderThan: minute, budget: .init(items: 1))
        let overdue = try Self.overdue(policy, ages: [("a", 3700), ("b", 3650), ("c", 600)])
        #expect(overdue == ["a": 100, "b": 50, "c": 0])
    }

    @Test func countsFromWhenTheGroupHadOneTooMany() throws {
        // The third from the oldest came 300 s ago: since then one was too many.
        let policy = Policy(keep: .init(counts: .init(last: 2)))
        let overdue = try Self.overdue(policy, ages: [("a", 500), ("b", 400), ("c", 300), ("d", 200), ("e", 100)])
        #expect(overdue == ["a": 300, "b": 300, "c": 300, "d": 0, "e": 0])
    }

    @Test func countsFromTheNewestWhereThatSettledIt() throws {
        let policy = Policy(keep: .init(counts: .init(last: 1, within: try Age(parsing: "1m"))))
        let overdue = try Self.overdue(policy, ages: [("a", 500), ("b", 400), ("c", 100)])
        #expect(overdue == ["a": 100, "b": 100, "c": 0])
    }

    @Test func countsNothingForAQuotaOrAFloor() throws {
        let quota = Policy(quota: .init(maxBytes: 1, freeToBytes: 0))
        #expect(try Self.overdue(quota, ages: [("a", 500)], usedBytes: 2) == ["a": 0])
        let floor = Policy(remove: .init(olderThan: try Age(parsing: "1m")), keep: .init(atLeast: 1))
        #expect(try Self.overdue(floor, ages: [("a", 500), ("b", 400)]) == ["a": 440, "b": 0])
    }

    /// Seconds by name.
    private static func overdue(
        _ policy: Policy,
        ages: [(String, Int64)],
        usedBytes: Int64 = 0
    ) throws -> [String: Int64] {
        var block = ItemBlock(
            place: "",
            ages.map { TestItem(path: $0.0, time: now.adding(nanoseconds: -$0.1 * 1_000_000_000)) }
        )
        var judge = try Judge(policy: policy, now: now)
        judge.setUsedBytes(usedBytes)
        while judge.remainingPasses > 0 {
            judge.observe(block)
            judge.endPass()
        }
        _ = judge.judge(&block)
        return Dictionary(
            uniqueKeysWithValues: block.items.map { item in
                let name = String(decoding: block.name(of: item), as: UTF8.self)
                return (name, judge.overdueNanoseconds(of: item, in: block) / 1_000_000_000)
            }
        )
    }
}
