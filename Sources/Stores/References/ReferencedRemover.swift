import Retention

/// Removes what is still named by nobody.
struct ReferencedRemover: Remover {
    let base: any Remover
    /// Read after the plan.
    let set: ReferenceSet

    var itemsAtOnce: Int { base.itemsAtOnce }

    var goesOneByOne: Bool { base.goesOneByOne }

    func effort(of item: Item, in block: ItemBlock) -> Int64 { base.effort(of: item, in: block) }

    func prepareToRemove(isCancelled: @Sendable () -> Bool) throws {
        try base.prepareToRemove(isCancelled: isCancelled)
    }

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        act(onAll: [block], isCancelled: isCancelled)[0]
    }

    func act(onAll blocks: [ItemBlock], isCancelled: @Sendable () -> Bool) -> [[ItemResult]] {
        let named = blocks.map { set.reasons(in: $0) }
        var others = blocks
        for (number, reasons) in named.enumerated() {
            for index in reasons.keys { others[number].items[index].verdict = .keep }
        }
        var results = base.act(onAll: others, isCancelled: isCancelled)
        for (number, reasons) in named.enumerated() {
            for (index, reason) in reasons where blocks[number].items[index].verdict != .keep {
                results[number][index] = ItemResult(.changed, detail: "\(reason) since the plan; it stays")
            }
        }
        return results
    }
}
