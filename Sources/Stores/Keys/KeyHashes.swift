/// Remembers which keys were seen, in bounded memory: SCAN may name a key twice when the server's table grows or shrinks
/// meanwhile.
///
/// By 64 bits of a hash with a seed of its own: that two keys have the same is as likely as a flipped bit, and would
/// leave one of them for the next scan.
struct KeyHashes {
    /// Of 8 bytes each, in a table that is half full at most: 32 MiB.
    static let limit = 2 << 20

    private let limit: Int
    private var slots: [UInt64] = Array(repeating: 0, count: 1024)
    private var count = 0
    private let seed = UInt64.random(in: .min ... .max)

    /// More keys came than are remembered: one that comes twice may not be recognized.
    private(set) var isFull = false

    init(limit: Int = KeyHashes.limit) {
        self.limit = limit
    }

    /// - Returns: whether it is new, as far as is remembered.
    mutating func insert(_ key: [UInt8]) -> Bool {
        let hash = Self.hash(key, seed)
        var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[index] != 0 {
            if slots[index] == hash { return false }
            index = (index + 1) & (slots.count - 1)
        }
        guard count < limit else {
            isFull = true
            return true
        }
        slots[index] = hash
        count += 1
        if count * 2 > slots.count { grow() }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        for hash in old where hash != 0 {
            var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
            slots[index] = hash
        }
    }

    /// Never 0, which marks an empty slot.
    private static func hash(_ key: [UInt8], _ seed: UInt64) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(seed)
        key.withUnsafeBytes { hasher.combine(bytes: $0) }
        let value = UInt64(bitPattern: Int64(hasher.finalize()))
        return value == 0 ? 1 : value
    }
}
