/// A strict reader of the XML 1.0 that S3 servers write: UTF-8, elements, text, CDATA, comments, character references.
///
/// A DOCTYPE is refused, so there are no entities but the five that need none. Depth and size are bounded.
struct S3XMLParser {
    /// Why a text is no such document.
    enum Failure: Error, Equatable {
        /// It ends too early.
        case cut
        /// - Parameter reason: in words; quotes nothing of the document.
        case malformed(String)
    }

    private static let deepest = 16
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Reads a whole document.
    /// - Returns: its root.
    static func parse(_ bytes: [UInt8]) throws(Failure) -> S3XMLElement {
        let result: Result<S3XMLElement, Failure> = bytes.withUnsafeBufferPointer { buffer in
            do throws(Failure) {
                var parser = S3XMLParser(bytes: buffer)
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    // MARK: Structure

    private mutating func document() throws(Failure) -> S3XMLElement {
        if has([0xef, 0xbb, 0xbf]) { position += 3 }
        try skipBetween()
        let root = try element(depth: 1)
        try skipBetween()
        guard position == bytes.count else { throw .malformed("there is something behind the root element") }
        return root
    }

    /// White space, comments and declarations outside of the root.
    private mutating func skipBetween() throws(Failure) {
        while position < bytes.count {
            if Self.isSpace(bytes[position]) {
                position += 1
            } else if has("<?") {
                try skip(beyond: "?>")
            } else if has("<!--") {
                try skip(beyond: "-->")
            } else {
                return
            }
        }
    }

    private mutating func element(depth: Int) throws(Failure) -> S3XMLElement {
        guard depth <= Self.deepest else { throw .malformed("its elements are too deep") }
        if has("<!") { throw endsWithin("<!--") ? .cut : .malformed("it has a DOCTYPE") }
        guard try byte() == UInt8(ascii: "<") else { throw .malformed("an element was expected") }
        position += 1
        let qualified = try name()
        var element = S3XMLElement(name: Self.local(qualified))
        guard try !attributes() else { return element }
        try contents(of: &element, depth: depth)
        guard try name() == qualified else { throw .malformed("an element is closed by another's name") }
        try skipSpaces()
        guard try byte() == UInt8(ascii: ">") else { throw .malformed("a closing tag does not end") }
        position += 1
        return element
    }

    /// Up to and with the `</` that closes it.
    private mutating func contents(of element: inout S3XMLElement, depth: Int) throws(Failure) {
        var text: [UInt8] = []
        while true {
            switch try byte() {
            case UInt8(ascii: "<"):
                if has("</") {
                    position += 2
                    guard let string = String(validating: text, as: UTF8.self) else {
                        throw .malformed("its text is not UTF-8")
                    }
                    element.text = string
                    return
                } else if has("<!--") {
                    try skip(beyond: "-->")
                } else if has("<![CDATA[") {
                    let start = position + 9
                    try skip(beyond: "]]>")
                    text += bytes[start..<position - 3]
                } else if has("<?") {
                    try skip(beyond: "?>")
                } else if has("<!") || endsWithin("<![CDATA[") {
                    throw endsWithin("<![CDATA[") || endsWithin("<!--")
                        ? .cut : .malformed("it has a declaration inside")
                } else {
                    element.children.append(try self.element(depth: depth + 1))
                }
            case UInt8(ascii: "&"): text += try reference()
            default: try plainText(into: &text)
            }
        }
    }

    /// Up to the next `<` or `&`. Line ends become a line feed (XML 1.0, 2.11).
    private mutating func plainText(into text: inout [UInt8]) throws(Failure) {
        while position < bytes.count, bytes[position] != UInt8(ascii: "<"), bytes[position] != UInt8(ascii: "&") {
            let byte = bytes[position]
            position += 1
            guard byte >= 0x20 || Self.isSpace(byte) else { throw .malformed("it has control characters") }
            if byte == 0x0d {
                if position < bytes.count, bytes[position] == 0x0a { continue }
                text.append(0x0a)
            } else {
                text.append(byte)
            }
        }
    }

    /// `&lt;`, `&#13;`, `&#xA;`. References to control characters are no XML 1.0, but servers write them, and they say
    /// what they mean.
    private mutating func reference() throws(Failure) -> [UInt8] {
        position += 1
        let start = position
        while try byte() != UInt8(ascii: ";") {
            position += 1
            guard position - start <= 10 else { throw .malformed("it has an entity that is not known") }
        }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        switch name {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default: break
        }
        let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
        guard
            name.hasPrefix("#"), digits.first?.isHexDigit == true,
            let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), value != 0,
            let scalar = Unicode.Scalar(value)
        else { throw .malformed("it has an entity that is not known") }
        return Array(String(scalar).utf8)
    }

    // MARK: Tags

    private mutating func name() throws(Failure) -> String {
        let start = position
        while try Self.isNameByte(byte()) { position += 1 }
        guard position > start, let name = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw .malformed("an element has no name")
        }
        return name
    }

    private static func local(_ qualified: String) -> String {
        qualified.firstIndex(of: ":").map { String(qualified[qualified.index(after: $0)...]) } ?? qualified
    }

    /// Up to and with the `>`.
    /// - Returns: whether the element is empty: `/>`.
    private mutating func attributes() throws(Failure) -> Bool {
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

    private mutating func skipSpaces() throws(Failure) { while try Self.isSpace(byte()) { position += 1 } }

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

    private func byte() throws(Failure) -> UInt8 {
        guard position < bytes.count else { throw .cut }
        return bytes[position]
    }

    private func has(_ text: StaticString) -> Bool {
        has(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func has(_ expected: some Collection<UInt8>) -> Bool {
        bytes.count - position >= expected.count && bytes[position...].starts(with: expected)
    }

    /// Whether the document ends in the midst of this text.
    private func endsWithin(_ text: StaticString) -> Bool {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let rest = bytes[position...]
        return rest.count < expected.count && expected.starts(with: rest)
    }

    private mutating func skip(beyond end: StaticString) throws(Failure) {
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
