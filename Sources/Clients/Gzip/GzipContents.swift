import CZlib
import Crypto

/// What identifies the uncompressed contents of a file: two files with equal values are equal. That an archive's own CRC-32
/// and length agree with it is checked by whoever inflates it.
struct GzipContents: Equatable, Sendable {
    let count: Int64
    let sha256: SHA256.Digest
}

/// Gathers the count and the SHA-256 of bytes as they pass by.
struct GzipTally {
    private(set) var count: Int64 = 0
    private var hash = SHA256()

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        count += Int64(bytes.count)
        hash.update(bufferPointer: bytes)
    }

    var contents: GzipContents { GzipContents(count: count, sha256: hash.finalize()) }
}

/// Length and CRC-32 of an archive as it was written: its header and its padding too, which no check of gzip covers.
struct GzipImage: Equatable, Sendable {
    private(set) var count: Int64 = 0
    private(set) var crc32: UInt = 0

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        count += Int64(bytes.count)
        crc32 = CZlib.crc32(crc32, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, uInt(bytes.count))
    }
}
