import Foundation

extension Judge {
    /// All that is wrong with a policy; empty = it may be used.
    package static func validate(_ policy: Policy) -> [PolicyRefusal] {
        var refusals = zones(policy) + ages(policy) + numbers(policy)
        for group in policy.keep.groups.keys.sorted() {
            guard let counts = policy.keep.groups[group] else { continue }
            refusals += self.counts(counts, key: "keep.groups.\(DisplayName.printable(group.utf8))")
        }
        return refusals + statements(policy) + survivors(policy)
    }

    private static func zones(_ policy: Policy) -> [PolicyRefusal] {
        TimeZone.named(policy.zone) == nil ? [.unknownZone(policy.zone)] : []
    }

    private static func ages(_ policy: Policy) -> [PolicyRefusal] {
        var refusals: [PolicyRefusal] = []
        if let age = policy.remove?.olderThan, !age.isPositive {
            refusals.append(
                PolicyRefusal(
                    .zeroAge,
                    key: "remove.older_than",
                    "remove.older_than is \(age.text): everything is older than that. Write an age such as 7d; to "
                        + "remove all that matches, leave remove out and write unsafe_allow_remove_all: true beside a "
                        + "match."
                )
            )
        }
        if let age = policy.remove?.idleFor, !age.isPositive {
            let advice = "everything is idle for that long. Write an age such as 7d."
            refusals.append(
                PolicyRefusal(.zeroAge, key: "remove.idle_for", "remove.idle_for is \(age.text): \(advice)")
            )
        }
        if let remove = policy.remove, remove.idleFor != nil, remove.olderThan != nil {
            refusals.append(
                PolicyRefusal(
                    .ambiguous,
                    key: "remove.idle_for",
                    "remove.idle_for and remove.older_than exclude each other: an item has one time. Keep one of them."
                )
            )
        }
        if let age = policy.compressOlderThan, !age.isPositive {
            refusals.append(
                PolicyRefusal(
                    .zeroAge,
                    key: "compress.older_than",
                    "compress.older_than is \(age.text): files would be compressed while they are written. "
                        + "Write an age such as 7d."
                )
            )
        }
        return refusals
    }

    private static func numbers(_ policy: Policy) -> [PolicyRefusal] {
        var refusals = counts(policy.keep.counts, key: "keep")
        func check(_ value: Int64?, atLeast least: Int64, _ key: String, _ advice: String) {
            guard let value, value < least else { return }
            refusals.append(PolicyRefusal(.number, key: key, "\(key) is \(value). \(advice)"))
        }
        check(Int64(policy.keep.atLeast), atLeast: 0, "keep.at_least", "Write how many must stay in each group.")
        check(policy.remove?.sizeOver, atLeast: 0, "remove.size_over", "Write a size such as 100MiB.")
        let nothing = "Nothing would ever go. Write a larger one, or leave it out."
        check(policy.budget.items.map(Int64.init), atLeast: 1, "budget.items", nothing)
        check(policy.budget.bytes, atLeast: 1, "budget.bytes", nothing)
        check(policy.quota?.maxBytes, atLeast: 1, "quota.max", "Write a size such as 1GiB.")
        check(policy.quota?.freeToBytes, atLeast: 0, "quota.free_to", "Write a share such as 80%.")
        if let quota = policy.quota, quota.freeToBytes > quota.maxBytes {
            refusals.append(
                PolicyRefusal(
                    .number,
                    key: "quota.free_to",
                    "quota.free_to is \(ByteSize.format(quota.freeToBytes)), more than quota.max "
                        + "(\(ByteSize.format(quota.maxBytes))). Write a share such as 80%."
                )
            )
        }
        return refusals
    }

    private static func counts(_ counts: Policy.Counts, key: String) -> [PolicyRefusal] {
        let rules = [("last", counts.last)] + CalendarUnit.allCases.map { ($0.ruleName, $0.limit(in: counts)) }
        var refusals = rules.filter { $0.1 < 0 }.map { name, value in
            PolicyRefusal(
                .number,
                key: "\(key).\(name)",
                "\(key).\(name) is \(value): a count is not negative. Write how many to keep, or leave it out."
            )
        }
        if let within = counts.within, !within.isPositive {
            refusals.append(
                PolicyRefusal(
                    .zeroAge,
                    key: "\(key).within",
                    "\(key).within is \(within.text), which keeps the newest item only. Write \(key).last: 1 for that, "
                        + "or a length such as 30d."
                )
            )
        }
        return refusals
    }

    private static func statements(_ policy: Policy) -> [PolicyRefusal] {
        var refusals: [PolicyRefusal] = []
        if policy.allowRemoveAll, !policy.hasMatch {
            refusals.append(
                PolicyRefusal(
                    .removeAllWithoutMatch,
                    key: "unsafe_allow_remove_all",
                    "unsafe_allow_remove_all needs a match beside it, so that it cannot mean everything. "
                        + "Write which names may go, or leave it out."
                )
            )
        }
        if !policy.removes, policy.compressOlderThan == nil, !policy.allowRemoveAll {
            refusals.append(
                PolicyRefusal(
                    .nothingStated,
                    key: "remove",
                    "Nothing is stated to remove. Write remove.older_than, a count under keep (such as last: 10), "
                        + "compress.older_than or a quota; to remove all that matches, write "
                        + "unsafe_allow_remove_all: true beside a match."
                )
            )
        }
        if policy.removesSurplus, policy.compressOlderThan != nil {
            refusals.append(
                PolicyRefusal(
                    .ambiguous,
                    key: "compress",
                    "Counts under keep without a remove give up all that they do not keep, so that nothing would be "
                        + "compressed. Write remove.older_than beside them, or leave compress out."
                )
            )
        }
        return refusals
    }

    /// Counts that keep nothing of a group, where what they do not keep goes.
    private static func survivors(_ policy: Policy) -> [PolicyRefusal] {
        let isAllowed = policy.allowRemoveAll && policy.hasMatch
        guard policy.removesSurplus, policy.keep.atLeast <= 0, !isAllowed else { return [] }
        let advice =
            "Write a count such as last: 1, or keep.at_least; to remove all that matches, write "
            + "unsafe_allow_remove_all: true beside a match."
        var refusals = policy.keep.groups.filter(\.value.isEmpty).keys.sorted().map { group in
            let name = DisplayName.printable(group.utf8)
            return PolicyRefusal(
                .keepsNothing,
                key: "keep.groups.\(name)",
                "keep.groups.\(name) keeps nothing: all of \(name) would go. \(advice)"
            )
        }
        if policy.keep.counts.isEmpty {
            refusals.append(
                PolicyRefusal(
                    .keepsNothing,
                    key: "keep",
                    "keep has no count for groups that keep.groups does not name: all of them would go. \(advice)"
                )
            )
        }
        return refusals
    }
}
