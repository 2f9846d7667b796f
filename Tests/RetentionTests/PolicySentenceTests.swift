import Retention
import Testing

@Suite struct PolicySentenceTests {
    private static let week = Age(milliseconds: 604_800_000, text: "7d")
    private static let month = Age(milliseconds: 2_592_000_000, text: "30d")

    @Test(
        arguments: [
            (
                Policy(
                    remove: .init(olderThan: month),
                    keep: .init(atLeast: 3, match: ["architect_*_worker.log"]),
                    compressOlderThan: week
                ), "logs",
                "Removes logs older than 30d and compresses those older than 7d; keeps at least 3 of each group and "
                    + "what matches \"architect_*_worker.log\"."
            ),
            (Policy(remove: .init(olderThan: week)), "tmp_dirs", "Removes tmp dirs older than 7d."),
            (
                Policy(remove: .init(olderThan: week, sizeOver: 1 << 30), keep: .init(match: ["a", "b"], open: true)),
                "files",
                "Removes files older than 7d and larger than 1GiB; keeps what matches \"a\" or \"b\" and what is open "
                    + "for writing."
            ),
            (
                Policy(
                    keep: .init(
                        counts: .init(last: 5),
                        groups: ["test": .init(last: 3), "prod": .init(last: 10, daily: 7, weekly: 1, within: month)]
                    )
                ), "backups",
                "Removes all backups that it does not keep; keeps the last 5 of each group (prod: the last 10, the "
                    + "newest of each of 7 days, the newest of 1 week and those within 30d of the newest; test: the "
                    + "last 3)."
            ),
            (Policy(compressOlderThan: week), "logs", "Compresses logs older than 7d."),
            (
                Policy(quota: .init(maxBytes: 1 << 30, freeToBytes: 800_000_000)), "previews",
                "Removes previews, oldest first, when over 1GiB are used, until 800MB are."
            ),
            (
                Policy(
                    remove: .init(olderThan: week),
                    quota: .init(maxBytes: 1 << 30, freeToBytes: 0),
                    budget: .init(items: 100, bytes: 1 << 20)
                ), "previews",
                "Removes previews older than 7d and removes more, oldest first, when over 1GiB are used, until 0 bytes "
                    + "are; does at most 100 items and 1MiB a run."
            ),
            (Policy(hasMatch: true, allowRemoveAll: true), "caches", "Removes all caches that match."),
            (
                Policy(keep: .init(groups: ["prod": .init(last: 1)], atLeast: 1)), "files",
                "Removes all files that it does not keep; keeps at least 1 of each group (prod: the last 1)."
            ),
            (Policy(), "files", "Removes nothing."),
        ] as [(Policy, String, String)]
    )
    func readsAsOneSentence(_ policy: Policy, _ noun: String, _ expected: String) {
        #expect(policy.sentence(noun: noun) == expected)
    }

    @Test func saysWhatFilesBecomeWhenAsked() {
        let policy = Policy(compressOlderThan: Self.week)
        #expect(policy.sentence(noun: "logs", compressesTo: ".gz") == "Compresses logs older than 7d to .gz.")
    }
}
