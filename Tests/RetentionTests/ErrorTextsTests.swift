import Retention
import Testing

/// The words of errors that no other suite holds to the letter.
@Suite struct ErrorTextsTests {
    private static let now = Instant(seconds: 1_800_000_000)
    private static let week = Age(milliseconds: 604_800_000, text: "7d")
    private static let zero = Age(milliseconds: 0, text: "0d")

    // MARK: Periods

    @Test(
        arguments: [
            (
                "30d", "2026-11-22T14:07:04Z",
                "until: 2026-11-22T14:07:04Z has not come yet. Leave it out for all up to now."
            ),
            (
                "2026-11-02", "2026-11-01",
                "since: 2026-11-02T00:00:00Z is not before the end of the period, 2026-11-01T00:00:00Z. "
                    + "Write an earlier day, or an age such as 30d."
            ),
            (
                "2024-10-31", "2026-11-01",
                "since: 2024-10-31T00:00:00Z is more than two years before the end of the period. Write a later day."
            ),
            (
                "yesterday", nil,
                "since: The duration \"yesterday\" is none. Write whole numbers, each with its unit, such as 7d or 1d12h. "
                    + "Or write a day, such as 2026-10-01."
            ),
            (
                "2026-02-29", nil,
                "since: The time \"2026-02-29T00:00:00Z\" has a date that does not exist. "
                    + "Write a time such as 2026-01-02T03:04:05Z."
            ),
        ] as [(String, String?, String)]
    )
    func aPeriodIsRefusedInWords(_ since: String, _ until: String?, _ expected: String) throws {
        let now = try Timestamp.parse("2026-11-22T14:07:03Z")
        let error = #expect(throws: PeriodError.self) { try Period(since: since, until: until, now: now) }
        #expect(error?.description == expected)
    }

    // MARK: Policies

    @Test(
        arguments: [
            (
                Policy(remove: .init(idleFor: zero)),
                [
                    "remove.idle_for: remove.idle_for is 0d: everything is idle for that long. Write an age such as 7d."
                ]
            ),
            (
                Policy(remove: .init(olderThan: week, idleFor: week)),
                [
                    "remove.idle_for: remove.idle_for and remove.older_than exclude each other: an item has one time. "
                        + "Keep one of them."
                ]
            ),
            (
                Policy(quota: .init(maxBytes: 0, freeToBytes: 0)),
                ["quota.max: quota.max is 0. Write a size such as 1GiB."]
            ),
        ] as [(Policy, [String])]
    )
    func aPolicyIsRefusedInWords(_ policy: Policy, _ expected: [String]) {
        #expect(Judge.validate(policy).map { "\($0.key): \($0)" } == expected)
    }

    @Test(
        arguments: [
            (Policy(compressOlderThan: week), "compress.older_than"),
            (Policy(remove: .init(olderThan: week), keep: .init(open: true)), "keep.open"),
            (Policy(remove: .init(isListed: true)), "remove.listed_by"),
            (Policy(remove: .init(isListed: false, withoutTTL: true)), "remove.without_ttl"),
            (Policy(remove: .init(isListed: false, isExpired: true)), "remove.expired"),
        ] as [(Policy, String)]
    )
    func whatNoCandidateCanShowIsRefusedInWords(_ policy: Policy, _ key: String) {
        let error = #expect(throws: PolicyRefusal.self) { try policy.plan([], at: Self.now) }
        #expect(error?.key == key)
        #expect(
            error?.description
                == "\(key) is for the stores of cleanupd itself. Leave it out, and hand over only what may go."
        )
    }

    @Test func candidatesAreRefusedInWords() {
        let glob = Policy(remove: .init(olderThan: Self.week), keep: .init(match: ["a["]))
        let pattern = #expect(throws: PolicyRefusal.self) { try glob.plan([], at: Self.now) }
        #expect(pattern?.key == "keep.match")
        #expect(
            pattern?.description
                == "The glob \"a[\" has a \"[\" without its \"]\". Write \"\\[\" for the character itself."
        )
        let twice = [Candidate(name: "a\n", time: Self.now), Candidate(name: "a\n", time: Self.now)]
        let ambiguous = #expect(throws: PolicyRefusal.self) {
            try Policy(remove: .init(olderThan: Self.week)).plan(twice, at: Self.now)
        }
        #expect(ambiguous?.description == "Two candidates have the name \"a\\x0A\". Give each its own.")
    }

    // MARK: Globs

    @Test func aGlobThatIsTooMuchIsRefusedInWords() {
        let long = String(repeating: "a", count: 4097)
        let heavy = "{" + String(repeating: "a,", count: 999) + "b}" + String(repeating: "x", count: 300)
        let refusals = [
            (long, "has 4097 bytes; at most 4096 are allowed. Split it into several globs."),
            (heavy, "stands for too long a list of alternatives. Split it."),
        ]
        for (pattern, words) in refusals {
            let error = #expect(throws: GlobError.self) { try Glob(pattern) }
            #expect(error?.description == "The glob \"\(pattern.prefix(200))…\" \(words)")
        }
    }

    // MARK: Simulations

    @Test(
        arguments: [
            (0, "1d", "A simulation of 0 days is not possible. Write 1 to 3650."),
            (30, "1mo", "The interval 1mo follows the calendar. Write an exact one, such as 30d."),
            (30, "59s", "The interval 59s is not possible. Write 1m to 30d, the time that is simulated."),
            (30, "31d", "The interval 31d is not possible. Write 1m to 30d, the time that is simulated."),
            (
                100, "1m",
                "New items every 1m, 1 at a time, are more than 100000 in 100 days. "
                    + "Write fewer days, or a longer interval."
            ),
        ] as [(Int, String, String)]
    )
    func aSimulationIsRefusedInWords(_ days: Int, _ interval: String, _ expected: String) {
        let error = #expect(throws: SimulationError.self) {
            let span = try SimulateWorld.span(days)
            let growth = try SimulationGrowth(every: Age(parsing: interval), size: 1, in: span)
            _ = try PolicySimulation(policy: Self.keepsOne, span: span, growth: growth).result(of: [])
        }
        #expect(error?.description == expected)
    }

    @Test func aSimulationOfTooFarOrTooMuchIsRefusedInWords() {
        let late = Instant(nanoseconds: .max - 86_400_000_000_000)
        let far = #expect(throws: SimulationError.self) { try SimulationSpan(start: late, days: 2) }
        #expect(
            far?.description
                == "2 days from \(Timestamp.format(late)) on go beyond the year 2262. Begin earlier."
        )
        let many = #expect(throws: SimulationError.self) { try PolicySimulation.check(count: 500_001) }
        #expect(
            many?.description
                == "There are more than 500000 items, which is more than a simulation holds in memory. Copy the task "
                + "into a configuration of its own, with a narrower path or match, and simulate that."
        )
        #expect(
            SimulationError.tooMuchWork(day: 40, of: 100, items: 7, verdicts: 9).description
                == "On day 40 of 100 there are 7 items still, and 9 verdicts have been made. Write fewer days."
        )
    }

    @Test(
        arguments: [
            ([], "There is no item yet that new ones could be as large as. Say how large they will be."),
            (
                [TestItem(path: "a.log.gz", time: SimulateWorld.start)],
                "All items are archives, and nobody knows how large new ones are before they are compressed. "
                    + "Say how large they will be."
            ),
            (
                [TestItem(path: "a.log.gz", time: SimulateWorld.start, group: "prod")],
                "All items of the group prod are archives, and nobody knows how large new ones are before they are "
                    + "compressed. Say how large they will be."
            ),
        ] as [([TestItem], String)]
    )
    func newItemsLikeNoneAreRefusedInWords(_ items: [TestItem], _ expected: String) throws {
        let span = try SimulateWorld.span(1)
        let growth = try SimulationGrowth(every: Age(parsing: "1d"), in: span)
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "90d")), compressOlderThan: Self.week)
        let error = #expect(throws: SimulationError.self) {
            try PolicySimulation(policy: policy, span: span, growth: growth).result(of: ItemBlock.split(items))
        }
        #expect(error?.description == expected)
    }

    private static let keepsOne = Policy(keep: .init(counts: .init(last: 1)))
}
