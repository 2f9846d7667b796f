import Yams

/// A single value of the document after its variables were replaced.
struct WrittenValue: Sendable {
    /// The value.
    var text: String
    /// What YAML makes of it as it is written; `nil` = it holds variables, so that its key decides.
    var form: Kind.Form?
    /// What may be shown of it: the value, or how it is written when a variable's value is in it.
    var shown: String
    /// A part of it comes from the environment.
    var isPrivate: Bool

    init(_ scalar: Node.Scalar, replaced: Substitution.Result) {
        text = replaced.text
        isPrivate = replaced.usesEnvironment
        shown = replaced.usesEnvironment ? scalar.string : replaced.text
        form = replaced.isSubstituted ? nil : Self.form(of: scalar)
    }

    /// As the core schema of YAML 1.2 has it, without its octal and hexadecimal numbers, infinities and NaN.
    static func form(of scalar: Node.Scalar) -> Kind.Form { form(of: scalar.string, scalar.style) }

    /// As if the text stood there in this style.
    static func form(of text: String, _ style: Node.Scalar.Style) -> Kind.Form {
        guard style == .plain else { return .text }
        switch text {
        case "", "~", "null", "Null", "NULL": return .nothing
        case "true", "True", "TRUE", "false", "False", "FALSE": return .flag
        case let text where isInteger(text): return .integer
        case let text where isNumber(text): return .number
        default: return .text
        }
    }

    /// A sign and digits. Leading zeros are left out, because YAML 1.1 and 1.2 read them differently.
    static func isInteger(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return isDigits(digits) && (digits == "0" || !digits.hasPrefix("0"))
    }

    /// A sign, digits, and digits after a point.
    static func isNumber(_ text: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, isInteger(String(whole)) else { return false }
        return parts.count == 1 || isDigits(parts[1])
    }

    static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension StringProtocol {
    /// Without spaces at its ends.
    var trimmed: String {
        var rest = Substring(self)
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
