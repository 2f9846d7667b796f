import Synchronization

/// A number that may take any value at any time, NaN ("not known") included.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    /// Replaces the value.
    public func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .releasing)
    }

    /// Adds to the value; a negative amount lowers it.
    public func add(_ amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: seen) + amount
            let (done, current) = bits.compareExchange(
                expected: seen,
                desired: sum.bitPattern,
                ordering: .acquiringAndReleasing
            )
            if done { return }
            seen = current
        }
    }

    /// The present value.
    public var value: Double { Double(bitPattern: bits.load(ordering: .acquiring)) }
}
