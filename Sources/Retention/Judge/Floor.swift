/// Counts what would survive in one group, for `at_least`.
struct FloorCount: Sendable {
    private let atLeast: Int
    /// Kept by a rule or the store; the future not counted.
    private var firm = 0
    /// Not eligible; only a quota could take them.
    private var idle = 0
    private var newestEligible: Largest<Rank>
    private var newestIdle: Largest<Rank>

    /// - Parameter hasQuota: items that are not eligible may go as well.
    init(atLeast: Int, hasQuota: Bool) {
        self.atLeast = atLeast
        newestEligible = Largest(limit: atLeast)
        newestIdle = Largest(limit: hasQuota ? atLeast : 0)
    }

    mutating func observeFirm() { firm += 1 }

    mutating func observeEligible(_ time: Instant, _ path: @autoclosure () -> [UInt8]) {
        newestEligible.insert(time, path())
    }

    mutating func observeIdle(_ time: Instant, _ path: @autoclosure () -> [UInt8]) {
        idle += 1
        newestIdle.insert(time, path())
    }

    /// What the floor keeps, once all items are counted.
    var floor: Floor {
        Floor(
            eligibleFrom: Self.rank(of: atLeast - firm - idle, in: newestEligible),
            idleFrom: Self.rank(of: min(idle, atLeast - firm), in: newestIdle)
        )
    }

    /// The rank of the `count`-th newest, or of the oldest known where there are fewer; `nil` = none is needed.
    private static func rank(of count: Int, in newest: Largest<Rank>) -> Rank? {
        guard count > 0, !newest.heap.isEmpty else { return nil }
        return newest.heap.sorted(by: >)[min(count, newest.heap.count) - 1]
    }
}

/// What `at_least` keeps of one group: the newest items, as many as are needed.
struct Floor: Sendable {
    /// Eligible items from here on stay.
    var eligibleFrom: Rank?
    /// Items that are not eligible and lie from here on are not for a quota to take.
    var idleFrom: Rank?
}
