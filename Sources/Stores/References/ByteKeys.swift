import Glibc

/// A set of byte strings in two pieces of memory, sorted: 16 bytes beyond the text for each, and no allocation to
/// look one up.
///
/// Compares bytes, never characters: to file systems and databases two spellings of an é are two names.
struct ByteKeys: Sendable {
    private let arena: [UInt8]
    /// Where each key begins in the arena, in ascending order of the keys; they end where the next of the arena begins.
    private let ranges: [Range<Int>]

    /// - Parameter keys: may hold equal ones.
    init(_ keys: some Sequence<[UInt8]>) {
        var builder = ByteKeysBuilder()
        for key in keys { builder.append(key) }
        self = builder.finish()
    }

    fileprivate init(arena: [UInt8], sorting unsorted: [Range<Int>]) {
        var ranges = unsorted
        arena.withUnsafeBytes { bytes in
            ranges.sort { Self.compare(bytes[$0], bytes[$1]) < 0 }
        }
        var end = 0
        arena.withUnsafeBytes { bytes in
            for range in ranges {
                if end > 0, Self.compare(bytes[ranges[end - 1]], bytes[range]) == 0 { continue }
                ranges[end] = range
                end += 1
            }
        }
        ranges.removeLast(ranges.count - end)
        self.arena = arena
        self.ranges = ranges
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

/// Takes in keys, one after another.
struct ByteKeysBuilder {
    private var arena: [UInt8] = []
    private var ranges: [Range<Int>] = []

    /// - Parameter key: may be equal to another.
    mutating func append(_ key: [UInt8]) {
        ranges.append(arena.count..<arena.count + key.count)
        arena.append(contentsOf: key)
    }

    /// The set; nothing is left in here.
    mutating func finish() -> ByteKeys {
        defer { (arena, ranges) = ([], []) }
        return ByteKeys(arena: arena, sorting: ranges)
    }
}
