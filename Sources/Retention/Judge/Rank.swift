/// An item's place in the order from oldest to newest: by time, and among equal times by the bytes of the path, so that
/// a decision never depends on the order of a scan. Of two names of one time the later one counts as the newer.
struct Rank: Hashable, Comparable, Sendable {
    let time: Instant
    let path: [UInt8]

    static func < (left: Rank, right: Rank) -> Bool {
        left.time == right.time ? left.path.lexicographicallyPrecedes(right.path) : left.time < right.time
    }
}

extension Rank? {
    /// Whether an item lies at or after this rank; `nil` = no item does. The path is made only where times are equal.
    @inline(__always)
    func isReached(by time: Instant, _ path: @autoclosure () -> [UInt8]) -> Bool {
        guard let self else { return false }
        return time == self.time ? self <= Rank(time: time, path: path()) : self.time < time
    }
}

/// The largest of the values it has seen, at most `limit`; a heap whose root is the smallest of them.
struct Largest<Value: Comparable & Sendable>: Sendable {
    let limit: Int
    private(set) var heap: [Value] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// The value that the next one must exceed; `nil` while there is room.
    @inline(__always)
    var threshold: Value? { heap.count < limit ? nil : heap.first }

    mutating func insert(_ value: Value) {
        guard limit > 0 else { return }
        if heap.count < limit {
            heap.append(value)
            rise(heap.count - 1)
        } else if heap[0] < value {
            heap[0] = value
            sink(0)
        }
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index] < heap[parent] else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

extension Largest<Rank> {
    /// Inserts an item; the path is made only where it may matter.
    @inline(__always)
    mutating func insert(_ time: Instant, _ path: @autoclosure () -> [UInt8]) {
        guard limit > 0 else { return }
        if let threshold, time < threshold.time { return }
        insert(Rank(time: time, path: path()))
    }
}
