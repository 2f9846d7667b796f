/// A path or name as text for messages: bytes that are not UTF-8, control characters and quotes as `\xHH`.
package struct PathText: CustomStringConvertible, Sendable {
    package let description: String

    package init(_ bytes: some Collection<UInt8>) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            description = bytes.reduce(into: "") { $0 += Self.escaped($1) }
            return
        }
        if text.unicodeScalars.contains(where: Self.isHarmful) {
            description = text.unicodeScalars.reduce(into: "") { result, scalar in
                if Self.isHarmful(scalar) {
                    for byte in String(scalar).utf8 { result += Self.escaped(byte) }
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        } else {
            description = text.isEmpty ? "." : text
        }
    }

    // Format characters turn text around (U+202E) as control characters move the cursor; a quote would end the name.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: scalar == "\"" || scalar == "\\"
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let isPlain = (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        if isPlain { return String(Unicode.Scalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
