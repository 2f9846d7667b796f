import Glibc

/// Reads JSON text strictly (RFC 8259) from left to right, and says where things stand; makes no values.
///
/// Text comes from memory, or piece by piece through a window that grows only over what is marked, so that memory does
/// not grow with the text. Belongs to one thread.
final class JSONScanner {
    /// Arrays and objects within each other.
    static let maximumDepth = 512
    /// Bytes that may be marked at once.
    static let longestMark = 64 << 20
    private static let pieceSize = 256 << 10

    /// Puts the next bytes of the text into memory; 0 = the end.
    typealias Read = (UnsafeMutableRawBufferPointer) throws -> Int

    private let read: Read?
    /// Of the window; empty where the text lies in memory as a whole.
    private var window: UnsafeMutableRawBufferPointer
    private var bytes: UnsafePointer<UInt8>
    /// In `bytes`: the next one, and where they end.
    private var position = 0
    private var end: Int
    private var isAtEnd: Bool
    /// Where `bytes` begin in the text.
    private var base = 0
    /// In `bytes`: from here on they stay.
    private var mark: Int?

    /// Text that comes in pieces.
    init(_ read: @escaping Read) {
        self.read = read
        window = .allocate(byteCount: Self.pieceSize, alignment: 16)
        // Never nil: the window is not empty.
        bytes = UnsafePointer(window.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self))
        end = 0
        isAtEnd = false
    }

    /// Text in memory, which must stay there as long as this object is used.
    init(_ text: UnsafeRawBufferPointer) {
        read = nil
        // An empty buffer without an address is never read from.
        window = .init(start: nil, count: 0)
        let start = text.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        bytes = start.assumingMemoryBound(to: UInt8.self)
        end = text.count
        isAtEnd = true
    }

    deinit { window.deallocate() }

    // MARK: Places

    /// Of the next byte, in the text.
    var offset: Int { base + position }

    /// From the next byte on, bytes stay in memory, until `marked` is asked for and a new mark is set.
    func setMark() { mark = position }

    func clearMark() { mark = nil }

    /// The bytes since the mark; valid until the next step.
    var marked: UnsafeRawBufferPointer {
        let start = mark ?? position
        return UnsafeRawBufferPointer(start: bytes + start, count: position - start)
    }

    // MARK: Bytes

    /// The next byte, or `nil` at the end.
    @inline(__always)
    func peek() throws -> UInt8? {
        if position < end { return bytes[position] }
        return try refill() ? bytes[position] : nil
    }

    /// Passes the byte that `peek` gave.
    @inline(__always)
    func advance() { position += 1 }

    /// Passes the next byte if it is that one.
    @inline(__always)
    func take(_ byte: Unicode.Scalar) throws -> Bool {
        guard try peek() == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    func expect(_ byte: Unicode.Scalar, _ what: String) throws {
        guard try take(byte) else { throw try unexpected(what) }
    }

    /// Passes blanks, behind which nothing may stand.
    func expectEnd() throws {
        try skipSpace()
        guard try peek() == nil else { throw try unexpected("the end of the text") }
    }

    @inline(__always)
    func skipSpace() throws {
        while let byte = try peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Passes plain characters of a string, as far as they lie in memory.
    @inline(__always)
    func skipPlain() {
        while position < end {
            let byte = bytes[position]
            guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return }
            position += 1
        }
    }

    /// What is wrong where the next byte stands.
    func unexpected(_ what: String) throws -> JSONFault {
        guard let byte = try peek() else { return JSONFault(offset, "the text ends where \(what) should stand") }
        let isPlain = (0x21..<0x7F).contains(byte)
        let found = isPlain ? "\"\(Unicode.Scalar(byte))\"" : "the byte \(String(byte, radix: 16, uppercase: true))"
        return JSONFault(offset, "\(found) stands where \(what) should")
    }

    private func refill() throws -> Bool {
        guard let read, !isAtEnd else { return false }
        makeRoom(from: mark ?? position)
        guard end <= Self.longestMark else { throw JSONFault.tooLong(at: base, limit: Self.longestMark) }
        let count = try read(UnsafeMutableRawBufferPointer(rebasing: window[end...]))
        isAtEnd = count == 0
        end += count
        return count > 0
    }

    /// Lets go of what lies before `kept`, and grows if that gives no room.
    private func makeRoom(from kept: Int) {
        let count = end - kept
        var target = window
        if count == window.count { target = .allocate(byteCount: window.count * 2, alignment: 16) }
        // Never nil, as above.
        if count > 0 { memmove(target.baseAddress.unsafelyUnwrapped, bytes + kept, count) }
        if target.baseAddress != window.baseAddress {
            window.deallocate()
            window = target
            bytes = UnsafePointer(window.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self))
        }
        base += kept
        position -= kept
        end = count
        if mark != nil { mark = 0 }
    }
}
