import Glibc

/// A set of byte strings in two pieces of memory, sorted: some 8 bytes beyond the text for each, and no allocation to
/// look one up.
///
/// Compares bytes, never characters: to file systems and databases two spellings of an é are two names.
struct ByteKeys: Sendable {
    private let arena: [UInt8]
    /// Where each key begins in the arena, in ascending order of the keys; they end where the next of the arena begins.
    private let ranges: [Range<Int>]

    /// - Parameter keys: may hold equal ones.
    init(_ keys: some Sequence<[UInt8]>) {
        var arena: [UInt8] = []
        var ranges: [Range<Int>] = []
        for key in keys {
            ranges.append(arena.count..<arena.count + key.count)
            arena.append(contentsOf: key)
        }
        arena.withUnsafeBytes { bytes in
            ranges.sort { Self.compare(bytes[$0], bytes[$1]) < 0 }
        }
        var unique: [Range<Int>] = []
        unique.reserveCapacity(ranges.count)
        arena.withUnsafeBytes { bytes in
            for range in ranges {
                if let last = unique.last, Self.compare(bytes[last], bytes[range]) == 0 { continue }
                unique.append(range)
            }
        }
        self.arena = arena
        self.ranges = unique
    }

    /// How many different keys there are.
    var count: Int { ranges.count }

    func contains(_ key: UnsafeRawBufferPointer) -> Bool {
        arena.withUnsafeBytes { bytes in
            let index = lowerBound(key, bytes)
            return index < ranges.count && Self.compare(bytes[ranges[index]], key[...]) == 0
        }
    }

    /// Whether a key begins with `prefix`, and is longer.
    func containsKey(beginningWith prefix: UnsafeRawBufferPointer) -> Bool {
        arena.withUnsafeBytes { bytes in
            var index = lowerBound(prefix, bytes)
            if index < ranges.count, ranges[index].count == prefix.count { index += 1 }
            guard index < ranges.count, ranges[index].count > prefix.count else { return false }
            let start = bytes[ranges[index].lowerBound..<ranges[index].lowerBound + prefix.count]
            return Self.compare(start, prefix[...]) == 0
        }
    }

    /// The first key that is not less.
    private func lowerBound(_ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if Self.compare(bytes[ranges[middle]], key[...]) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Below 0 if `left` comes first, 0 if they are equal.
    private static func compare(_ left: Slice<UnsafeRawBufferPointer>, _ right: Slice<UnsafeRawBufferPointer>) -> Int {
        let length = min(left.count, right.count)
        if length > 0, let first = UnsafeRawBufferPointer(rebasing: left).baseAddress,
            let second = UnsafeRawBufferPointer(rebasing: right).baseAddress
        {
            let order = memcmp(first, second, length)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }
}
