import Yams

/// What keeps a text from being YAML at all, in words. Never quotes the file: a line may hold a secret.
enum SyntaxProblem {
    /// Refuses control characters, which editors do not show.
    static func checkCharacters(_ text: String) throws(Problem) {
        var position = Position(line: 1, column: 1)
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if isForbidden(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
                throw Problem(position.line, position.column, "the character U+\(padded) is not allowed; delete it")
            }
            if scalar == "\n" && previous == "\r" {
                previous = scalar
                continue
            }
            if scalar == "\n" || scalar == "\r" {
                position = Position(line: position.line + 1, column: 1)
            } else {
                position.column += 1
            }
            previous = scalar
        }
    }

    /// As YAML has it: all but printable characters, tab and line ends.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85: false
        case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    /// Refuses a file of many aliases before it is composed: a few lines of them can stand for billions of values
    /// ("billion laughs"). The few that remain are refused one by one, with their places.
    static func checkAliases(_ text: String) throws(Problem) {
        let limit = 8
        var anchors = 0
        var aliases = 0
        var line = 1
        for content in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            defer { line += 1 }
            let bytes = Array(content.utf8)
            if bytes.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "#") { continue }
            anchors += count(of: UInt8(ascii: "&"), in: bytes)
            aliases += count(of: UInt8(ascii: "*"), in: bytes)
            if anchors > 0, aliases > limit {
                throw Problem(line, 1, "\(refusal); this file has more than \(limit)")
            }
        }
    }

    static let refusal =
        "anchors (&name) and aliases (*name) are not supported: write the value out; put globs in quotes"

    /// How often the sign stands where YAML would see an anchor or an alias. May count too many, never too few.
    private static func count(of sign: UInt8, in bytes: [UInt8]) -> Int {
        bytes.indices.count { index in
            guard bytes[index] == sign, index + 1 < bytes.count, bytes[index + 1] > UInt8(ascii: " ") else {
                return false
            }
            guard index > 0 else { return true }
            switch bytes[index - 1] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","),
                UInt8(ascii: ":"):
                return true
            default: return false
            }
        }
    }

    /// An error of the YAML library as a problem with a place, and a hint where the cause is a common one.
    static func problem(of error: any Error, in text: String) -> Problem {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let hint = hint(for: problem, context?.text, at: mark, in: text)
            return Problem(mark.line, mark.column, "this is not YAML: \(problem)\(hint)")
        case YamlError.reader(let problem, _, _, _):
            return Problem(1, 1, "this is not YAML: \(problem)")
        case YamlError.memory:
            return Problem(1, 1, "the file is nested too deeply, or there is not enough memory to read it")
        default:
            return Problem(1, 1, "this cannot be read as YAML")
        }
    }

    private static func hint(for problem: String, _ context: String?, at mark: Mark, in text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
        let scalars = Array(line.unicodeScalars)
        let found = scalars.indices.contains(mark.column - 1) ? scalars[mark.column - 1] : " "
        if problem.contains("another document") { return "; keep one document in the file (one ---)" }
        if found == "\t" { return "; indent with spaces, not with tabs" }
        if context?.contains("alias") == true || problem.contains("alias") { return "; put globs in quotes" }
        if line.contains("${") { return "; put values with ${…} in quotes" }
        return ""
    }
}
