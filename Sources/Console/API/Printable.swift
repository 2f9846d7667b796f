/// Texts from outside, for logs, ledger and sentences: no control characters, and bounded.
enum Printable {
    /// - Parameter most: bytes; what is longer is cut at a character.
    static func text(_ text: String, most: Int, keepsLines: Bool = false) -> String {
        var result = ""
        var size = 0
        for scalar in text.unicodeScalars {
            let kept = isPrintable(scalar) || (keepsLines && (scalar == "\n" || scalar == "\t")) ? scalar : "\u{FFFD}"
            size += UTF8.width(kept)
            guard size <= most else { break }
            result.unicodeScalars.append(kept)
        }
        return result
    }

    /// The text with all that cannot be seen spelt out, such as `\u{202e}`: a person who confirms a name must see it whole.
    static func visible(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy(isPrintable) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    /// Neither controls line ends, terminals nor the direction of writing.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
