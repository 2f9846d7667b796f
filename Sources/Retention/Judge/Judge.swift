import Foundation

/// The decision: what goes, what stays, and why; a pure function of a policy, an instant and the items.
///
/// Works on a stream of blocks. Memory is bounded by the policy's numbers and the groups, never by the items: rules
/// that compare items with each other (keep the last 10, a quota, a budget) take further passes over the same blocks
/// instead.
///
///     while remainingPasses > 0 { for block in blocks { observe(block) }; endPass() }
///     for block in blocks { judge(&block) }
///
/// The blocks of all passes are the same; their order does not matter. A path stands for one item.
package struct Judge: Sendable {
    /// A question that takes one pass over the items, or several.
    enum Stage: Sendable {
        /// Which items do the rules of `keep` hold?
        case rules
        /// Which of the others does `at_least` need?
        case floor
        /// How far does the quota go?
        case quota
        /// How far does the budget go?
        case budget
    }

    /// Of the items in question, from the oldest on.
    enum Extent: Sendable {
        case none
        case upTo(Rank)
        case all
    }

    struct Group: Sendable {
        let name: String
        let counts: Policy.Counts
        var rules: GroupRules?
        var kept = KeptItems()
        var floorCount: FloorCount
        var floor = Floor()
    }

    let policy: Policy
    let now: Instant
    let zone: TimeZone
    let conditions: Conditions
    /// Questions still open, in order: each needs the answers before it.
    var stages: [Stage]
    private(set) var groupNumbers: [GroupName: Int] = [:]
    private(set) var groups: [Group] = []
    private(set) var quotaExtent = Extent.none
    private(set) var budgetExtent = Extent.all
    private var usedBytes: Int64 = 0
    private var selection = Selection()
    /// Bytes that go because `remove` says so; `nil` once they are counted.
    private var eligibleBytes: Int64? = 0

    /// Throws the first of the problems that `validate` finds.
    package init(policy: Policy, now: Instant) throws(PolicyRefusal) {
        if let refusal = Self.validate(policy).first { throw refusal }
        guard let zone = TimeZone.named(policy.zone) else { throw .unknownZone(policy.zone) }
        self.policy = policy
        self.now = now
        self.zone = zone
        conditions = Conditions(policy, now: now, zone: zone)
        stages = []
        if policy.hasCounts { stages.append(.rules) }
        if policy.keep.atLeast > 0, policy.removes { stages.append(.floor) }
        if policy.quota != nil { stages.append(.quota) }
        if policy.budget != Policy.Budget() { stages.append(.budget) }
    }

    /// Passes over all blocks that are needed before `judge` may be called; 0 for policies of ages and sizes only.
    ///
    /// A lower bound: a pass may find that it takes another, so ask again after each.
    package var remainingPasses: Int { stages.count }

    /// Bytes used under the quota, known after the first scan; set before the pass that needs it ends.
    package mutating func setUsedBytes(_ bytes: Int64) { usedBytes = bytes }

    /// Takes note of the items of one block. Verdicts are not looked at.
    package mutating func observe(_ block: ItemBlock) {
        guard let stage = stages.first else { return }
        let numbers = numbersOfGroups(in: block)
        switch stage {
        case .rules: for item in block.items { observeForRules(item, block, numbers[Int(item.group)]) }
        case .floor: for item in block.items { observeForFloor(item, block, numbers[Int(item.group)]) }
        case .quota: for item in block.items { observeForQuota(item, block, numbers[Int(item.group)]) }
        case .budget: for item in block.items { observeForBudget(item, block, numbers[Int(item.group)]) }
        }
    }

    /// Ends a pass over all blocks.
    package mutating func endPass() {
        guard let stage = stages.first else { return }
        let isAnswered =
            switch stage {
            case .rules: endRules()
            case .floor: endFloor()
            case .quota: endQuota()
            case .budget: endBudget()
            }
        guard isAnswered else { return }
        stages.removeFirst()
        selection = Selection()
    }

    // MARK: Groups

    /// The number of each group in a block's table; new groups get one. A block without groups has one without a name.
    private mutating func numbersOfGroups(in block: ItemBlock) -> [Int] {
        (block.groups.isEmpty ? [""] : block.groups).map { name in
            if let number = groupNumbers[GroupName(name)] { return number }
            let counts = policy.counts(of: name)
            groupNumbers[GroupName(name)] = groups.count
            groups.append(
                Group(
                    name: name,
                    counts: counts,
                    rules: GroupRules(counts),
                    floorCount: FloorCount(atLeast: policy.keep.atLeast, hasQuota: policy.quota != nil)
                )
            )
            return groups.count - 1
        }
    }

    // MARK: Passes

    private mutating func observeForRules(_ item: Item, _ block: ItemBlock, _ group: Int) {
        guard item.time <= now else { return }
        groups[group].rules?.observe(item.time, zone: zone, block.path(of: item))
    }

    private mutating func endRules() -> Bool {
        for index in groups.indices {
            if let rules = groups[index].rules { groups[index].kept = rules.kept(zone: zone) }
            groups[index].rules = nil
        }
        return true
    }

    private mutating func observeForFloor(_ item: Item, _ block: ItemBlock, _ group: Int) {
        guard item.time <= now else { return }
        switch standing(of: item, in: block, group) {
        case .held, .ruled, .future: groups[group].floorCount.observeFirm()
        case .eligible: groups[group].floorCount.observeEligible(item.time, block.path(of: item))
        // What no quota takes survives as surely as what is kept.
        case .idle where item.size <= 0: groups[group].floorCount.observeFirm()
        case .idle: groups[group].floorCount.observeIdle(item.time, block.path(of: item))
        }
    }

    private mutating func endFloor() -> Bool {
        for index in groups.indices { groups[index].floor = groups[index].floorCount.floor }
        return true
    }

    private mutating func observeForQuota(_ item: Item, _ block: ItemBlock, _ group: Int) {
        switch standing(of: item, in: block, group) {
        case .held, .ruled, .future: break
        case .eligible:
            let staysForFloor = groups[group].floor.eligibleFrom.isReached(by: item.time, block.path(of: item))
            if let bytes = eligibleBytes, !staysForFloor {
                eligibleBytes = bytes.addingSaturated(max(0, item.size))
            }
        // Nothing would be freed: such an item is never a quota's, not even where all others are not enough.
        case .idle where item.size <= 0: break
        case .idle:
            if !groups[group].floor.idleFrom.isReached(by: item.time, block.path(of: item)) {
                selection.observe(item.time, bytes: item.size, block.path(of: item))
            }
        }
    }

    private mutating func endQuota() -> Bool {
        guard let quota = policy.quota, usedBytes > quota.maxBytes else { return true }
        // What goes anyhow counts first.
        usedBytes = usedBytes.subtractingSaturated(eligibleBytes ?? 0)
        eligibleBytes = nil
        guard usedBytes > quota.freeToBytes else { return true }
        switch selection.endPass(items: nil, bytes: usedBytes.subtractingSaturated(quota.freeToBytes)) {
        case .undecided: return false
        case .all: quotaExtent = .all
        case .upTo(let rank): quotaExtent = .upTo(rank)
        }
        return true
    }

    private mutating func observeForBudget(_ item: Item, _ block: ItemBlock, _ group: Int) {
        switch fate(of: item, in: block, group) {
        case .eligible, .quota: selection.observe(item.time, bytes: item.size, block.path(of: item))
        case .compress: selection.observe(item.time, bytes: 0, block.path(of: item))
        case .held, .future, .ruled, .floor, .idle: break
        }
    }

    private mutating func endBudget() -> Bool {
        switch selection.endPass(items: policy.budget.items, bytes: policy.budget.bytes) {
        case .undecided: return false
        case .all: budgetExtent = .all
        case .upTo(let rank): budgetExtent = .upTo(rank)
        }
        return true
    }
}

extension Judge.Extent {
    /// Whether an item lies within; the path is made only where times are equal.
    @inline(__always)
    func contains(_ time: Instant, _ path: @autoclosure () -> [UInt8]) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .upTo(let rank): time == rank.time ? Rank(time: time, path: path()) <= rank : time < rank.time
        }
    }
}
