import Retention

/// Removes what is still named by nobody.
struct ReferencedRemover: Remover {
    let base: any Remover
    /// Read after the plan.
    let set: ReferenceSet

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        let named = set.reasons(in: block)
        guard !named.isEmpty else { return base.act(on: block, isCancelled: isCancelled) }
        var others = block
        for index in named.keys { others.items[index].verdict = .keep }
        var results = base.act(on: others, isCancelled: isCancelled)
        for (index, reason) in named where block.items[index].verdict != .keep {
            results[index] = ItemResult(.changed, detail: "\(reason) since the plan; it stays")
        }
        return results
    }
}
