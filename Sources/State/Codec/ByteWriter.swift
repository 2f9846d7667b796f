/// Appends numbers and texts in the store's compact form.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    @inline(__always)
    mutating func write(byte: UInt8) {
        bytes.append(byte)
    }

    /// Seven bits a byte, lowest first; the top bit says that more follow (LEB128).
    @inline(__always)
    mutating func write(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers of either sign become small (zigzag).
    @inline(__always)
    mutating func write(signed value: Int64) {
        write(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func write(blob: some Collection<UInt8>) {
        write(UInt64(blob.count))
        bytes.append(contentsOf: blob)
    }

    mutating func write(text: String) {
        write(blob: text.utf8)
    }

    /// Bytes without a length before them.
    mutating func write(raw: some Collection<UInt8>) {
        bytes.append(contentsOf: raw)
    }
}
