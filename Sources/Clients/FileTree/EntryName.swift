/// The name of one entry of a directory: bytes, never a path.
///
/// Every call that changes a tree takes a directory and one of these, so that a full path cannot be said. It points
/// into a `NameBuffer` or `DirectoryBuffer` and is valid until that is filled again; it is not to be kept.
package struct EntryName {
    /// The name; the byte after it is 0.
    package let bytes: UnsafeRawBufferPointer

    @inline(__always)
    init(zeroTerminated bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    @inline(__always)
    var pointer: UnsafePointer<CChar> {
        // Never nil: the buffers that make names are never empty.
        bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
    }
}

/// Memory for one name, to make an `EntryName` of bytes that come from elsewhere.
package final class NameBuffer {
    // NAME_MAX is 255; what is longer cannot be there.
    private static let capacity = 256
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: NameBuffer.capacity, alignment: 8)

    package init() {}

    deinit { memory.deallocate() }

    /// The name in this buffer, or `nil` if no entry can be called that: empty, `.`, `..`, too long, with `/` or 0.
    package func name(_ bytes: UnsafeRawBufferPointer) -> EntryName? {
        guard !bytes.isEmpty, bytes.count < Self.capacity else { return nil }
        if bytes[0] == UInt8(ascii: "."), bytes.count == 1 || (bytes.count == 2 && bytes[1] == UInt8(ascii: ".")) {
            return nil
        }
        for byte in bytes where byte == UInt8(ascii: "/") || byte == 0 { return nil }
        memory.copyMemory(from: bytes)
        memory[bytes.count] = 0
        return EntryName(zeroTerminated: UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]))
    }

    /// As above, of a collection of bytes.
    package func name(_ bytes: ArraySlice<UInt8>) -> EntryName? {
        bytes.withUnsafeBytes { name($0) }
    }
}
