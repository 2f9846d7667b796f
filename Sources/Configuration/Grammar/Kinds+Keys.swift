extension Kind {
    /// A glob as Redis has it, where a slash means nothing: `*`, `?`, `[a-z]`, `[^a]`, and `\\` before a character that
    /// stands for itself.
    static let keyGlob = Kind(noun: "a glob of keys such as \"session:*\"", forms: [.text], schema: text.schema) {
        text throws(KindError) in
        guard !text.isEmpty else { throw KindError("is empty; write a glob such as \"session:*\"") }
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard rest.popFirst() != nil else {
                    throw KindError.quoting(
                        "the glob \"\(text)\" ends in \"\\\"; write \"\\\\\" for the character itself"
                    )
                }
            case UInt8(ascii: "["):
                guard skipClass(&rest) else {
                    throw KindError.quoting(
                        "the glob \"\(text)\" has a \"[\" without its \"]\"; write \"\\[\" for the character itself"
                    )
                }
            default: break
            }
        }
        return .text(text)
    }

    /// Goes to the end of a class of characters, as Redis reads it; false = it has none, or nothing is in it.
    private static func skipClass(_ rest: inout Substring.UTF8View) -> Bool {
        if rest.first == UInt8(ascii: "^") { rest.removeFirst() }
        guard rest.first != UInt8(ascii: "]") else { return false }
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]") { return true }
            if byte == UInt8(ascii: "\\") {
                _ = rest.popFirst()
            } else if rest.first == UInt8(ascii: "-"), rest.count >= 2 {
                // A range takes whatever follows as its end, a "]" too.
                rest = rest.dropFirst(2)
            }
        }
        return false
    }

    /// What our own keys begin with.
    static let keyPrefix = matching("[!-~]{1,64}", noun: "1 to 64 printable ASCII characters without blanks")

    /// A field of a hash.
    static let field = Kind(
        noun: "the name of a field",
        forms: [.text],
        schema: ["type": "string", "minLength": 1, "maxLength": 128]
    ) { text throws(KindError) in
        guard (1...128).contains(text.count) else {
            throw KindError("must be the name of a field, of at most 128 characters")
        }
        return .text(text)
    }
}
