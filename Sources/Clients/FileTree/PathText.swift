/// A path as text for messages: bytes that are not UTF-8 and control characters as `\xHH`.
package struct PathText: CustomStringConvertible, Sendable {
    package let description: String

    package init(_ bytes: some Collection<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: Self.isHarmful) {
            description = text.isEmpty ? "." : text
        } else {
            description = bytes.reduce(into: "") { $0 += Self.escaped($1) }
        }
    }

    // Format characters turn text around (U+202E) as control characters move the cursor.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        if (0x20..<0x7f).contains(byte) { return String(Unicode.Scalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
