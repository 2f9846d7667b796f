extension Judge {
    /// Sets verdict and reason of every item, and sums them up.
    ///
    /// May be called once `remainingPasses` is 0; from several threads on copies.
    package func judge(_ block: inout ItemBlock) -> Tally {
        precondition(stages.isEmpty, "A plan was judged before all its passes were made.")
        var verdicts = BlockVerdicts(judge: self, block: block)
        // Let go of, so that the items are changed in place.
        block = ItemBlock()
        verdicts.settle()
        block = verdicts.block
        return verdicts.tally
    }

    /// How far past its retention an item is that `remove` or the counts of `keep` give up, in nanoseconds; 0 for
    /// others.
    ///
    /// Exact for ages. For counts it is what the items' times prove of the group: since then something in it has been
    /// one too many. What only a quota takes is not overdue.
    package func overdueNanoseconds(of item: Item, in block: ItemBlock) -> Int64 {
        let group = groupNumbers[GroupName(block.groups.isEmpty ? "" : block.groups[Int(item.group)])]
        guard fate(of: item, in: block, group) == .eligible else { return 0 }
        var since = item.time
        if case .stated(let olderThan?, _) = conditions.basis {
            // now - (time + age) = cutoff - time
            since = item.time.adding(nanoseconds: now.nanoseconds.subtractingSaturated(olderThan.nanoseconds))
        }
        if let group, let surplusSince = groups[group].kept.surplusSince, !groups[group].counts.isEmpty {
            since = max(since, surplusSince)
        }
        return max(0, now.nanoseconds.subtractingSaturated(since.nanoseconds))
    }
}
