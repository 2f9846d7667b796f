/// The work of judging one block: its items' verdicts, their reasons, each made into text once, and their sums.
struct BlockVerdicts {
    private struct Key: Hashable {
        var reason: Reason
        var group: UInt16
    }

    private let judge: Judge
    private(set) var block: ItemBlock
    private(set) var tally = Tally()
    /// The judge's numbers of the groups in the block's table; `nil` where no pass was needed and groups play no part.
    private let groups: [Int?]
    /// Indices of common reasons in the block's table, by group and slot.
    private var common: [UInt16?]
    private var others: [Key: UInt16] = [:]

    init(judge: Judge, block: ItemBlock) {
        self.judge = judge
        self.block = block
        groups = (block.groups.isEmpty ? [""] : block.groups).map { judge.groupNumbers[GroupName($0)] }
        common = Array(repeating: nil, count: groups.count * Reason.slots)
    }

    mutating func settle() {
        // Taken out, so that items change while the block is read.
        var items = block.items
        block.items = []
        tally.examined = items.count
        for index in items.indices { settle(&items[index]) }
        block.items = items
    }

    @inline(__always)
    private mutating func settle(_ item: inout Item) {
        let fate = judge.fate(of: item, in: block, groups[Int(item.group)])
        switch fate {
        case .held:
            item.verdict = .keep
            item.reason = item.hold - 1
            tally.keep += 1
        case .future, .ruled, .floor:
            item.verdict = .keep
            item.reason = index(of: Reason(fate, item, block), item.group)
            tally.keep += 1
            if fate == .floor { tally.atLeast += 1 }
        case .idle:
            item.verdict = .young
            item.reason = index(of: Reason(fate, item, block), item.group)
            tally.young += 1
        case .eligible, .quota, .compress:
            if judge.budgetExtent.contains(item.time, block.path(of: item)) {
                item.reason = index(of: Reason(fate, item, block), item.group)
                act(on: &item, fate)
            } else {
                item.verdict = .deferred
                item.reason = index(of: .budget, item.group)
                tally.deferred += 1
            }
        }
    }

    @inline(__always)
    private mutating func act(on item: inout Item, _ fate: Fate) {
        guard fate != .compress else {
            item.verdict = .compress
            tally.compress += 1
            return
        }
        let bytes = max(0, item.size)
        item.verdict = .remove
        tally.remove += 1
        tally.removeBytes = tally.removeBytes.addingSaturated(bytes)
        guard fate == .quota else { return }
        tally.quotaRemove += 1
        tally.quotaRemoveBytes = tally.quotaRemoveBytes.addingSaturated(bytes)
    }

    @inline(__always)
    private mutating func index(of reason: Reason, _ group: UInt16) -> UInt16 {
        guard let slot = reason.slot else { return otherIndex(of: reason, group) }
        let place = Int(group) * Reason.slots + slot
        if let known = common[place] { return known }
        let index = block.internReason(judge.text(of: reason, group: groups[Int(group)]))
        common[place] = index
        return index
    }

    private mutating func otherIndex(of reason: Reason, _ group: UInt16) -> UInt16 {
        let key = Key(reason: reason, group: group)
        if let known = others[key] { return known }
        let index = block.internReason(judge.text(of: reason, group: groups[Int(group)]))
        others[key] = index
        return index
    }
}
