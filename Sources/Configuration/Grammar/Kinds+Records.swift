extension Kind {
    /// Empty, or a slash before each part; `~` only as `~0` and `~1`.
    private static let pointerPattern = "^(/([^/~]|~[01])*)*$"

    /// A JSON pointer (RFC 6901).
    static let pointer = Kind(
        noun: "a JSON pointer such as \"/tokens\"",
        forms: [.text],
        schema: ["type": "string", "pattern": .string(pointerPattern)]
    ) { text throws(KindError) in
        guard isPointer(text) else {
            throw KindError.quoting(
                "\"\(text)\" is no JSON pointer; write for example /tokens, with ~1 for a slash and ~0 for a tilde in a name"
            )
        }
        return .text(text)
    }

    /// A field of a record: the name of a member or, beginning with a slash, a JSON pointer within the record.
    static let recordField = Kind(noun: field.noun, forms: field.forms, schema: field.schema) {
        text throws(KindError) in
        text.hasPrefix("/") ? try pointer.parse(text) : try field.parse(text)
    }

    /// The value of a label or a tag: a text that may be empty. A number and true or false are taken as they are written.
    static let label = Kind(
        noun: "a text",
        forms: [.text, .flag, .integer, .number],
        schema: ["type": ["string", "boolean", "number"]]
    ) { text throws(KindError) in
        .text(text)
    }

    private static func isPointer(_ text: String) -> Bool {
        guard text.isEmpty || text.hasPrefix("/") else { return false }
        return text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
    }
}
