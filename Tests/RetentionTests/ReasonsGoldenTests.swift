import Foundation
import Retention
import Testing

/// Every reason that the judge can give, over a small tree, as a file that a person can read.
///
/// After a change that is meant, run once with `CLEANUPD_UPDATE_GOLDEN=1` and read the difference.
@Suite struct ReasonsGoldenTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/reasons.txt")
    /// 2026-03-31T12:00:00Z, two days after the clocks went forward in Berlin.
    private static let now = Instant(seconds: 1_774_958_400)

    @Test func reasonsAreAsRecorded() throws {
        var lines: [String] = []
        for (name, policy, used) in try Self.policies() { lines += try Self.section(name, policy, used) }
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["CLEANUPD_UPDATE_GOLDEN"] == "1" {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(
            text.split(separator: "\n", omittingEmptySubsequences: false)
                == golden.split(separator: "\n", omittingEmptySubsequences: false)
        )
    }

    private static func section(_ name: String, _ policy: Policy, _ used: Int64) throws -> [String] {
        let plan = try policy.plan(ItemBlock.split(items), now: now, usedBytes: used)
        let verdicts = items.map { item in
            let verdict = plan.verdicts[item.path]
            let column = "\(verdict?.verdict ?? .undecided)".padding(toLength: 9, withPad: " ", startingAt: 0)
            return "\(column) \(item.path.padding(toLength: 14, withPad: " ", startingAt: 0)) \(verdict?.reason ?? "")"
        }
        return ["# \(name)", policy.sentence(noun: "files")] + verdicts + [""]
    }

    // MARK: The tree

    /// Newest first; hours before now.
    private static let items: [TestItem] = [
        item("prod/future.db", -1), item("prod/h1.db", 1), item("prod/h2.db", 2), item("prod/d1.db", 26),
        item("prod/d2.db", 50), item("prod/d3.log", 74), item("prod/d9.log.gz", 220, size: 3000),
        item("prod/w3.db", 500), item("prod/m2.db", 1500), item("prod/m6.db", 4400, size: 2_000_000),
        item("prod/y2.db", 17_000), item("qa/held.db", 30, hold: "matches \"held*\""), item("qa/d4.db", 100),
        item("qa/dir", 200, kind: .directory), item("qa/m1.db", 800, size: 500_000), item("top.log", 900),
    ]

    private static func item(
        _ path: String,
        _ hours: Int64,
        size: Int64 = 1000,
        kind: Item.Kind = .file,
        hold: String? = nil
    ) -> TestItem {
        let group = path.contains("/") ? String(path.prefix { $0 != "/" }) : ""
        let time = now.adding(nanoseconds: -hours * 3_600_000_000_000)
        return TestItem(path: path, time: time, size: size, group: group, kind: kind, hold: hold)
    }

    // MARK: The policies

    private static func policies() throws -> [(String, Policy, Int64)] {
        let (week, month) = (try Age(parsing: "7d"), try Age(parsing: "1mo"))
        let calendar = Policy.Counts(
            last: 1,
            hourly: 2,
            daily: 3,
            weekly: 2,
            monthly: 2,
            yearly: 5,
            within: try Age(parsing: "2d")
        )
        return [
            ("age", Policy(remove: .init(olderThan: week)), 0),
            ("age of a calendar month", Policy(remove: .init(olderThan: month), zone: "Europe/Berlin"), 0),
            ("age and size", Policy(remove: .init(olderThan: week, sizeOver: 100_000)), 0),
            ("size", Policy(remove: .init(sizeOver: 100_000)), 0),
            ("last", Policy(keep: .init(counts: .init(last: 2), groups: ["prod": .init(last: 4)])), 0),
            ("all counts", Policy(keep: .init(counts: calendar), zone: "Europe/Berlin"), 0),
            ("age with counts", Policy(remove: .init(olderThan: week), keep: .init(counts: .init(weekly: 2))), 0),
            ("age with floor", Policy(remove: .init(olderThan: week), keep: .init(atLeast: 7)), 0),
            ("age and compression", Policy(remove: .init(olderThan: month), compressOlderThan: week), 0),
            ("compression", Policy(compressOlderThan: week), 0),
            ("quota", Policy(quota: .init(maxBytes: 2_000_000, freeToBytes: 400_000)), 2_513_000),
            (
                "quota with age, counts and floor",
                Policy(
                    remove: .init(olderThan: try Age(parsing: "1y")),
                    keep: .init(counts: .init(last: 1), atLeast: 3),
                    quota: .init(maxBytes: 1 << 20, freeToBytes: 1000)
                ), 2_513_000
            ),
            ("quota that is not reached", Policy(quota: .init(maxBytes: 3_000_000, freeToBytes: 0)), 2_513_000),
            ("budget", Policy(remove: .init(olderThan: week), budget: .init(items: 3, bytes: 1 << 30)), 0),
            ("budget of bytes", Policy(remove: .init(olderThan: week), budget: .init(bytes: 2_000_000)), 0),
            ("all that matches", Policy(hasMatch: true, allowRemoveAll: true), 0),
            (
                "a group without a rule",
                Policy(
                    keep: .init(counts: .init(last: 1), groups: ["prod": .init()]),
                    hasMatch: true,
                    allowRemoveAll: true
                ), 0
            ),
        ]
    }
}
