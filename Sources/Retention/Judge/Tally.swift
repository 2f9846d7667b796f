/// What a plan, or a part of it, comes to.
public struct Tally: Sendable, Equatable {
    /// All that the plan has a verdict on.
    public package(set) var examined: Int
    /// To be removed.
    public package(set) var remove: Int
    /// Sizes of the items to remove.
    public package(set) var removeBytes: Int64
    /// To be compressed.
    public package(set) var compress: Int
    /// Held by a rule of `keep`, by the store, or because the time lies in the future; `atLeast` among them.
    public package(set) var keep: Int
    /// Not old, big or otherwise eligible yet.
    public package(set) var young: Int
    /// Of `keep`: eligible, but the floor of `at_least` needs them.
    public package(set) var atLeast: Int
    /// Beyond the budget.
    public package(set) var deferred: Int
    /// Of `remove` and `removeBytes`: because of the quota alone. Limits do not count these.
    package var quotaRemove: Int
    package var quotaRemoveBytes: Int64

    /// What neither goes nor is compressed in this run.
    package var staying: Int { keep + young + deferred }

    package init(
        examined: Int = 0,
        remove: Int = 0,
        removeBytes: Int64 = 0,
        compress: Int = 0,
        keep: Int = 0,
        young: Int = 0,
        atLeast: Int = 0,
        deferred: Int = 0,
        quotaRemove: Int = 0,
        quotaRemoveBytes: Int64 = 0
    ) {
        self.examined = examined
        self.remove = remove
        self.removeBytes = removeBytes
        self.compress = compress
        self.keep = keep
        self.young = young
        self.atLeast = atLeast
        self.deferred = deferred
        self.quotaRemove = quotaRemove
        self.quotaRemoveBytes = quotaRemoveBytes
    }

    /// Both together; bytes saturate.
    package static func + (left: Tally, right: Tally) -> Tally {
        Tally(
            examined: left.examined + right.examined,
            remove: left.remove + right.remove,
            removeBytes: left.removeBytes.addingSaturated(right.removeBytes),
            compress: left.compress + right.compress,
            keep: left.keep + right.keep,
            young: left.young + right.young,
            atLeast: left.atLeast + right.atLeast,
            deferred: left.deferred + right.deferred,
            quotaRemove: left.quotaRemove + right.quotaRemove,
            quotaRemoveBytes: left.quotaRemoveBytes.addingSaturated(right.quotaRemoveBytes)
        )
    }

    package static func += (left: inout Tally, right: Tally) { left = left + right }
}

extension FixedWidthInteger {
    /// The sum, or the end of the range that it lies beyond.
    @inline(__always)
    package func addingSaturated(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

extension Int64 {
    @inline(__always)
    func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
