import Retention
import Support
import Testing

/// Budgets and quotas over more items than are ever remembered at once, in orders that are hard for a summary.
@Suite struct SelectionTests {
    enum Order: CaseIterable {
        case ascending, descending, shuffled, outsideIn, oneTime, fewTimes
    }

    private static let count = 12_000

    @Test(arguments: Order.allCases)
    func budgetTakesExactlyTheOldest(_ order: Order) throws {
        let items = Self.items(order)
        let oldestFirst = Self.sorted(items)
        for allowed in [1, 7777, Self.count] {
            let policy = Policy(budget: .init(items: allowed), hasMatch: true, allowRemoveAll: true)
            let plan = try policy.plan(ItemBlock.split(items), now: Instant(seconds: 1_000_000))
            let expected = Set(oldestFirst.prefix(allowed).map(\.path))
            let removed = Set(plan.verdicts.filter { $0.value.verdict == .remove }.keys)
            #expect(removed == expected, "\(allowed)")
            #expect(plan.tally.deferred == Self.count - allowed)
        }
    }

    @Test(arguments: Order.allCases)
    func quotaTakesExactlyTheOldest(_ order: Order) throws {
        let items = Self.items(order)
        let policy = Policy(quota: .init(maxBytes: 100_000, freeToBytes: 80_000))
        let plan = try policy.plan(ItemBlock.split(items), now: Instant(seconds: 1_000_000), usedBytes: 123_456)
        var left = Int64(123_456)
        // What would free nothing is not a quota's.
        let expected = Self.sorted(items.filter { $0.size > 0 }).prefix { item in
            defer { left -= item.size }
            return left > 80_000
        }
        let removed = Set(plan.verdicts.filter { $0.value.verdict == .remove }.keys)
        #expect(removed == Set(expected.map(\.path)))
        #expect(plan.passes <= 4)
    }

    private static func sorted(_ items: [TestItem]) -> [TestItem] {
        items.sorted { left, right in
            left.time == right.time
                ? Array(left.path.utf8).lexicographicallyPrecedes(Array(right.path.utf8)) : left.time < right.time
        }
    }

    private static func items(_ order: Order) -> [TestItem] {
        var random = SeededGenerator(seed: 7)
        let numbers: [Int] =
            switch order {
            case .ascending, .oneTime, .fewTimes: Array(0..<count)
            case .descending: (0..<count).reversed()
            case .shuffled: (0..<count).shuffled(using: &random)
            case .outsideIn: (0..<count).map { $0 % 2 == 0 ? $0 / 2 : count - 1 - $0 / 2 }
            }
        return numbers.map { number in
            let time =
                switch order {
                case .oneTime: 5
                case .fewTimes: number % 3
                default: number
                }
            return TestItem(
                path: "d\(number % 20)/\(number)",
                time: Instant(seconds: Int64(time)),
                size: Int64.random(in: 0...12, using: &random)
            )
        }
    }
}
