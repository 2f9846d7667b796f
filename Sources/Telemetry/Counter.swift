import Synchronization

/// A number that only rises.
///
/// Whole increments are exact to 2^64; fractions are added in floating point, and a reading is the sum of both.
/// Values that would make it fall or spoil it (negative, NaN, infinite) are ignored and counted.
public final class Counter: Sendable {
    private let whole = Atomic<UInt64>(0)
    private let fractionBits = Atomic<UInt64>(0)
    /// Counts what this one ignores; `nil` in the counter that does the counting.
    private let ignored: Counter?

    init(ignored: Counter?) {
        self.ignored = ignored
    }

    /// Adds one.
    public func increment() {
        add(whole: 1)
    }

    /// Adds a whole number; a negative one is ignored and counted.
    public func increment(by amount: Int) {
        guard amount >= 0 else {
            ignored?.increment()
            return
        }
        add(whole: UInt64(amount))
    }

    /// Adds a whole number.
    public func increment(by amount: UInt64) {
        add(whole: amount)
    }

    /// Adds any number; a negative one, NaN and infinity are ignored and counted.
    public func increment(by amount: Double) {
        guard amount >= 0, amount.isFinite else {
            ignored?.increment()
            return
        }
        if let exact = UInt64(exactly: amount) {
            add(whole: exact)
        } else {
            add(fraction: amount)
        }
    }

    /// The present value.
    public var value: Double {
        switch read() {
        case .whole(let value): Double(value)
        case .real(let value): value
        case .distribution, .constant: 0
        }
    }

    /// The present value, exact where it is whole.
    func read() -> Reading {
        let fraction = Double(bitPattern: fractionBits.load(ordering: .acquiring))
        let exact = whole.load(ordering: .acquiring)
        return fraction == 0 ? .whole(exact) : .real(Double(exact) + fraction)
    }

    /// Raises the value to one that is counted elsewhere, such as processor time; never lowers it.
    ///
    /// Only for counters that nobody increments.
    func raise(to total: Double) {
        guard total.isFinite else { return }
        var bits = fractionBits.load(ordering: .relaxed)
        while Double(bitPattern: bits) < total {
            let (done, current) = fractionBits.compareExchange(
                expected: bits,
                desired: total.bitPattern,
                ordering: .acquiringAndReleasing
            )
            if done { return }
            bits = current
        }
    }

    private func add(whole amount: UInt64) {
        // Releasing, so that a scrape that sees this increment also sees those that came before it.
        let (old, new) = whole.wrappingAdd(amount, ordering: .releasing)
        if new < old { add(fraction: 0x1p64) }
    }

    private func add(fraction amount: Double) {
        var bits = fractionBits.load(ordering: .relaxed)
        while true {
            let sum = min(Double(bitPattern: bits) + amount, .greatestFiniteMagnitude)
            let (done, current) = fractionBits.compareExchange(
                expected: bits,
                desired: sum.bitPattern,
                ordering: .acquiringAndReleasing
            )
            if done { return }
            bits = current
        }
    }
}
