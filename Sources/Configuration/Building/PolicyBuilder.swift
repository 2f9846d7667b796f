import Retention

/// The policy of a task.
struct PolicyBuilder {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let source: TaskConfiguration.Source
    let olderThan: AgeSource?

    func build() -> Policy {
        Policy(
            remove: section.section("remove").map(remove),
            keep: section.section("keep").map(keep) ?? Policy.Keep(),
            compressOlderThan: section.section("compress")?.age("older_than"),
            quota: section.section("quota").flatMap(quota),
            budget: Policy.Budget(
                items: section.section("budget")?.integer("items"),
                bytes: section.section("budget")?.bytes("bytes")
            ),
            hasMatch: hasMatch,
            allowRemoveAll: section.flag("unsafe_allow_remove_all") ?? false
        )
    }

    private var hasMatch: Bool {
        switch source {
        case .files(let files): !files.match.isEmpty
        case .rows: false
        // A glob of stars alone is everything, however it is written.
        case .keys(let keys): !keys.match.isEmpty && !keys.match.contains { $0.allSatisfy { $0 == "*" } }
        case .objects(let objects):
            !objects.match.isEmpty && !objects.match.contains { $0.allSatisfy { $0 == "*" || $0 == "/" } }
        case .containers(let containers):
            !containers.names.isEmpty && !containers.names.contains { $0.allSatisfy { $0 == "*" } }
        case .records: false
        }
    }

    private func remove(_ section: Section) -> Policy.Remove {
        Policy.Remove(
            olderThan: olderThan?.written,
            sizeOver: section.bytes("size_over"),
            isListed: false,
            idleFor: section.age("idle_for"),
            withoutTTL: section.flag("without_ttl") ?? false
        )
    }

    private func keep(_ section: Section) -> Policy.Keep {
        var groups: [String: Policy.Counts] = [:]
        for (name, entry) in section.table("groups")?.entries ?? [] { groups[name] = entry.section.map(counts) }
        return Policy.Keep(
            counts: counts(section),
            groups: groups,
            atLeast: section.integer("at_least") ?? 0,
            match: section.texts("match"),
            open: section.flag("open") ?? false
        )
    }

    private func counts(_ section: Section) -> Policy.Counts {
        Policy.Counts(
            last: section.integer("last") ?? 0,
            hourly: section.integer("hourly") ?? 0,
            daily: section.integer("daily") ?? 0,
            weekly: section.integer("weekly") ?? 0,
            monthly: section.integer("monthly") ?? 0,
            yearly: section.integer("yearly") ?? 0,
            within: section.age("within")
        )
    }

    private func quota(_ section: Section) -> Policy.Quota? {
        guard let max = section.bytes("max") else { return nil }
        guard max > 0 else {
            let message = "must be more than 0: a quota of nothing removes all"
            if let entry = section["max"] { base.problems.add(entry, message) }
            return nil
        }
        guard let freeTo = section["free_to"] else { return Policy.Quota(maxBytes: max, freeToBytes: max) }
        switch freeTo.value {
        case .percent(let percent):
            return Policy.Quota(maxBytes: max, freeToBytes: Int64((Double(max) * percent / 100).rounded(.down)))
        case .bytes(let bytes) where bytes > 0 && bytes <= max:
            return Policy.Quota(maxBytes: max, freeToBytes: bytes)
        default:
            base.problems.add(freeTo, "must be more than 0 and at most \"max\"")
            return nil
        }
    }
}
