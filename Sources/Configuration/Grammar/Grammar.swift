/// What may stand in a section of the file. The reader, the JSON Schema and the documents all come from these tables.
struct Grammar: Sendable {
    /// A key, with what may stand under it.
    struct Key: Sendable {
        var name: String
        var shape: Shape
        var isRequired = false
        /// One sentence for editors and documents.
        var help: String
        /// Set = the key is known, but refused with this sentence.
        var refusal: String?
    }

    var keys: [Key]
    /// Exactly one of these must be given.
    var oneOf: OneOf?

    /// Keys that exclude each other.
    struct OneOf: Sendable {
        var names: [String]
        /// What they say together, as a sentence.
        var help: String
    }

    init(_ keys: [Key], oneOf: OneOf? = nil) {
        self.keys = keys
        self.oneOf = oneOf
    }

    func key(_ name: String) -> Key? { keys.first { $0.name == name } }

    /// The keys that are accepted.
    var available: [Key] { keys.filter { $0.refusal == nil } }
}

extension Grammar.Key {
    /// A key that may be left out.
    static func optional(_ name: String, _ shape: Shape, _ help: String) -> Self {
        Self(name: name, shape: shape, help: help)
    }

    static func required(_ name: String, _ shape: Shape, _ help: String) -> Self {
        Self(name: name, shape: shape, isRequired: true, help: help)
    }

    /// A key that stands elsewhere.
    /// - Parameter advice: where to write it instead.
    static func misplaced(_ name: String, _ advice: String) -> Self {
        Self(name: name, shape: .value(.text), help: advice, refusal: advice)
    }
}

/// What may stand under a key.
indirect enum Shape: Sendable {
    case value(Kind)
    /// At least one element.
    case list(Shape)
    /// A single value, or a list of at least one.
    case oneOrMore(Kind)
    /// null, true or false, a number or a text, by its form.
    case literal
    /// Names that the file chooses, in its order.
    case table(Kind, Shape)
    case section(Grammar)
    /// A section, or a single value that stands for the section's key of this name.
    case shorthand(String, Grammar)
    /// A text, or `{ file: PATH }`.
    case secret
    /// A value, or a section in its place.
    case valueOr(Kind, Grammar)
}
