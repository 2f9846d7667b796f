/// Native buckets as they are exposed: runs of neighbours, and each count as its difference from the one before.
struct NativeSpans: Sendable, Equatable {
    struct Span: Sendable, Equatable {
        /// For the first span the index of its first bucket, else how many buckets lie between it and the one before.
        let offset: Int
        var length: Int
    }

    /// A gap up to it is written as empty buckets, which takes fewer bytes than a new span, and fewer chunks there.
    static let longestFilledGap = 2

    private(set) var spans: [Span] = []
    private(set) var deltas: [Int64] = []
    private var previous: UInt64 = 0

    init(_ buckets: NativeBuckets) {
        var next = 0
        for (index, count) in zip(buckets.indexes, buckets.counts) {
            let gap = index - next
            if spans.isEmpty || gap > Self.longestFilledGap {
                spans.append(Span(offset: gap, length: 0))
            } else {
                for _ in 0..<gap { append(0) }
            }
            append(count)
            next = index + 1
        }
        // A span of nothing: without one, a histogram without observations could be taken for a classic one.
        if spans.isEmpty { spans.append(Span(offset: 0, length: 0)) }
    }

    private mutating func append(_ count: UInt64) {
        spans[spans.count - 1].length += 1
        deltas.append(Int64(bitPattern: count &- previous))
        previous = count
    }
}
