import Synchronization

/// Counts observations by size, and their sum.
///
/// Classic buckets, and beside them those of a native histogram, which only ``ExpositionFormat/protobuf`` carries:
/// always kept, for they cost some nanoseconds an observation and 4 KB at most.
///
/// Count, sum and all buckets of one scrape agree. NaN, infinite and negative observations, which would spoil the sum
/// for good, are ignored and counted.
public final class Histogram: Sendable {
    private struct State {
        /// One for each bound and one for what is above them; not cumulative.
        var counts: [UInt64]
        var sum = 0.0
        var native = NativeBuckets()
    }

    private let bounds: [Double]
    private let state: Mutex<State>
    private let ignored: Counter?

    init(bounds: [Double], ignored: Counter?) {
        self.bounds = bounds
        self.ignored = ignored
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one observation, in the base unit of the family.
    public func observe(_ value: Double) {
        guard value >= 0, value.isFinite else {
            ignored?.increment()
            return
        }
        let bucket = bucket(of: value)
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum = min(state.sum + value, .greatestFiniteMagnitude)
            state.native.count(value)
        }
    }

    /// The number of observations so far.
    public var count: UInt64 { state.withLock { $0.counts.reduce(0, &+) } }

    /// The sum of all observations so far.
    public var sum: Double { state.withLock { $0.sum } }

    /// A consistent copy.
    func read() -> Reading {
        state.withLock { .distribution(counts: $0.counts, sum: $0.sum, native: $0.native) }
    }

    /// The first bucket whose bound is not below the value.
    private func bucket(of value: Double) -> Int {
        bounds.withUnsafeBufferPointer { bounds in
            var index = 0
            while index < bounds.count, value > bounds[index] { index += 1 }
            return index
        }
    }
}
