import Foundation

/// The conditions of a policy at one instant: what makes an item eligible, apart from what keeps it.
struct Conditions: Sendable {
    /// On what grounds items go.
    enum Basis: Sendable {
        /// Nothing goes for its own sake (a quota, or compression only).
        case nothing
        /// What `remove` states.
        case stated(olderThan: Instant?, sizeOver: Int64?)
        /// What no rule of `keep` holds.
        case surplus
        /// All that matches.
        case everything
    }

    let basis: Basis
    /// Rules of `keep` count: whether they hold an item is to be asked first.
    let hasCounts: Bool
    /// Files older than this are compressed.
    let compressBefore: Instant?

    init(_ policy: Policy, now: Instant, zone: TimeZone) {
        hasCounts = policy.hasCounts
        compressBefore = policy.compressOlderThan?.before(now, zone: zone)
        if let remove = policy.remove, remove.statesSomething {
            let age = remove.olderThan ?? remove.idleFor
            basis = .stated(olderThan: age?.before(now, zone: zone), sizeOver: remove.sizeOver)
        } else if policy.removesSurplus {
            basis = .surplus
        } else if policy.removesEverything {
            basis = .everything
        } else {
            basis = .nothing
        }
    }

    /// Whether the item's own values make it eligible. Strictly older, strictly larger; and nothing that the store has
    /// marked as young, by a condition that only it can see.
    @inline(__always)
    func makeEligible(_ item: Item) -> Bool {
        if item.verdict == .young { return false }
        switch basis {
        case .nothing: return false
        case .stated(let olderThan, let sizeOver):
            if let olderThan, item.time >= olderThan { return false }
            if let sizeOver, item.size <= sizeOver { return false }
            return true
        case .surplus, .everything: return true
        }
    }

    /// Whether an item that stays is to be compressed. What is an archive already is not.
    @inline(__always)
    func compress(_ item: Item, in block: ItemBlock) -> Bool {
        guard let compressBefore, item.time < compressBefore, item.kind == .file else { return false }
        return !block.isArchive(item)
    }
}

extension ItemBlock {
    /// The name ends in `.gz`.
    @inline(__always)
    func isArchive(_ item: Item) -> Bool {
        let end = Int(item.start) + Int(item.nameLength)
        return item.nameLength >= 3 && bytes[end - 3] == UInt8(ascii: ".") && bytes[end - 2] == UInt8(ascii: "g")
            && bytes[end - 1] == UInt8(ascii: "z")
    }
}

extension Policy.Remove {
    var statesSomething: Bool {
        olderThan != nil || sizeOver != nil || isListed || idleFor != nil || withoutTTL || isExpired
    }
}

extension Policy {
    /// There are rules of `keep` that count.
    var hasCounts: Bool { keep.hasCounts }

    /// With counts and nothing else that removes, what no rule keeps goes. Beside a quota counts only keep: there the
    /// quota says what goes.
    var removesSurplus: Bool { !(remove?.statesSomething ?? false) && quota == nil && hasCounts }

    /// Nothing is stated, and that is stated.
    var removesEverything: Bool {
        !(remove?.statesSomething ?? false) && quota == nil && !hasCounts && compressOlderThan == nil
            && allowRemoveAll && hasMatch
    }

    /// Some item may be removed, rather than only compressed.
    var removes: Bool { remove?.statesSomething ?? false || removesSurplus || removesEverything || quota != nil }

    /// The counts that hold in a group; a group's own replace the whole of the common ones.
    func counts(of group: String) -> Counts { keep.groups[group] ?? keep.counts }
}
