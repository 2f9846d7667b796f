import Retention
import Testing

@Suite struct PolicyRefusalTests {
    private static let zero = Age(milliseconds: 0, text: "0d")
    private static let week = Age(milliseconds: 604_800_000, text: "7d")

    private static let orAll = "to remove all that matches, write unsafe_allow_remove_all: true beside a match."
    private static let nothing =
        "Nothing is stated to remove. Write remove.older_than, a count under keep (such as last: 10), "
        + "compress.older_than or a quota; \(orAll)"

    @Test(
        arguments: [
            (Policy(), ["remove: \(nothing)"]),
            (Policy(remove: .init()), ["remove: \(nothing)"]),
            (Policy(keep: .init(atLeast: 3, match: ["*.keep"], open: true)), ["remove: \(nothing)"]),
            (
                Policy(remove: .init(olderThan: zero), hasMatch: true, allowRemoveAll: true),
                [
                    "remove.older_than: remove.older_than is 0d: everything is older than that. Write an age such as "
                        + "7d; to remove all that matches, leave remove out and write unsafe_allow_remove_all: true "
                        + "beside a match."
                ]
            ),
            (
                Policy(remove: .init(olderThan: week), compressOlderThan: zero),
                [
                    "compress.older_than: compress.older_than is 0d: files would be compressed while they are written. "
                        + "Write an age such as 7d."
                ]
            ),
            (
                Policy(keep: .init(counts: .init(within: zero))),
                [
                    "keep.within: keep.within is 0d, which keeps the newest item only. Write keep.last: 1 for that, or "
                        + "a length such as 30d."
                ]
            ),
            (
                Policy(keep: .init(counts: .init(last: -1))),
                ["keep.last: keep.last is -1: a count is not negative. Write how many to keep, or leave it out."]
            ),
            (
                Policy(keep: .init(counts: .init(last: 3), groups: ["prod": .init(weekly: -2)])),
                [
                    "keep.groups.prod.weekly: keep.groups.prod.weekly is -2: a count is not negative. Write how many "
                        + "to keep, or leave it out."
                ]
            ),
            (
                Policy(keep: .init(counts: .init(last: 3), groups: ["prod": .init()])),
                [
                    "keep.groups.prod: keep.groups.prod keeps nothing: all of prod would go. Write a count such as "
                        + "last: 1, or keep.at_least; \(orAll)"
                ]
            ),
            (
                Policy(keep: .init(groups: ["prod": .init(last: 10)])),
                [
                    "keep: keep has no count for groups that keep.groups does not name: all of them would go. Write a "
                        + "count such as last: 1, or keep.at_least; \(orAll)"
                ]
            ),
            (
                Policy(keep: .init(counts: .init(last: 10)), compressOlderThan: week),
                [
                    "compress: Counts under keep without a remove give up all that they do not keep, so that nothing "
                        + "would be compressed. Write remove.older_than beside them, or leave compress out."
                ]
            ),
            (
                Policy(remove: .init(olderThan: week), allowRemoveAll: true),
                [
                    "unsafe_allow_remove_all: unsafe_allow_remove_all needs a match beside it, so that it cannot mean "
                        + "everything. Write which names may go, or leave it out."
                ]
            ),
            (
                Policy(remove: .init(olderThan: week), zone: "Mars/Olympus"),
                [
                    "timezone: The time zone \"Mars/Olympus\" is not known. Write an IANA name such as Europe/Berlin, "
                        + "or UTC."
                ]
            ),
            (
                Policy(
                    remove: .init(sizeOver: -1),
                    keep: .init(atLeast: -1),
                    quota: .init(maxBytes: 1 << 30, freeToBytes: 2 << 30),
                    budget: .init(items: 0, bytes: -5)
                ),
                [
                    "keep.at_least: keep.at_least is -1. Write how many must stay in each group.",
                    "remove.size_over: remove.size_over is -1. Write a size such as 100MiB.",
                    "budget.items: budget.items is 0. Nothing would ever go. Write a larger one, or leave it out.",
                    "budget.bytes: budget.bytes is -5. Nothing would ever go. Write a larger one, or leave it out.",
                    "quota.free_to: quota.free_to is 2GiB, more than quota.max (1GiB). Write a share such as 80%.",
                ]
            ),
        ] as [(Policy, [String])]
    )
    func saysAllThatIsWrongAndWhatToWrite(_ policy: Policy, _ expected: [String]) {
        let refusals = Judge.validate(policy)
        #expect(refusals.map { "\($0.key): \($0)" } == expected)
        #expect(
            performing: { try Judge(policy: policy, now: Instant(seconds: 0)) },
            throws: { ($0 as? PolicyRefusal) == refusals.first }
        )
    }

    @Test(arguments: [
        Policy(remove: .init(olderThan: week)),
        Policy(remove: .init(sizeOver: 0)),
        Policy(keep: .init(counts: .init(last: 1))),
        Policy(compressOlderThan: week),
        Policy(quota: .init(maxBytes: 10, freeToBytes: 10)),
        Policy(
            keep: .init(counts: .init(last: 1)),
            compressOlderThan: week,
            quota: .init(maxBytes: 10, freeToBytes: 8)
        ),
        Policy(keep: .init(groups: ["prod": .init(last: 10)], atLeast: 1)),
        Policy(keep: .init(groups: ["prod": .init()]), hasMatch: true, allowRemoveAll: true),
        Policy(remove: .init(olderThan: week), keep: .init(groups: ["prod": .init()])),
        Policy(hasMatch: true, allowRemoveAll: true),
    ])
    func acceptsWhatIsMeant(_ policy: Policy) {
        #expect(Judge.validate(policy) == [])
    }
}
