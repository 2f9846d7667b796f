/// Takes an input apart: lines, numbers and bytes from its front. What is not there is empty or 0.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Eight bytes, the lowest first.
    mutating func number() -> UInt64 {
        (0..<8).reduce(0) { number, index in number | UInt64(byte()) << UInt64(index * 8) }
    }

    /// As many of the next bytes as there are.
    mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return Array(taken)
    }

    /// Up to the next line feed, which goes with it.
    mutating func line() -> [UInt8] {
        let line = rest.prefix { $0 != UInt8(ascii: "\n") }
        rest = rest.dropFirst(line.count + 1)
        return Array(line)
    }

    /// Bytes that are not UTF-8 are replaced.
    mutating func textLine() -> String { String(decoding: line(), as: UTF8.self) }

    /// All that is left; bytes that are not UTF-8 are replaced.
    var text: String { String(decoding: rest, as: UTF8.self) }
}

/// Whether a text can neither break a line of a log nor move a cursor.
func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{202E}" }
}
