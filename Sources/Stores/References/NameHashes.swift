/// A set of names in 8 bytes each: sorted hashes of 64 bits, keyed at random for each set.
///
/// Two names may have one hash, as likely as one in 2^64 for each pair; the item that is taken for a named one then
/// stays, and never the other way around. The key is secret to this process, so that nobody can look for such names.
struct NameHashes: Sendable {
    /// More are not held: some 400 MB.
    static let most = 50_000_000

    private let key: NameHashKey
    private let hashes: [UInt64]

    fileprivate init(key: NameHashKey, hashes: [UInt64]) {
        self.key = key
        self.hashes = hashes
    }

    /// How many different names there are.
    var count: Int { hashes.count }

    func contains(_ name: some Collection<UInt8>) -> Bool {
        let hash = key.hash(name)
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == hash
    }
}

/// Takes in names, one after another, in pieces of memory that are never copied while they grow.
struct NameHashesBuilder {
    /// Of 8 bytes.
    private static let chunkSize = 1 << 20

    private let key = NameHashKey()
    private var full: [[UInt64]] = []
    private var chunk: [UInt64] = []

    /// How many names were taken, equal ones included.
    var count: Int { full.count * Self.chunkSize + chunk.count }

    mutating func append(_ name: some Collection<UInt8>) {
        chunk.append(key.hash(name))
        guard chunk.count == Self.chunkSize else { return }
        full.append(chunk)
        chunk = []
    }

    /// The set; nothing is left in here.
    mutating func finish() -> NameHashes {
        var hashes: [UInt64] = []
        // Memory that is not written to yet takes none; each piece is let go of when it has been copied.
        hashes.reserveCapacity(count)
        hashes.append(contentsOf: chunk)
        chunk = []
        while let piece = full.popLast() { hashes.append(contentsOf: piece) }
        hashes.withUnsafeMutableBufferPointer { RadixSort.sort($0) }
        var end = 0
        for index in hashes.indices where index == 0 || hashes[index] != hashes[end - 1] {
            hashes[end] = hashes[index]
            end += 1
        }
        hashes.removeLast(hashes.count - end)
        return NameHashes(key: key, hashes: hashes)
    }
}

/// The secret of a set.
private struct NameHashKey: Sendable {
    private let first = UInt64.random(in: .min ... .max)
    private let second = UInt64.random(in: .min ... .max)

    /// By Swift's `Hasher`, which is SipHash with a key of the process; ours goes in first, because that one can be
    /// switched off by the environment.
    func hash(_ name: some Collection<UInt8>) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(first)
        hasher.combine(second)
        let isDone: Void? = name.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if isDone == nil { Array(name).withUnsafeBytes { hasher.combine(bytes: $0) } }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
