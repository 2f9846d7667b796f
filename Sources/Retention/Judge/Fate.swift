/// Where an item stands by itself and by the rules of `keep`, before floor, quota and budget.
enum Standing: Equatable {
    /// The store keeps it.
    case held
    /// Its time lies after the plan's instant.
    case future
    case ruled(RuleMask)
    case eligible
    /// Not eligible, and not kept by a rule either.
    case idle
}

/// What becomes of an item, the budget aside.
enum Fate: Equatable {
    case held
    case future
    case ruled(RuleMask)
    /// `at_least` needs it.
    case floor
    /// Goes on its own grounds.
    case eligible
    /// Goes because of the quota, which takes only what frees something.
    case quota
    case compress
    case idle
}

extension Judge {
    @inline(__always)
    func standing(of item: Item, in block: ItemBlock, _ group: Int?) -> Standing {
        if item.hold != 0 { return .held }
        if item.time > now { return .future }
        if conditions.hasCounts, let group {
            let mask = groups[group].kept.mask(item.time, block.path(of: item))
            if !mask.isEmpty { return .ruled(mask) }
        }
        return conditions.makeEligible(item) ? .eligible : .idle
    }

    @inline(__always)
    func fate(of item: Item, in block: ItemBlock, _ group: Int?) -> Fate {
        switch standing(of: item, in: block, group) {
        case .held: return .held
        case .future: return .future
        case .ruled(let mask): return .ruled(mask)
        case .eligible:
            if let group, groups[group].floor.eligibleFrom.isReached(by: item.time, block.path(of: item)) {
                return .floor
            }
            return .eligible
        case .idle:
            if item.size > 0, quotaExtent.contains(item.time, block.path(of: item)) {
                if let group, groups[group].floor.idleFrom.isReached(by: item.time, block.path(of: item)) {
                    return .floor
                }
                return .quota
            }
            return conditions.compress(item, in: block) ? .compress : .idle
        }
    }
}
