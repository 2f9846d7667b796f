/// Replaces `${NAME}` and `${NAME:-default}` inside a value. A default also takes the place of an empty variable.
struct Substitution: Sendable {
    /// A value after the replacement.
    struct Result: Sendable, Equatable {
        var text: String
        /// There was something to replace.
        var isSubstituted = false
        /// A part of the text comes from the environment, so that it must not be shown.
        var usesEnvironment = false
        /// What could not be replaced.
        var problems: [Flaw] = []
    }

    /// What cannot be replaced.
    enum Flaw: Equatable {
        case unclosed
        /// What stands between `${` and `}`.
        case malformed(String)
        case unset(String)

        /// - Parameter isSecret: the value may hold a password, of which `${` may be a part.
        func message(isSecret: Bool = false) -> String {
            switch self {
            case .unclosed:
                "\"${\" is not closed; write ${NAME} or ${NAME:-default}"
            case .malformed where isSecret:
                "what stands between \"${\" and \"}\" is not a variable; write ${NAME} or ${NAME:-default}"
            case .malformed(let reference):
                "\"${\(reference)}\" is not a variable; write ${NAME} or ${NAME:-default}"
            case .unset(let name):
                "the variable \(name) is not set and has no default; set it, or write ${\(name):-default}"
            }
        }
    }

    var environment: [String: String]

    func apply(to text: String) -> Result {
        var result = Result(text: "")
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            result.isSubstituted = true
            result.text += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: "}") else {
                result.problems.append(.unclosed)
                return result
            }
            replace(rest[..<close], into: &result)
            rest = rest[rest.index(after: close)...]
        }
        result.text += rest
        return result
    }

    private func replace(_ reference: Substring, into result: inout Result) {
        let separator = reference.firstRange(of: ":-")
        let name = reference[..<(separator?.lowerBound ?? reference.endIndex)]
        let fallback = separator.map { reference[$0.upperBound...] }
        guard Self.isName(name), !(fallback ?? "").contains("${") else {
            result.problems.append(.malformed(String(reference)))
            return
        }
        switch (environment[String(name)], fallback) {
        case (let value?, nil):
            result.text += value
            result.usesEnvironment = true
        case (let value?, .some) where !value.isEmpty:
            result.text += value
            result.usesEnvironment = true
        case (_, let fallback?):
            result.text += fallback
        case (nil, nil):
            result.problems.append(.unset(String(name)))
        }
    }

    static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
