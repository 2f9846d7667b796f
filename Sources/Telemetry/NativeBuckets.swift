/// The buckets of a native histogram that hold something, and what is too small for any.
///
/// Only for observations that are finite and not negative, which are all that ``Histogram`` takes: there are no
/// negative buckets and none for infinity.
///
/// At most ``limit`` buckets. One more merges all of them by twos, into the next coarser schema, which loses no
/// observation. Of the ways that Prometheus names this is the only one that changes nothing else: to start anew would
/// also take sum, count and classic buckets back to 0 as if the process had started again, and a wider zero bucket
/// would hide the short durations for good. Prometheus merges the older, finer buckets when it reads across the
/// change. It always suffices: the coarsest schema has 73 buckets for all doubles.
struct NativeBuckets: Sendable, Equatable {
    /// The schema at the start: 8 buckets for each power of two, each 9 % wider than the one before it.
    static let initialSchema = 3
    /// The most buckets that hold something.
    static let limit = 160
    /// Values up to it are counted as zero: far below all that is measured, and the usual one of Go's client, because
    /// Prometheus adds histograms of equal threshold without loss.
    static let zeroThreshold = 0x1p-128

    private(set) var schema = NativeSchema(initialSchema)
    private(set) var zeroCount: UInt64 = 0
    /// Rising; as many as ``counts``, and at most ``limit``.
    private(set) var indexes: [Int] = []
    private(set) var counts: [UInt64] = []

    /// Counts one observation.
    mutating func count(_ value: Double) {
        guard value > Self.zeroThreshold else {
            zeroCount += 1
            return
        }
        let index = schema.index(of: value)
        let position = position(of: index)
        if position < indexes.count, indexes[position] == index {
            counts[position] += 1
        } else {
            insert(index, at: position)
        }
    }

    private mutating func insert(_ index: Int, at position: Int) {
        indexes.insert(index, at: position)
        counts.insert(1, at: position)
        while indexes.count > Self.limit, let coarser = schema.coarser { widen(to: coarser) }
    }

    /// The first position whose index is not below this one.
    private func position(of index: Int) -> Int {
        indexes.withUnsafeBufferPointer { indexes in
            var low = 0
            var high = indexes.count
            while low < high {
                let middle = (low + high) >> 1
                if indexes[middle] < index { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private mutating func widen(to coarser: NativeSchema) {
        var wide: [Int] = []
        var sums: [UInt64] = []
        for (index, count) in zip(indexes, counts) {
            let wider = (index + 1) >> 1
            if wide.last == wider {
                sums[sums.count - 1] += count
            } else {
                wide.append(wider)
                sums.append(count)
            }
        }
        schema = coarser
        indexes = wide
        counts = sums
    }
}
