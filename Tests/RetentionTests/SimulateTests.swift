import Foundation
import Retention
import Support
import Testing

/// What a policy keeps as time goes by, held against the calendar and against plans made one by one.
@Suite struct SimulateTests {
    private static let grandfathers = Policy(keep: .init(counts: .init(last: 7, weekly: 4, monthly: 12)))

    // MARK: Known outcomes

    @Test func grandfathersSettleAtTheDaysThatTheCalendarSays() throws {
        let span = try SimulateWorld.span(730)
        let simulation = PolicySimulation(policy: Self.grandfathers, span: span, growth: try SimulateWorld.daily(span))
        let result = try simulation.result(of: [])
        #expect(result.days.count == 731)
        // 2028-01-01, a Saturday: a week, Sundays the 19th and the 12th, the last days of February to November.
        #expect(result.days[730].items == 19)
        for number in 400...730 {
            let there = Self.days(of: result, at: span.end(ofDay: number))
            #expect(there == Self.grandfathersByCalendar(onDay: number), "day \(number)")
            #expect(result.days[number].items == there.count, "day \(number)")
            #expect(result.days[number].bytes == Int64(there.count) * 10, "day \(number)")
        }
        let summary = SimulationSummary(result)
        #expect(summary.trend == .steady && summary.lastDays == 182)
        #expect(summary.items == 19 && summary.bytes == 190)
        #expect(summary.newest == span.end)
        #expect(summary.oldest == span.end(ofDay: 730 - 307))  // 2027-02-28
        #expect(summary.itemRange.upperBound <= 7 + 3 + 11 && summary.itemRange.lowerBound >= 17)
    }

    /// Numbers of the days whose items are there.
    private static func days(of result: SimulationResult, at instant: Instant) -> Set<Int> {
        let there = result.lives.filter { life in
            life.time <= instant && life.removedAt.map { $0 > instant } ?? true
        }
        let seconds = there.map { ($0.time.nanoseconds - SimulateWorld.start.nanoseconds) / 1_000_000_000 }
        return Set(seconds.map { Int($0 / SimulateWorld.day) })
    }

    /// The same from Foundation's calendar, without any rule of ours.
    private static func grandfathersByCalendar(onDay number: Int) -> Set<Int> {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        let first = Date(timeIntervalSince1970: SimulateWorld.start.secondsSinceEpoch)
        func date(_ number: Int) -> Date { first.addingTimeInterval(Double(number) * 86_400) }
        var days = Set((number - 6)...number)
        var (weeks, months): (Set<DateComponents>, Set<DateComponents>) = ([], [])
        for day in stride(from: number, to: number - 370, by: -1) {
            let week = calendar.dateComponents([.yearForWeekOfYear, .weekOfYear], from: date(day))
            if weeks.count < 4, weeks.insert(week).inserted { days.insert(day) }
            let month = calendar.dateComponents([.year, .month], from: date(day))
            if months.count < 12, months.insert(month).inserted { days.insert(day) }
        }
        return days
    }

    @Test func whatIsOlderThanItsAgeIsGoneAtTheNextRun() throws {
        let span = try SimulateWorld.span(40)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "10d")))
        let simulation = PolicySimulation(policy: policy, span: span, growth: try SimulateWorld.daily(span))
        let result = try simulation.result(of: [])
        // Strictly older: of 0 to 10 days, and one more just before a run.
        #expect(result.days[11...].allSatisfy { $0.items == 11 })
        #expect(result.days[5].items == 5)
        #expect(result.peak.day == 12 && result.peak.items == 12 && result.peak.bytes == 120)
        #expect(result.lives.compactMap(\.removedAt).count == 40 - 11)
    }

    @Test func withoutRunsNothingGoesAndItIsSaidToGrow() throws {
        let span = try SimulateWorld.span(100)
        let policy = Policy(keep: .init(counts: .init(last: 3)))
        let runs = [span.end(ofDay: 30), span.start, span.end.adding(nanoseconds: 1)]
        let simulation = PolicySimulation(policy: policy, span: span, runs: runs, growth: try SimulateWorld.daily(span))
        let result = try simulation.result(of: [])
        #expect(result.days.map(\.runs).reduce(0, +) == 1)
        #expect(result.days[29].items == 29 && result.days[30].items == 3 && result.days[100].items == 73)
        #expect(SimulationSummary(result).trend == .growing)
    }

    @Test func withoutNewItemsThePresentOnesAgeAway() throws {
        let span = try SimulateWorld.span(30)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "7d")))
        let day = SimulateWorld.day
        let blocks = ItemBlock.split(SimulateWorld.items([("a", 10 * day), ("b", 5 * day), ("c", -day)]))
        let result = try PolicySimulation(policy: policy, span: span).result(of: blocks)
        let items = [3, 2, 2] + Array(repeating: 1, count: 6) + Array(repeating: 0, count: 22)
        #expect(result.days.map(\.items) == items)
        #expect(result.days.allSatisfy { $0.made == 0 })
        let removed: [Instant?] = [1, 3, 9].map { span.end(ofDay: $0) }
        #expect(result.lives.map(\.removedAt) == removed)
        #expect(SimulationSummary(result).oldest == nil)
    }

    // MARK: The same decisions as a plan's

    @Test func eachRunRemovesWhatAPlanOfThatInstantRemoves() throws {
        for seed in UInt64(1)...300 {
            var world = RandomWorld(seed: seed)
            world.policy.quota = nil
            guard Judge.validate(world.policy).isEmpty else { continue }
            let span = try SimulationSpan(start: world.now, days: 20)
            let runs = (1...60).map { world.now.adding(nanoseconds: $0 * 8 * 3_600_000_000_000 - 1) }
            let limits = seed.isMultiple(of: 3) ? Limits(maxItems: 2) : Limits()
            let simulation = PolicySimulation(policy: world.policy, limits: limits, span: span, runs: runs)
            let result = try simulation.result(of: ItemBlock.split(world.items, size: 5))
            let removed = result.lives.compactMap { life in
                life.removedAt.map { (String(decoding: life.path, as: UTF8.self), $0) }
            }
            let expected = try Self.removals(world, limits, runs)
            #expect(Dictionary(uniqueKeysWithValues: removed) == expected, "seed \(seed): \(world)")
            // In whatever order things are listed.
            let other = try simulation.result(of: ItemBlock.split(world.items.reversed(), size: 3))
            #expect(other == result, "seed \(seed): \(world)")
            let held = Set(world.items.filter { $0.hold != nil }.map(\.path))
            #expect(held.isDisjoint(with: expected.keys), "seed \(seed): \(world)")
        }
    }

    /// One plan after the other, by hand: when which item goes.
    private static func removals(
        _ world: RandomWorld,
        _ limits: Limits,
        _ runs: [Instant]
    ) throws -> [String: Instant] {
        var removed: [String: Instant] = [:]
        var items = world.items
        for run in runs {
            let plan = try world.policy.plan(ItemBlock.split(items), now: run)
            guard limits.check(plan.tally) == nil else { continue }
            items = items.compactMap { item in
                var item = item
                switch plan.verdicts[item.path]?.verdict {
                case .remove:
                    removed[item.path.replacingOccurrences(of: ".archived.gz", with: "")] = run
                    return nil
                case .compress:
                    item.path += ".archived.gz"
                    return item
                default:
                    return item
                }
            }
        }
        return removed
    }
}
