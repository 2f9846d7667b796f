extension Judge {
    /// A reason as people read it.
    func text(of reason: Reason, group number: Int?) -> String {
        let group = number.map { groups[$0] }
        let counts = group?.counts ?? policy.keep.counts
        switch reason {
        case .future: return "its time lies in the future"
        case .ruled(let mask): return mask.reason(counts)
        case .floor: return "at least \(policy.keep.atLeast)\(Self.of(group)) must stay"
        case .eligible: return eligibleText(counts, group)
        case .quota: return "over the quota of \(ByteSize.format(policy.quota?.maxBytes ?? 0)): oldest first"
        case .compress: return "older than \(policy.compressOlderThan?.text ?? "")"
        case .budget: return "waits for the next run (budget of \(policy.budget.list))"
        case .young: return youngText
        case .notFile: return hasOwnGrounds ? youngText : "not a file, which is all that is compressed"
        case .archive: return hasOwnGrounds ? youngText : "compressed already"
        }
    }

    private func eligibleText(_ counts: Policy.Counts, _ group: Group?) -> String {
        switch conditions.basis {
        case .nothing, .everything: return "all that matches goes (unsafe_allow_remove_all)"
        case .stated: return policy.remove?.list ?? ""
        case .surplus:
            if counts.isLastOnly { return "not among the last \(counts.last)\(Self.of(group))" }
            return counts.isEmpty ? "keep has no rule for it" : "no rule of keep holds it (\(counts.list))"
        }
    }

    /// Something other than compression is at stake for an item that stays.
    private var hasOwnGrounds: Bool { policy.removes }

    private var youngText: String {
        switch conditions.basis {
        case .stated:
            if let age = policy.remove?.olderThan {
                return youngText(age) + (policy.remove?.isExpired ?? false ? ", or not expired" : "")
            }
            if let age = policy.remove?.idleFor { return "not idle for \(age.text)" }
            if policy.remove?.isExpired ?? false, policy.remove?.sizeOver == nil { return "not expired" }
            return "not larger than \(ByteSize.format(policy.remove?.sizeOver ?? 0))"
        case .nothing, .surplus, .everything:
            if let quota = policy.quota { return "not needed for the quota of \(ByteSize.format(quota.maxBytes))" }
            return policy.compressOlderThan.map(youngText) ?? "nothing takes it"
        }
    }

    private func youngText(_ age: Age) -> String { "not older than \(age.text)" }

    private static func of(_ group: Group?) -> String {
        guard let name = group?.name, !name.isEmpty else { return "" }
        return " of \(name)"
    }
}

extension Policy.Remove {
    /// The conditions as a phrase: `older than 7d and larger than 1GiB`.
    var list: String {
        var parts: [String] = []
        if let olderThan { parts.append("older than \(olderThan.text)") }
        if let idleFor { parts.append("idle for \(idleFor.text)") }
        if withoutTTL { parts.append("without a time to live") }
        if let sizeOver { parts.append("larger than \(ByteSize.format(sizeOver))") }
        if isListed { parts.append("listed") }
        if isExpired { parts.append("expired") }
        return parts.joined(separator: " and ")
    }
}

extension Policy.Budget {
    /// As a phrase: `100 items and 1GiB`.
    var list: String {
        var parts: [String] = []
        if let items { parts.append(items == 1 ? "1 item" : "\(items) items") }
        if let bytes { parts.append(ByteSize.format(bytes)) }
        return parts.joined(separator: " and ")
    }
}
