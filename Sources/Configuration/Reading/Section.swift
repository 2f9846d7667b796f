import Retention

/// Where something stands in the file, both from 1.
struct Position: Sendable, Hashable, Comparable {
    var line: Int
    var column: Int

    static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A checked value with its place.
struct Entry: Sendable {
    var value: Value
    /// Of the value.
    var position: Position
    /// Its key's place in the document.
    var path: String
    /// What may be shown of a single value.
    var shown: String = ""
    /// A part of the value comes from the environment, and must not be shown.
    var isPrivate = false
}

/// A checked table of names that the file chooses.
struct Table: Sendable {
    /// Those that are right, in the order of the file.
    var entries: [(name: String, entry: Entry)] = []
    /// All that are given, right or wrong: who refers to one of them has made no mistake.
    var declared: [String] = []
}

/// A checked section: for each of its keys that is given and right, the value.
///
/// What was wrong is not here and has been reported, so that a missing key never means a second error.
struct Section: Sendable {
    var grammar: Grammar
    var entries: [String: Entry] = [:]
    /// Of the section's own key.
    var position: Position
    var path: String
    /// Nothing in it, at any depth, was wrong.
    var isWhole = true

    /// The entry of a key of the grammar; asking for any other key is a programmer's error.
    subscript(key: String) -> Entry? {
        precondition(grammar.key(key) != nil, "the grammar of \"\(path)\" has no key \"\(key)\"")
        return entries[key]
    }

    func flag(_ key: String) -> Bool? {
        if case .flag(let value)? = self[key]?.value { value } else { nil }
    }

    func integer(_ key: String) -> Int? {
        if case .integer(let value)? = self[key]?.value { value } else { nil }
    }

    func number(_ key: String) -> Double? {
        if case .number(let value)? = self[key]?.value { value } else { nil }
    }

    func text(_ key: String) -> String? {
        if case .text(let value)? = self[key]?.value { value } else { nil }
    }

    func age(_ key: String) -> Age? {
        if case .age(let value)? = self[key]?.value { value } else { nil }
    }

    func milliseconds(_ key: String) -> Int64? {
        if case .milliseconds(let value)? = self[key]?.value { value } else { nil }
    }

    func bytes(_ key: String) -> Int64? {
        if case .bytes(let value)? = self[key]?.value { value } else { nil }
    }

    func section(_ key: String) -> Section? {
        if case .section(let value)? = self[key]?.value { value } else { nil }
    }

    func list(_ key: String) -> [Entry] {
        if case .list(let value)? = self[key]?.value { value } else { [] }
    }

    /// `nil` = not given, or wrong as a whole.
    func table(_ key: String) -> Table? {
        if case .table(let value)? = self[key]?.value { value } else { nil }
    }

    /// Where a key beneath this section stands (`keep.groups.prod`), or the nearest section around it that is given.
    func place(of key: String) -> (position: Position, path: String) {
        let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = parts.first, let entry = entries[first] else { return (position, path) }
        guard parts.count > 1 else { return entry.place }
        switch entry.value {
        case .section(let section): return section.place(of: parts[1])
        case .table(let table): return table.entries.first { $0.name == parts[1] }?.entry.place ?? entry.place
        default: return entry.place
        }
    }

    /// The texts of a list.
    func texts(_ key: String) -> [String] { list(key).compactMap(\.text) }

    /// The texts of a table, by their names.
    func texts(named key: String) -> [String: String] {
        let pairs = (table(key)?.entries ?? []).compactMap { name, entry in entry.text.map { (name, $0) } }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The texts of a list, or the one that stands in its place.
    func oneOrMore(_ key: String) -> [String] { text(key).map { [$0] } ?? texts(key) }
}

extension Entry {
    /// Of a section, that of its key.
    fileprivate var place: (position: Position, path: String) { (section?.position ?? position, path) }

    var text: String? {
        if case .text(let value) = value { value } else { nil }
    }

    var section: Section? {
        if case .section(let value) = value { value } else { nil }
    }
}
