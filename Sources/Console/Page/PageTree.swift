import Mustache

/// Turns the views of pages into what templates read: dictionaries, lists, texts and truth values.
///
/// All texts come through here, so that none can reach a page with more than text: Mustache's escaping looks at whole
/// characters, and `"` with a combining mark after it is another character than `"`.
enum PageTree {
    /// - Parameter value: a struct, list, text, number or truth value, or none.
    static func make(_ value: Any) -> Any {
        switch value {
        case let text as String: return plain(text)
        case is Bool, is any BinaryInteger: return value
        default: break
        }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional { return mirror.children.first.map { make($0.value) } ?? Absent() }
        if mirror.displayStyle == .collection { return mirror.children.map { make($0.value) } }
        var members: [String: Any] = [:]
        for child in mirror.children {
            if let label = child.label { members[label] = make(child.value) }
        }
        return members
    }

    /// The text with all that has grown together with one of HTML's own characters written out: `"` and a combining
    /// acute become `"\u{301}`, spelt.
    static func plain(_ text: String) -> String {
        guard text.contains(where: isHidden) else { return text }
        return text.reduce(into: "") { result, character in
            guard isHidden(character) else { return result.append(character) }
            for scalar in character.unicodeScalars {
                result += scalar.isASCII ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    /// Holds a character that means something in HTML, and is not that character.
    private static func isHidden(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        return scalars.count > 1 && scalars.contains { "<>&\"'".unicodeScalars.contains($0) }
    }
}

/// What is not there, and is not looked for further out either: of a run without a name, a page must not show the name of
/// who looks.
private struct Absent: MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
}
