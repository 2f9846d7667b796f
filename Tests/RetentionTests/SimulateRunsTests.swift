import Retention
import Testing

/// What single runs of a simulation do, what it makes, and what it refuses.
@Suite struct SimulateRunsTests {
    // MARK: Guards, budgets, archives

    @Test func whatAGuardRefusesStaysAndIsRefusedAgain() throws {
        let span = try SimulateWorld.span(10)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "3d")))
        let day = SimulateWorld.day
        let blocks = ItemBlock.split(SimulateWorld.items([("a", day), ("b", day), ("c", 4 * day)]))
        let limits = Limits(maxItems: 1)
        let result = try PolicySimulation(policy: policy, limits: limits, span: span).result(of: blocks)
        #expect(result.days.map(\.items) == [3] + Array(repeating: 2, count: 10))
        #expect(result.days.map(\.refused) == [0, 0, 0] + Array(repeating: 1, count: 8))
        #expect(result.refused == 8 && result.firstRefusal?.number == 3)
        #expect(result.firstRefusal?.trip?.guard == .maxItems)
        #expect(result.lives.filter { $0.removedAt == nil }.count == 2)
    }

    @Test func whatABudgetDefersGoesLater() throws {
        let span = try SimulateWorld.span(5)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "3d")), budget: .init(items: 1))
        let day = SimulateWorld.day
        let blocks = ItemBlock.split(SimulateWorld.items([("a", 6 * day), ("b", 5 * day), ("c", 4 * day)]))
        let result = try PolicySimulation(policy: policy, span: span).result(of: blocks)
        #expect(result.days.map(\.items) == [3, 2, 1, 0, 0, 0])
        #expect(result.days.map(\.deferred) == [0, 2, 1, 0, 0, 0])
        #expect(result.days.map(\.removed) == [0, 1, 1, 1, 0, 0])
    }

    @Test func aFileIsCompressedOnceAndGoesAtItsAge() throws {
        let span = try SimulateWorld.span(6)
        let policy = Policy(
            remove: .init(olderThan: try Age(parsing: "4d")),
            compressOlderThan: try Age(parsing: "1d"),
            budget: .init(items: 1)
        )
        let blocks = ItemBlock.split(SimulateWorld.items([("a", 3600), ("b", 60)]))
        let result = try PolicySimulation(policy: policy, span: span).result(of: blocks)
        #expect(result.days.map(\.compressed) == [0, 1, 1, 0, 0, 0, 0])
        #expect(result.days.map(\.items) == [2, 2, 2, 2, 1, 0, 0])
        let compressed: [Instant?] = [span.end(ofDay: 1), span.end(ofDay: 2)]
        #expect(result.lives.map(\.compressedAt) == compressed)
    }

    // MARK: What survives, and why

    @Test func survivorsHaveWhatTheLastRunSaidOfThem() throws {
        let span = try SimulateWorld.span(2)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "3d")), budget: .init(items: 1))
        let day = SimulateWorld.day
        let blocks = ItemBlock.split(SimulateWorld.items([("a", 6 * day), ("b", 5 * day), ("c", 3600)]))
        let simulation = PolicySimulation(
            policy: policy,
            span: span,
            runs: [span.end(ofDay: 1)],
            growth: try SimulateWorld.daily(span)
        )
        let lives = try simulation.result(of: blocks).lives
        let words = lives.map { $0.judgement.map { "\($0.verdict): \($0.reason)" } ?? "-" }
        let young = "young: not older than 3d"
        #expect(words == ["-", "deferred: waits for the next run (budget of 1 item)", young, young, "-"])
        #expect(lives.map { $0.removedAt != nil } == [true, false, false, false, false])
        #expect(lives.allSatisfy { $0.judgement?.isRefused != true })
    }

    @Test func whatAGuardKeptIsDueAllTheSame() throws {
        let span = try SimulateWorld.span(3)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "2d")))
        let day = SimulateWorld.day
        let blocks = ItemBlock.split(SimulateWorld.items([("a", 9 * day), ("b", 8 * day)]))
        let result = try PolicySimulation(policy: policy, limits: Limits(maxItems: 1), span: span).result(of: blocks)
        for life in result.lives {
            let judgement = try #require(life.judgement)
            #expect(judgement.verdict == .remove && judgement.isRefused)
            #expect(judgement.reason == "older than 2d")
        }
    }

    @Test(arguments: [(1, "compress: older than 1d"), (3, "young: compressed already")])
    func archivesAreSaidToBeSome(_ days: Int, _ expected: String) throws {
        let policy = Policy(compressOlderThan: try Age(parsing: "1d"))
        let blocks = ItemBlock.split(SimulateWorld.items([("a.log", 3600)]))
        let result = try PolicySimulation(policy: policy, span: try SimulateWorld.span(days)).result(of: blocks)
        let judgement = try #require(result.lives.first?.judgement)
        #expect("\(judgement.verdict): \(judgement.reason)" == expected)
    }

    // MARK: What is made

    @Test func eachGroupGetsItemsLikeItsNewest() throws {
        let span = try SimulateWorld.span(2)
        var items = SimulateWorld.items([("p/old.db", 300), ("p/new.db", 200), ("p/pin.db", 100), ("q/x", 400)])
        for (index, size) in [10, 500, 30, 7].enumerated() { items[index].size = Int64(size) }
        for index in items.indices { items[index].group = index < 3 ? "p" : "q" }
        items[2].hold = "kept: matches pin*"
        let growth = try SimulationGrowth(every: Age(parsing: "1d"), in: span)
        let policy = Policy(keep: .init(counts: .init(last: 9)))
        let result = try PolicySimulation(policy: policy, span: span, growth: growth).result(of: ItemBlock.split(items))
        let made = result.lives.filter(\.isMade)
        #expect(
            made.map { String(decoding: $0.path, as: UTF8.self) } == [
                "p/new.db@2026-01-02T00:00:00Z", "q/x@2026-01-02T00:00:00Z",
                "p/new.db@2026-01-03T00:00:00Z", "q/x@2026-01-03T00:00:00Z",
            ]
        )
        #expect(made.map(\.bytes) == [30, 7, 30, 7] && made.map(\.group) == ["p", "q", "p", "q"])
    }

    @Test func archivesSayNothingOfTheSizeOfNewItems() throws {
        let span = try SimulateWorld.span(1)
        let day = SimulateWorld.day
        var items = SimulateWorld.items([("a.log", 60), ("b.log", 120), ("c.log.gz", 30), ("d.log.gz", 9 * day)])
        for (index, size) in [700, 900, 3, 5].enumerated() { items[index].size = Int64(size) }
        let growth = try SimulationGrowth(every: Age(parsing: "1d"), in: span)
        var policy = Policy(
            remove: .init(olderThan: try Age(parsing: "90d")),
            compressOlderThan: try Age(parsing: "7d")
        )
        func made(_ items: [TestItem], _ growth: SimulationGrowth) throws -> [SimulatedLife] {
            try PolicySimulation(policy: policy, span: span, growth: growth).result(of: ItemBlock.split(items)).lives
                .filter(\.isMade)
        }
        let usual = try made(items, growth)
        #expect(usual.map(\.bytes) == [900])
        #expect(usual.map { String(decoding: $0.path, as: UTF8.self) } == ["a.log@2026-01-02T00:00:00Z"])
        let archives = Array(items.dropFirst(2))
        let error = #expect(throws: SimulationError.self) { try made(archives, growth) }
        #expect(error?.code == .nothingThere && error?.message.contains("archives") == true)
        let sized = try SimulationGrowth(every: Age(parsing: "1d"), size: 77, in: span)
        #expect(try made(archives, sized).map(\.bytes) == [77])
        // To a policy that compresses nothing they are items like others.
        policy.compressOlderThan = nil
        #expect(try made(archives, growth).map(\.bytes) == [5])
    }

    @Test func anItemOfARunsVeryInstantIsThereForIt() throws {
        let span = try SimulateWorld.span(3)
        let policy = Policy(keep: .init(counts: .init(last: 1)))
        let simulation = PolicySimulation(policy: policy, span: span, growth: try SimulateWorld.daily(span))
        #expect(try simulation.result(of: []).days.map(\.items) == [0, 1, 1, 1])
    }

    // MARK: Refusals

    @Test(arguments: [(0, "0 days"), (-1, "-1 days"), (3651, "3651 days")])
    func daysOutOfBoundsAreRefused(_ days: Int, _ words: String) {
        let error = #expect(throws: SimulationError.self) { try SimulateWorld.span(days) }
        #expect(error?.code == .days && error?.message.contains(words) == true)
        let late = Instant(nanoseconds: .max - 86_400_000_000_000)
        #expect(throws: SimulationError.self) { try SimulationSpan(start: late, days: 2) }
    }

    @Test(arguments: ["59s", "0d", "31d", "1mo", "1y"])
    func intervalsOutOfBoundsAreRefused(_ interval: String) throws {
        let span = try SimulateWorld.span(30)
        let error = #expect(throws: SimulationError.self) {
            try SimulationGrowth(every: Age(parsing: interval), in: span)
        }
        #expect(error?.code == .interval && error?.message.contains(interval) == true)
    }

    @Test func tooMuchIsRefusedBeforeItTakesLong() throws {
        let span = try SimulateWorld.span(100)
        let policy = Policy(keep: .init(counts: .init(last: 1)))
        let minutely = try SimulationGrowth(every: Age(parsing: "1m"), size: 1, in: span)
        let made = #expect(throws: SimulationError.self) {
            try PolicySimulation(policy: policy, span: span, growth: minutely).result(of: [])
        }
        #expect(made?.code == .tooManyMade)
        let sizeless = try SimulationGrowth(every: Age(parsing: "1d"), in: span)
        let nothing = #expect(throws: SimulationError.self) {
            try PolicySimulation(policy: policy, span: span, growth: sizeless).result(of: [])
        }
        #expect(nothing?.code == .nothingThere)
        #expect(throws: SimulationError.self) { try PolicySimulation.check(count: PolicySimulation.mostItems + 1) }
        #expect(throws: Never.self) { try PolicySimulation.check(count: PolicySimulation.mostItems) }
    }

    @Test func aPolicyThatMayNotBeUsedIsRefused() throws {
        let span = try SimulateWorld.span(1)
        #expect(throws: PolicyRefusal.self) { try PolicySimulation(policy: Policy(), span: span).result(of: []) }
    }
}
