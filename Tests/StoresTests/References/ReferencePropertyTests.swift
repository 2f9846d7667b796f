import Foundation
import Retention
import Stores
import Support
import Testing

@Suite("References: against a plain reference")
struct ReferencePropertyTests {
    private static let names = ["a", "b", "ab", "a b", "a.b", "aa", "\u{1}", "é", "c"]

    @Test func randomTreesAndReferencesAgree() throws {
        var random = SeededGenerator(seed: 4_711)
        for round in 0..<150 {
            let seed = random.state
            let world = try ReferencesWorld((0..<20).map { _ in Self.path(&random, ending: "-f") })
            let aliases = ["/data", "/mnt/store/x"]
            let named = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                Self.path(&random, ending: random.oneIn(2) ? "-f" : "")
            }
            let written = named.map { Self.write($0, world.root, aliases, &random) }
            let isDirectory = random.oneIn(2)
            let specification = FilesSpecification(
                type: isDirectory ? .directory : .file,
                depth: isDirectory ? Int.random(in: 1...3, using: &random) : nil
            )
            let store = world.store([.naming(written)], specification, aliases: aliases)
            for (item, hold) in try world.holds(store) {
                let expected = named.contains { Self.isNamed(item, by: $0) }
                #expect((hold != nil) == expected, "\(item) by \(written), round \(round), seed \(seed)")
            }
        }
    }

    /// Component by component, without any cleverness.
    private static func isNamed(_ item: String, by reference: String) -> Bool {
        let (left, right) = (item.components(separatedBy: "/"), reference.components(separatedBy: "/"))
        let length = min(left.count, right.count)
        return left.prefix(length).map { Array($0.utf8) } == right.prefix(length).map { Array($0.utf8) }
    }

    private static func path(_ random: inout SeededGenerator, ending: String) -> String {
        let directories = (0..<Int.random(in: 0...3, using: &random)).map { _ in random.pick(names) }
        return (directories + [random.pick(names) + ending]).joined(separator: "/")
    }

    /// The same path in one of the forms that are allowed.
    private static func write(
        _ path: String,
        _ root: String,
        _ aliases: [String],
        _ random: inout SeededGenerator
    ) -> String {
        let prefix = random.pick(["", "./", root + "/"] + aliases.map { $0 + "/" })
        let slashes = random.pick(["/", "//", "/./"])
        return prefix + path.replacingOccurrences(of: "/", with: slashes) + random.pick(["", "/", "/.", "//"])
    }
}
