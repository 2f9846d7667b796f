import Retention
import Testing

@Suite struct CandidatePlanTests {
    private static let now = Instant(seconds: 1_800_000_000)

    @Test func oldCandidatesGoAndYoungOnesStayEachWithItsReason() throws {
        let policy = Policy(remove: .init(olderThan: try Age(parsing: "7d")))
        let plan = try policy.plan([Self.candidate("a", days: 10), Self.candidate("b", days: 1)], at: Self.now)
        #expect(plan.decisions.map(\.verdict) == [.remove, .young])
        #expect(plan.decisions.map(\.reason) == ["older than 7d", "not older than 7d"])
        #expect(plan.tally == Tally(examined: 2, remove: 1, removeBytes: 10, young: 1))
    }

    @Test func decisionsAreInTheOrderOfTheCandidatesBeyondOneBlock() throws {
        let candidates = (0..<3000).map { Self.candidate("\($0)", days: Int64($0 % 100), group: "g\($0 % 3)") }
        let plan = try Policy(keep: .init(counts: .init(last: 10))).plan(candidates, at: Self.now)
        #expect(plan.decisions.map(\.candidate) == candidates)
        #expect(plan.tally.keep == 30)
        #expect(plan.tally.remove == 2970)
        let kept = plan.decisions.filter { $0.verdict == .keep }
        #expect(Set(kept.map(\.candidate.group)) == ["g0", "g1", "g2"])
        #expect(kept.allSatisfy { $0.candidate.time > Self.candidate("", days: 2).time })
    }

    @Test func whateverSaysWhyItMustStayIsKept() throws {
        var candidate = Self.candidate("a", days: 10)
        candidate.keptBecause = "in use by job 7"
        let plan = try Self.older().plan([candidate], at: Self.now)
        #expect(plan.decisions.map(\.verdict) == [.keep])
        #expect(plan.decisions.map(\.reason) == ["in use by job 7"])
    }

    @Test(arguments: [
        ("a.keep", true), ("deep/down/a.keep", true), ("/rooted/a.keep", true), ("folder.keep/", true),
        ("logs/new/a", true), ("/logs/new/a", true), ("other/logs/new/a", false), ("a.keep.not", false), ("", false),
    ])
    func globsOfKeepLookAtNamesAndPaths(name: String, isKept: Bool) throws {
        let policy = Policy(
            remove: .init(olderThan: try Age(parsing: "7d")),
            keep: .init(match: ["*.keep", "logs/new/**"])
        )
        let plan = try policy.plan([Self.candidate(name, days: 10)], at: Self.now)
        #expect(plan.decisions.map(\.verdict) == [isKept ? .keep : .remove])
    }

    @Test func quotaCountsTheCandidatesThemselves() throws {
        let policy = Policy(quota: .init(maxBytes: 25, freeToBytes: 20))
        let candidates = (1...3).map { Self.candidate("\($0)", days: Int64($0)) }
        let plan = try policy.plan(candidates, at: Self.now)
        #expect(plan.decisions.map(\.verdict) == [.young, .young, .remove])
    }

    @Test func limitsJudgeAPlan() throws {
        let plan = try Self.older().plan((0..<3).map { Self.candidate("\($0)", days: 10) }, at: Self.now)
        #expect(Limits(maxItems: 2).check(plan.tally)?.guard == .maxItems)
        #expect(Limits(maxItems: 3).check(plan.tally) == nil)
    }

    /// Cut off, its name could be another's.
    @Test func aNameThatIsTooLongIsKept() throws {
        let long = String(repeating: "x", count: 70_000)
        let plan = try Self.older().plan(
            [Self.candidate(long, days: 10), Candidate(name: "a", version: long, time: .distantPast)],
            at: Self.now
        )
        #expect(plan.decisions.map(\.verdict) == [.keep, .keep])
        #expect(plan.decisions.allSatisfy { $0.reason == "kept: its name or version is too long" })
        #expect(plan.decisions[0].candidate.name == long)
    }

    /// It would count twice, and another go in its place.
    @Test func twoCandidatesOfOneNameAreRefused() throws {
        let policy = Policy(keep: .init(counts: .init(last: 2)))
        let candidates = ["b", "a", "b"].map { Self.candidate($0, days: 10) }
        let refusal = #expect(throws: PolicyRefusal.self) { try policy.plan(candidates, at: Self.now) }
        #expect(refusal?.code == .ambiguous)
        #expect(refusal?.key == "candidates")
        // Swift takes these for equal, stores do not.
        let accents = ["\u{E9}", "e\u{301}"].map { Self.candidate($0, days: 10) }
        #expect(try policy.plan(accents, at: Self.now).tally.keep == 2)
    }

    /// Nobody would heed them, so that everything would go, or nothing be compressed.
    @Test func whatOnlyAStoreCanSeeOrDoIsRefused() throws {
        let policies = [
            Policy(compressOlderThan: try Age(parsing: "1d")),
            Policy(remove: .init(isListed: true)), Policy(remove: .init(isListed: false, withoutTTL: true)),
            Policy(remove: .init(isListed: false, isExpired: true)),
            Policy(keep: .init(counts: .init(last: 1), open: true)),
        ]
        for policy in policies {
            let refusal = #expect(throws: PolicyRefusal.self) { try policy.plan([], at: Self.now) }
            #expect(refusal?.code == .unseen)
        }
    }

    @Test func aGlobThatIsNoneAndAnEmptyPolicyAreRefused() {
        let glob = Policy(keep: .init(counts: .init(last: 1), match: ["["]))
        let refusal = #expect(throws: PolicyRefusal.self) { try glob.plan([], at: Self.now) }
        #expect(refusal?.code == .pattern)
        let nothing = #expect(throws: PolicyRefusal.self) { try Policy().plan([], at: Self.now) }
        #expect(nothing?.code == .nothingStated)
    }

    private static func older() throws -> Policy { Policy(remove: .init(olderThan: try Age(parsing: "7d"))) }

    private static func candidate(_ name: String, days: Int64, group: String = "") -> Candidate {
        Candidate(name: name, group: group, time: Instant(seconds: 1_800_000_000 - days * 86_400), size: 10)
    }
}
