import Retention
import Support

/// A random tree, a random policy that is not refused, and an instant.
struct RandomWorld: CustomStringConvertible {
    static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana",
        "Pacific/Apia",
    ]
    /// Around which the clocks are set back or forward somewhere: 2025-10-26 and 2026-03-29, 01:00 UTC; 2025-11-02.
    private static let instants: [Int64] = [1_761_440_400, 1_774_746_000, 1_762_063_200, 1_735_689_600, 1_772_366_400]
    private static let day: Int64 = 86_400_000_000_000
    private static let hour: Int64 = 3_600_000_000_000

    var items: [TestItem]
    var policy: Policy
    var now: Instant
    var usedBytes: Int64

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = random.pick(Self.instants) + Int64.random(in: -100_000...100_000, using: &random)
        now = Instant(seconds: start, nanoseconds: random.oneIn(2) ? 0 : 123_456_789)
        policy = Policy()
        repeat { policy = Self.policy(&random) } while !Judge.validate(policy).isEmpty
        items = Self.items(&random, now: now, policy: policy)
        usedBytes = Int64.random(in: 0...600, using: &random)
    }

    // MARK: Policies

    private static func policy(_ random: inout SeededGenerator) -> Policy {
        var policy = Policy(zone: random.pick(zones))
        if random.oneIn(2) {
            policy.remove = Policy.Remove(
                olderThan: random.oneIn(4) ? nil : age(&random),
                sizeOver: random.oneIn(3) ? Int64.random(in: 0...40, using: &random) : nil
            )
        }
        if random.oneIn(2) { policy.keep.counts = counts(&random) }
        if random.oneIn(3) {
            for group in ["a", "b"] where random.oneIn(2) { policy.keep.groups[group] = counts(&random) }
        }
        if random.oneIn(3) { policy.keep.atLeast = Int.random(in: 1...4, using: &random) }
        if random.oneIn(3) { policy.compressOlderThan = age(&random) }
        if random.oneIn(4) {
            let most = Int64.random(in: 1...300, using: &random)
            policy.quota = Policy.Quota(maxBytes: most, freeToBytes: Int64.random(in: 0...most, using: &random))
        }
        if random.oneIn(4) { policy.budget.items = Int.random(in: 1...6, using: &random) }
        if random.oneIn(6) { policy.budget.bytes = Int64.random(in: 1...90, using: &random) }
        policy.hasMatch = random.oneIn(2)
        policy.allowRemoveAll = random.oneIn(4)
        return policy
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
            within: random.oneIn(5) ? age(&random) : nil
        )
    }

    private static func age(_ random: inout SeededGenerator) -> Age {
        let unit = random.pick(["h", "h", "d", "d", "w", "mo", "y"])
        let text = "\(Int.random(in: 1...20, using: &random))\(unit)"
        do {
            return try Age(parsing: random.oneIn(5) && unit != "h" ? text + "3h" : text)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    // MARK: Items

    private static func items(_ random: inout SeededGenerator, now: Instant, policy: Policy) -> [TestItem] {
        var items: [TestItem] = []
        let spread = random.pick([hour, 30 * hour, 40 * day, 900 * day])
        let step = random.pick([1, 1_000_000_000, hour / 2, hour, day])
        for number in 0..<Int.random(in: 0...28, using: &random) {
            var back = Int64.random(in: 0...spread, using: &random) / step * step
            if random.oneIn(12) { back = -back - (random.oneIn(2) ? 1 : 0) }
            if random.oneIn(8), let age = policy.remove?.olderThan ?? policy.compressOlderThan, age.months == 0 {
                back = age.milliseconds * 1_000_000 + Int64.random(in: -1...1, using: &random)
            }
            let time = random.oneIn(6) ? items.last?.time : nil
            let name = "\(random.pick(["x", "y", "z"]))\(number)\(random.pick(["", ".log", ".gz", "gz"]))"
            items.append(
                TestItem(
                    path: random.pick(["", "p/", "p/q/", "r/"]) + name,
                    time: time ?? now.adding(nanoseconds: -back),
                    size: Int64.random(in: 0...50, using: &random),
                    group: random.pick(["", "a", "a", "b", "c"]),
                    kind: random.oneIn(5) ? .directory : .file,
                    hold: random.oneIn(9) ? random.pick(["matches \"x*\"", "in use"]) : nil
                )
            )
        }
        return items.shuffled(using: &random)
    }

    var description: String {
        let lines = items.sorted { $0.time < $1.time }.map { "  \($0)" }
        return "now \(now) used \(usedBytes)\n\(policy)\n\(lines.joined(separator: "\n"))"
    }
}
