import Retention

@testable import CleanupConfiguration
@testable import Clients
@testable import Stores

/// Paths and names: of configurations, of references, of entries, and how people see them.
enum PathsFuzz {
    private static let references = ReferencePaths(root: "/nonexistent/data", aliases: ["/data", "files", "/data/x"])

    static let target = FuzzTarget("paths", longest: 1024) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        try checkAbsolute(text)
        try checkPlace(text)
        try checkReference(text)
        try checkName(bytes)
        let shown = [PathText(bytes).description, DisplayName.printable(bytes)]
        try require(shown.allSatisfy(isPlain), "a name is shown with control characters")
    }

    private static func checkAbsolute(_ text: String) throws {
        let path = Paths.absolute(text, in: "/base/folder")
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isRoot = path.utf8.elementsEqual("/".utf8)
        let isSound = parts.allSatisfy { part in
            !part.isEmpty && ![".", ".."].contains { part.elementsEqual($0.utf8) }
        }
        try require(path.utf8.first == UInt8(ascii: "/") && (isRoot || isSound), "a path is made into \(path)")
        try require(Paths.absolute(path, in: "/elsewhere").utf8.elementsEqual(path.utf8), "\(path) is not itself")
        let slash = UInt8(ascii: "/")
        let written = text.utf8.first == slash ? Array(text.utf8) : Array("/base/folder/\(text)".utf8)
        var expected: [[UInt8]] = []
        for part in written.split(separator: slash).map(Array.init) where part != Array(".".utf8) {
            if part == Array("..".utf8) { _ = expected.popLast() } else { expected.append(part) }
        }
        let isSame = Array(path.utf8.dropFirst()) == Array(expected.joined(separator: [slash]))
        try require(isSame, "the system takes \(text) for another path than \(path)")
    }

    /// A task stays beneath its root.
    private static func checkPlace(_ text: String) throws {
        let value: Value
        do throws(KindError) {
            value = try Kind.place.parse(text)
        } catch {
            return try require(error.isQuoting || isPlain(error.message), "a refusal has control characters")
        }
        guard case .text(let place) = value else { throw FuzzFinding("a place is no text") }
        let parts = place.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isWithin = place.utf8.first != UInt8(ascii: "/") && !parts.contains { $0.elementsEqual("..".utf8) }
        try require(isWithin, "a task works outside of its root, in \(place)")
    }

    private static func checkReference(_ text: String) throws {
        let keys: [[UInt8]]
        do {
            keys = try references.keys(of: text)
        } catch {
            return
        }
        let named = ReferencePaths.split(Array(text.utf8)[...])
        try require(!keys.isEmpty, "a reference is taken and protects nothing")
        for key in keys {
            let parts = key.split(separator: ReferencePaths.separator, omittingEmptySubsequences: false)
            let isEnd = parts.count <= named.count && zip(parts.reversed(), named.reversed()).allSatisfy { $0 == $1 }
            try require(isEnd, "a reference protects what it does not name")
            let isSound = parts.allSatisfy { part in
                !part.isEmpty && ![".", ".."].contains { part.elementsEqual($0.utf8) }
            }
            try require(isSound, "a reference is no path from the root")
        }
    }

    private static func checkName(_ bytes: [UInt8]) throws {
        let buffer = NameBuffer()
        guard let name = buffer.name(bytes[...]) else { return }
        let isSound = !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(0) && bytes != Array("..".utf8)
        try require(isSound && name.bytes.elementsEqual(bytes), "the name of an entry leads elsewhere")
    }
}
