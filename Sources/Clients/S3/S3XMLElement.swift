/// An element of an XML document, without its namespace and attributes, which S3's answers do not need.
struct S3XMLElement: Sendable, Equatable {
    let name: String
    /// All text directly in it, spaces and line ends included.
    var text = ""
    var children: [S3XMLElement] = []

    init(name: String) { self.name = name }

    /// The first child of that name.
    subscript(_ name: String) -> S3XMLElement? { children.first { $0.name == name } }

    /// All children of that name.
    func all(_ name: String) -> [S3XMLElement] { children.filter { $0.name == name } }

    /// The text without the white space around it; `nil` if there is nothing else. Not for keys, which may have it.
    var word: String? {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !S3XMLParser.isSpace($0) }) else { return nil }
        let last = bytes.lastIndex { !S3XMLParser.isSpace($0) } ?? first
        if first == bytes.startIndex, bytes.index(after: last) == bytes.endIndex { return text }
        return String(text[first...last])
    }
}
