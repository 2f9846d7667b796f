import Retention
import Support
import Testing

/// The judge against the plain reference: the same verdict and the same words for each item of many random trees.
@Suite struct JudgePropertyTests {
    private static let seeds = UInt64(Scale.rounds(6_000, nightly: 500_000))

    /// 24,000 worlds and more, in parts that run side by side.
    @Test(.tags(.f16), arguments: 0..<4 as Range<UInt64>)
    func decidesAsThePlainReference(part: UInt64) throws {
        var seen: [Verdict: Int] = [:]
        for number in part * Self.seeds..<(part + 1) * Self.seeds {
            let seed = Scale.seed(number)
            let world = RandomWorld(seed: seed)
            let reference = ReferenceJudge(policy: world.policy, now: world.now, usedBytes: world.usedBytes)
            let expected = reference.verdicts(world.items)
            let blocks = ItemBlock.split(world.items, size: 3)
            let plan = try world.policy.plan(blocks, now: world.now, usedBytes: world.usedBytes)
            guard plan.verdicts == expected else {
                let lines = expected.filter { plan.verdicts[$0.key] != $0.value }.map { path, verdict in
                    "\(path): expected \(verdict), is \(plan.verdicts[path]?.description ?? "missing")"
                }
                Issue.record("seed \(seed)\n\(lines.joined(separator: "\n"))\n\(world)")
                return
            }
            #expect(plan.tally == Self.tally(world.items, expected), "seed \(seed)\n\(world)")
            for verdict in expected.values { seen[verdict.verdict, default: 0] += 1 }
        }
        for verdict in [Verdict.remove, .compress, .keep, .young, .deferred] {
            #expect(seen[verdict, default: 0] > 1000, "\(verdict) is hardly tried")
        }
    }

    /// What is kept stays kept, and what is left of a tree after a plan is judged like the tree: a second run finds
    /// nothing that the first one left.
    @Test(.tags(.f16)) func findsNothingMoreAfterItsOwnRun() throws {
        for number in UInt64(100_000)..<102_000 {
            let seed = Scale.seed(number)
            let world = RandomWorld(seed: seed)
            var policy = world.policy
            policy.budget = Policy.Budget()
            policy.compressOlderThan = nil
            guard Judge.validate(policy).isEmpty else { continue }
            let first = try policy.plan(ItemBlock.split(world.items), now: world.now, usedBytes: world.usedBytes)
            let rest = world.items.filter { first.verdicts[$0.path]?.verdict != .remove }
            let used = world.usedBytes - first.tally.removeBytes
            let second = try policy.plan(ItemBlock.split(rest), now: world.now, usedBytes: used)
            #expect(second.tally.remove == 0, "seed \(seed)\n\(world)")
        }
    }

    private static func tally(_ items: [TestItem], _ verdicts: [String: TestVerdict]) -> Tally {
        var tally = Tally(examined: items.count)
        for item in items {
            guard let verdict = verdicts[item.path] else { continue }
            switch verdict.verdict {
            case .remove:
                tally.remove += 1
                tally.removeBytes += item.size
                if verdict.reason.hasPrefix("over the quota") {
                    tally.quotaRemove += 1
                    tally.quotaRemoveBytes += item.size
                }
            case .compress: tally.compress += 1
            case .keep:
                tally.keep += 1
                if verdict.reason.hasPrefix("at least ") { tally.atLeast += 1 }
            case .young: tally.young += 1
            case .deferred: tally.deferred += 1
            case .undecided: break
            }
        }
        return tally
    }
}
