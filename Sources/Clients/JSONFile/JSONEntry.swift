import Crypto

/// One member of an object or one element of an array, as it stands in the text. Valid only while it is handed over.
package struct JSONEntry {
    /// What a member is called.
    package enum Name: Sendable, Equatable {
        /// Elements have none.
        case none
        case text([UInt8])
        /// Holds half of a pair of escapes, so that it stands for no text.
        case unreadable
    }

    package let name: Name
    /// In the text, from its first byte (of a member: of its name) to after its last.
    package let range: Range<Int>
    /// What stands there.
    package let bytes: UnsafeRawBufferPointer
    /// The value alone.
    package let value: UnsafeRawBufferPointer

    /// Of all its bytes.
    package var digest: JSONDigest { JSONDigest(of: bytes) }

    /// Reads a field of the value.
    package func field(_ pointer: JSONPointer) -> JSONField { JSONField.find(pointer.tokens[...], in: value) }

    /// Whether the value is an object.
    package var isObject: Bool { value.first == UInt8(ascii: "{") }
}

/// The first 16 bytes of the SHA-256 of some text.
package struct JSONDigest: Sendable, Hashable {
    package static let length = 16

    let high: UInt64
    let low: UInt64

    package init(of bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        self.init(hash.finalize())
    }

    init(_ digest: SHA256.Digest) {
        (high, low) = digest.withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// `nil` if the bytes are no digest.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
    }

    /// 32 hexadecimal digits.
    package var text: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        .joined()
    }
}

/// How many entries there are, and what they are, whatever their order: equal for equal ones.
struct JSONSum: Sendable, Equatable {
    private(set) var count = 0
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    mutating func add(_ digest: JSONDigest) {
        count += 1
        high &+= digest.high
        low &+= digest.low
    }

    mutating func subtract(_ digest: JSONDigest) {
        count -= 1
        high &-= digest.high
        low &-= digest.low
    }
}
