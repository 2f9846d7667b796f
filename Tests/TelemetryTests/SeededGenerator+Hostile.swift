import Support

extension SeededGenerator {
    /// Any bits that make a finite number, so that all exponents are as likely.
    mutating func finiteDouble() -> Double {
        while true {
            let value = Double(bitPattern: next())
            if value.isFinite { return value }
        }
    }

    /// Text that breaks careless writers: quotes, escapes, line ends, NUL, braces, other scripts.
    mutating func hostileText(maxLength: Int = 12) -> String {
        let pieces = [
            "\"", "\\", "\n", "\\n", "\r", "\0", "{", "}", ",", "=", " ", "  ", "#", "# EOF\n", "a", "le", "\u{301}",
            "é", "日本", "🧹", "\u{2028}", "\u{85}", "\u{FEFF}", "\t", "1e5", "NaN",
        ]
        let count = Int.random(in: 0...maxLength, using: &self)
        return (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &self)] }.joined()
    }
}
