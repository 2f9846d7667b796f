import Yams

extension Node {
    /// Every node that was parsed has a place.
    var position: Position { Position(line: mark?.line ?? 1, column: mark?.column ?? 1) }

    /// What it is, for "found …".
    var noun: String {
        switch self {
        case .scalar(let scalar): scalar.string.contains("${") ? "a value" : WrittenValue.form(of: scalar).noun
        case .mapping: "a section"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension Shape {
    /// What it wants, for "must be …".
    var noun: String {
        switch self {
        case .value(let kind): kind.noun
        case .valueOr(let kind, _): "\(kind.noun), or a section of keys"
        case .oneOrMore(let kind): "\(kind.noun), or a list"
        case .literal: "null, true or false, a number or a text"
        case .list: "a list"
        case .table: "a section of names, each with what belongs to it"
        case .section: "a section of keys"
        case .shorthand(let name, let grammar):
            "\(grammar.key(name)?.shape.kind?.noun ?? "a value"), or a section of keys"
        case .secret: "a text, or { file: PATH }"
        }
    }

    /// Of the single value that may stand here.
    private var kind: Kind? {
        switch self {
        case .value(let kind), .valueOr(let kind, _), .oneOrMore(let kind): kind
        default: nil
        }
    }
}

extension Kind.Form {
    /// What it is, for "found …".
    var noun: String {
        switch self {
        case .nothing: "nothing"
        case .flag: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "a text"
        }
    }

    /// What to do about a value that is right but for its form.
    func hint(for kind: Kind, _ text: String) -> String {
        switch self {
        case .text where kind.accepts(text): "; take the quotes away"
        case .flag, .integer, .number:
            kind.forms == [.text] && kind.accepts(text) ? "; put it in quotes" : ""
        default: ""
        }
    }
}
