/// Leads from a JSON value to one within it (RFC 6901).
package struct JSONPointer: Sendable, Hashable {
    /// Names of members and indices of elements, from the outside in, as UTF-8.
    package let tokens: [[UInt8]]

    /// Reads `/a/b`; the empty text leads to the whole.
    /// - Returns: `nil` if it neither is empty nor begins with a slash, or if a `~` is followed by neither 0 nor 1.
    package init?(_ text: String) {
        guard text.isEmpty || text.hasPrefix("/") else { return nil }
        var tokens: [[UInt8]] = []
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let token = Self.unescaped(part) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    private init(tokens: [[UInt8]]) {
        self.tokens = tokens
    }

    /// A field of an entry: a pointer if it begins with a slash, else the name of a member.
    /// - Returns: `nil` for a pointer that is none.
    package init?(field: String) {
        if field.hasPrefix("/") {
            self.init(field)
        } else {
            self.init(tokens: [Array(field.utf8)])
        }
    }

    private static func unescaped(_ part: Substring.UTF8View) -> [UInt8]? {
        var token: [UInt8] = []
        var rest = part[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                token.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): token.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): token.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return token
    }

    /// The index of an element that a token stands for, written as the RFC has it.
    static func index(_ token: [UInt8]) -> Int? {
        guard let first = token.first, token.count <= 9, first != UInt8(ascii: "0") || token.count == 1 else {
            return nil
        }
        var index = 0
        for byte in token {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            index = index * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return index
    }
}
