import Clients

/// What must be unchanged for a file to be the one that was planned; a plan keeps it as 32 bytes.
package struct FileVersion: Sendable, Hashable {
    static let length = 32

    package let inode: UInt64
    /// Nanoseconds since the epoch, held at the ends of the range.
    package let modified: Int64
    package let changed: Int64
    /// Length of the contents.
    package let size: Int64

    init(_ status: FileStatus) {
        inode = status.inode
        modified = status.modified
        changed = status.changed
        size = status.size
    }

    /// `nil` if the bytes are no version of a file.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        let words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
        inode = UInt64(littleEndian: words.0)
        modified = Int64(bitPattern: UInt64(littleEndian: words.1))
        changed = Int64(bitPattern: UInt64(littleEndian: words.2))
        size = Int64(bitPattern: UInt64(littleEndian: words.3))
    }

    /// The inode alone; 0 if the bytes are no version of a file.
    static func inode(of bytes: ArraySlice<UInt8>) -> UInt64 {
        guard bytes.count == length else { return 0 }
        return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    /// Writes the 32 bytes.
    func store(into memory: UnsafeMutableRawBufferPointer) {
        VersionWords.store(inode, 0, memory)
        VersionWords.store(UInt64(bitPattern: modified), 1, memory)
        VersionWords.store(UInt64(bitPattern: changed), 2, memory)
        VersionWords.store(UInt64(bitPattern: size), 3, memory)
    }
}

/// What must be unchanged for a directory, with all beneath it, to be the one that was planned; 48 bytes in a plan.
struct DirectoryVersion: Sendable, Hashable {
    static let length = 48

    var device: UInt64
    var inode: UInt64
    /// The newest time of it and of everything beneath, as ages are counted.
    var newest: Int64
    /// The newest change (`ctime`) of it and of everything beneath.
    var newestChange: Int64
    /// Entries beneath it.
    var entries: UInt64
    var bytes: Int64

    init(device: UInt64, inode: UInt64, newest: Int64, newestChange: Int64, entries: UInt64, bytes: Int64) {
        self.device = device
        self.inode = inode
        self.newest = newest
        self.newestChange = newestChange
        self.entries = entries
        self.bytes = bytes
    }

    /// `nil` if the bytes are no version of a directory.
    init?(_ version: ArraySlice<UInt8>) {
        guard let words = VersionWords.read(version, count: 6) else { return nil }
        device = words[0]
        inode = words[1]
        newest = Int64(bitPattern: words[2])
        newestChange = Int64(bitPattern: words[3])
        entries = words[4]
        bytes = Int64(bitPattern: words[5])
    }

    func store(into memory: UnsafeMutableRawBufferPointer) {
        let words = [
            device, inode, UInt64(bitPattern: newest), UInt64(bitPattern: newestChange), entries,
            UInt64(bitPattern: bytes),
        ]
        for (index, word) in words.enumerated() { VersionWords.store(word, index, memory) }
    }
}

extension FileIdentity {
    /// The version of a place: 16 bytes.
    var placeVersion: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { memory, count in
            let raw = UnsafeMutableRawBufferPointer(memory)
            VersionWords.store(device, 0, raw)
            VersionWords.store(inode, 1, raw)
            count = 16
        }
    }

    /// `nil` if the bytes are no version of a place.
    init?(placeVersion: [UInt8]) {
        guard let words = VersionWords.read(placeVersion[...], count: 2) else { return nil }
        self.init(device: words[0], inode: words[1])
    }
}

/// Versions are 64-bit words, the least byte first.
enum VersionWords {
    static func read(_ bytes: ArraySlice<UInt8>, count: Int) -> [UInt64]? {
        guard bytes.count == count * 8 else { return nil }
        return bytes.withUnsafeBytes { memory in
            (0..<count).map { UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
        }
    }

    @inline(__always)
    static func store(_ word: UInt64, _ index: Int, _ memory: UnsafeMutableRawBufferPointer) {
        memory.storeBytes(of: word.littleEndian, toByteOffset: index * 8, as: UInt64.self)
    }
}
