/// The parts of tags, and the bytes.
extension S3XMLParser {
    /// Not checked to be UTF-8: see `local`.
    mutating func name() throws(Failure) -> Slice<UnsafeBufferPointer<UInt8>> {
        let start = position
        while try Self.isNameByte(byte()) { position += 1 }
        guard position > start else { throw .malformed("an element has no name") }
        return bytes[start..<position]
    }

    /// A name without its namespace, before which there is at most one (Namespaces in XML 1.0, 4).
    static func local(_ qualified: Slice<UnsafeBufferPointer<UInt8>>) throws(Failure) -> String {
        let bytes = UnsafeBufferPointer(rebasing: qualified)
        guard let name = String(validating: bytes, as: UTF8.self) else { throw .malformed("an element has no name") }
        guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return name }
        let local = name.utf8[name.utf8.index(after: colon)...]
        guard !local.isEmpty, !local.contains(UInt8(ascii: ":")) else { throw .malformed("an element has no name") }
        return String(Substring(local))
    }

    /// Up to and with the `>`.
    /// - Returns: whether the element is empty: `/>`.
    mutating func attributes() throws(Failure) -> Bool {
        while true {
            try skipSpaces()
            switch try byte() {
            case UInt8(ascii: ">"):
                position += 1
                return false
            case UInt8(ascii: "/"):
                position += 1
                guard try byte() == UInt8(ascii: ">") else { throw .malformed("a tag does not end") }
                position += 1
                return true
            default:
                _ = try Self.local(name())
                try skipSpaces()
                guard try byte() == UInt8(ascii: "=") else { throw .malformed("an attribute has no value") }
                position += 1
                try skipSpaces()
                try skipQuoted()
            }
        }
    }

    private mutating func skipQuoted() throws(Failure) {
        let quote = try byte()
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw .malformed("an attribute has no quotes")
        }
        position += 1
        while try byte() != quote {
            guard bytes[position] != UInt8(ascii: "<") else { throw .malformed("an attribute does not end") }
            position += 1
        }
        position += 1
    }

    mutating func skipSpaces() throws(Failure) { while try Self.isSpace(byte()) { position += 1 } }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), 0x80...0xff:
            true
        default: false
        }
    }

    // MARK: Bytes

    func byte() throws(Failure) -> UInt8 {
        guard position < bytes.count else { throw .cut }
        return bytes[position]
    }

    func has(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Whether the document ends in the midst of this text.
    func endsWithin(_ text: StaticString) -> Bool {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let rest = bytes[position...]
        return rest.count < expected.count && expected.starts(with: rest)
    }

    mutating func skip(beyond end: StaticString) throws(Failure) {
        while position < bytes.count {
            if has(end) {
                position += end.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw .cut
    }
}
