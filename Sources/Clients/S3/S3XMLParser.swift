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
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

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
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position += 3 }
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
        var element = S3XMLElement(name: try Self.local(qualified))
        guard try !attributes() else { return element }
        try contents(of: &element, depth: depth)
        guard try name().elementsEqual(qualified) else { throw .malformed("an element is closed by another's name") }
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
                    element.text = try Self.string(text)
                    return
                } else if has("<!--") {
                    try skip(beyond: "-->")
                } else if has("<![CDATA[") {
                    let start = position + 9
                    try skip(beyond: "]]>")
                    try characters(start..<position - 3, into: &text)
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

    private static func string(_ text: [UInt8]) throws(Failure) -> String {
        if text.isEmpty { return "" }
        guard let string = String(validating: text, as: UTF8.self) else { throw .malformed("its text is not UTF-8") }
        return string
    }

    /// Up to the next `<` or `&`.
    private mutating func plainText(into text: inout [UInt8]) throws(Failure) {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<"), bytes[position] != UInt8(ascii: "&") {
            position += 1
        }
        try characters(start..<position, into: &text)
    }

    /// Text as it stands, in CDATA or outside of it. Line ends become a line feed (XML 1.0, 2.11).
    private func characters(_ range: Range<Int>, into text: inout [UInt8]) throws(Failure) {
        var start = range.lowerBound
        for position in range {
            let byte = bytes[position]
            guard byte >= 0x20 || Self.isSpace(byte) else { throw .malformed("it has control characters") }
            guard byte == 0x0d else { continue }
            text += bytes[start..<position]
            start = position + 1
            if start == range.upperBound || bytes[start] != 0x0a { text.append(0x0a) }
        }
        text += bytes[start..<range.upperBound]
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
        let name = UnsafeBufferPointer(rebasing: bytes[start..<position])
        position += 1
        for (known, meaning) in Self.entities where Self.isEqual(name, known) { return [meaning] }
        return try Self.character(String(decoding: name, as: UTF8.self))
    }

    /// Listings have quotes around each ETag.
    private static let entities: [(StaticString, UInt8)] = [
        ("quot", UInt8(ascii: "\"")), ("amp", UInt8(ascii: "&")), ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")),
        ("apos", UInt8(ascii: "'")),
    ]

    private static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount && bytes.indices.allSatisfy { bytes[$0] == text.utf8Start[$0] }
    }

    /// What `#13` or `#xA` stands for.
    private static func character(_ name: String) throws(Failure) -> [UInt8] {
        let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
        guard
            name.hasPrefix("#"), digits.first?.isHexDigit == true,
            let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), value != 0,
            let scalar = Unicode.Scalar(value)
        else { throw .malformed("it has an entity that is not known") }
        return Array(String(scalar).utf8)
    }
}
