import Glibc

/// Turns what a reference says into paths from the root. A path is a key of bytes: its components, with a zero between.
struct ReferencePaths: Sendable {
    /// Why a value is not a path that could protect something.
    struct Refusal: Error {
        /// Follows the value: `lies outside …`.
        let finding: String
    }

    private struct Prefix: Sendable, Equatable {
        var isAbsolute: Bool
        var components: [ArraySlice<UInt8>]
    }

    static let separator: UInt8 = 0

    private let prefixes: [Prefix]
    /// `nil` = what is named are no paths but names, which mean what they say.
    private let rootText: String?
    private let links: ReferenceLinks?

    /// - Parameters:
    ///   - root: as the connection's url says it; absolute. `nil` = names are no paths, as those of keys.
    ///   - aliases: prefixes under which others name the root.
    init(root: String?, aliases: [String]) {
        rootText = root
        guard let root else {
            prefixes = []
            links = nil
            return
        }
        let links = ReferenceLinks(root: root)
        var prefixes: [Prefix] = []
        for text in [root, links.resolvedRoot] + aliases {
            let bytes = Array(text.utf8)
            let prefix = Prefix(isAbsolute: bytes.first == UInt8(ascii: "/"), components: Self.split(bytes[...]))
            if !prefixes.contains(prefix) { prefixes.append(prefix) }
        }
        self.prefixes = prefixes
        self.links = links
    }

    /// What is named are no paths.
    var areNames: Bool { rootText == nil }

    /// The paths that a value may mean, each from the root: where aliases overlap there are several, and all are kept.
    func keys(of value: String) throws(Refusal) -> [[UInt8]] {
        let bytes = Array(value.utf8)
        guard let rootText else { return [bytes] }
        guard !bytes.contains(Self.separator) else { throw Refusal(finding: "contains a zero byte") }
        let components = Self.split(bytes[...])
        guard !components.contains(where: { $0.elementsEqual("..".utf8) }) else {
            throw Refusal(finding: "contains .., so that what it names cannot be told; let the query give plain paths")
        }
        let isAbsolute = bytes.first == UInt8(ascii: "/")
        var found = prefixes.filter { prefix in
            prefix.isAbsolute == isAbsolute && components.starts(with: prefix.components, by: { $0.elementsEqual($1) })
        }.map { Array(components.dropFirst($0.components.count)) }
        if !isAbsolute {
            // Of `file://…` and the like nothing lies beneath the root, and the task would not notice.
            guard !Self.hasScheme(bytes) || !found.isEmpty else {
                throw Refusal(finding: "is a URL and no path; let the query give paths")
            }
            if !found.contains(where: { Self.isEqual($0, components) }) { found.append(components) }
        }
        guard !found.isEmpty else {
            throw Refusal(
                finding: "lies outside of the root \(rootText) and its aliases, and so would protect nothing; "
                    + "add the prefix to the connection's aliases, or correct the query"
            )
        }
        guard !found.contains(where: \.isEmpty) else {
            throw Refusal(finding: "names the root itself, so that nothing could ever go; correct the query")
        }
        return found.flatMap { [Self.key($0)] + (links?.otherNames(of: $0) ?? []) }
    }

    static func key(_ components: some Sequence<ArraySlice<UInt8>>) -> [UInt8] {
        Array(components.joined(separator: [separator]))
    }

    /// Without empty components and single dots.
    static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    }

    private static func isEqual(_ left: [ArraySlice<UInt8>], _ right: [ArraySlice<UInt8>]) -> Bool {
        left.elementsEqual(right) { $0.elementsEqual($1) }
    }

    /// Letters and digits, then `://`.
    private static func hasScheme(_ bytes: [UInt8]) -> Bool {
        let scheme = bytes.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return !scheme.isEmpty && bytes.dropFirst(scheme.count).starts(with: "://".utf8)
    }
}
