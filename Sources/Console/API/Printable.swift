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

    /// Neither controls line ends, terminals nor the direction of writing.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
