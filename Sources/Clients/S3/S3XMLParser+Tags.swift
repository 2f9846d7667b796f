/// The parts of tags, and the bytes.
extension S3XMLParser {
    mutating func name() throws(Failure) -> String {
        let start = position
        while try Self.isNameByte(byte()) { position += 1 }
        guard position > start, let name = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw .malformed("an element has no name")
        }
        return name
    }

    static func local(_ qualified: String) -> String {
        qualified.firstIndex(of: ":").map { String(qualified[qualified.index(after: $0)...]) } ?? qualified
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
                _ = try name()
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
        has(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func has(_ expected: some Collection<UInt8>) -> Bool {
        bytes.count - position >= expected.count && bytes[position...].starts(with: expected)
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
