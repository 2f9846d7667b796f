/// Where SQLite's tokenizer sees texts, names and comments: written after https://www.sqlite.org/src/file/src/tokenize.c, with
/// nothing of what the program itself does.
enum SQLiteReading {
    /// Whether a piece ends outside of all quotes and comments, and closes no parenthesis that is not its own. A line feed
    /// is put behind it, as in a statement.
    static func staysOne(_ piece: String) -> Bool {
        var rest = Array(piece.utf8 + [0x0A])[...]
        var depth = 0
        while let byte = rest.popFirst() {
            switch Unicode.Scalar(byte) {
            case "'", "\"", "`": guard skip(byte, &rest) else { return false }
            case "[": guard skip(UInt8(ascii: "]"), &rest) else { return false }
            case "-" where rest.first == UInt8(ascii: "-"): rest = rest.drop { $0 != 0x0A }
            case "/" where rest.first == UInt8(ascii: "*"): guard skipComment(&rest) else { return false }
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth < 0 { return false }
            case ";": return false
            default: break
            }
        }
        return depth == 0
    }

    /// A doubled quote begins another one, which is the same here.
    private static func skip(_ end: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let place = rest.firstIndex(of: end) else { return false }
        rest = rest[(place + 1)...]
        return true
    }

    /// One that is not closed goes on to the end of all text.
    private static func skipComment(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest = rest.dropFirst()
        while rest.count >= 2 {
            if rest.starts(with: Array("*/".utf8)) {
                rest = rest.dropFirst(2)
                return true
            }
            rest = rest.dropFirst()
        }
        return false
    }
}
