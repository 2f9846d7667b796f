import Foundation
import Testing

@testable import CleanupConfiguration

@Suite struct GrammarTests {
    /// Their golden values then show that each key has its effect.
    @Test func theFullFilesGiveEveryKeyThatIsAccepted() throws {
        let given = try ["full", "rows", "keys", "remote"].map(Self.given).reduce(into: Set()) { $0.formUnion($1) }
        #expect(Self.keys(of: .section(.root), at: "").subtracting(given).sorted() == [])
    }

    private static func given(in name: String) throws -> Set<String> {
        let text = try String(contentsOf: CaseFile.folder.appending(path: "good/\(name).yaml"), encoding: .utf8)
        let document = try Document(text)
        let problems = ProblemList()
        let substitution = Substitution(environment: BadFileTests.environment)
        let checker = Checker(masked: [:], substitution: substitution, problems: problems)
        let root = withExtendedLifetime(document) { checker.root(document.root, .root) }
        #expect(problems.problems.isEmpty)
        return keys(of: .section(root), at: "")
    }

    @Test func everyHelpIsASentence() {
        for key in Self.allKeys(of: .section(.root)) {
            #expect(key.refusal != nil || key.help.hasSuffix("."), "\(key.name)")
        }
    }

    /// Names that a file chooses are `*`.
    private static func keys(of value: Value, at path: String) -> Set<String> {
        switch value {
        case .section(let section):
            section.entries.reduce(into: []) { result, pair in
                result.insert(path + pair.key)
                result.formUnion(keys(of: pair.value.value, at: path + pair.key + "."))
            }
        case .table(let table):
            table.entries.reduce(into: []) { $0.formUnion(keys(of: $1.entry.value, at: path + "*.")) }
        case .list(let list):
            list.reduce(into: []) { $0.formUnion(keys(of: $1.value, at: path)) }
        default: []
        }
    }

    private static func keys(of shape: Shape, at path: String) -> Set<String> {
        switch shape {
        case .section(let grammar), .shorthand(_, let grammar), .valueOr(_, let grammar):
            grammar.available.reduce(into: []) { result, key in
                result.insert(path + key.name)
                result.formUnion(keys(of: key.shape, at: path + key.name + "."))
            }
        case .table(_, let element): keys(of: element, at: path + "*.")
        case .list(let element): keys(of: element, at: path)
        case .value, .secret, .oneOrMore, .literal: []
        }
    }

    private static func allKeys(of shape: Shape) -> [Grammar.Key] {
        switch shape {
        case .section(let grammar), .shorthand(_, let grammar), .valueOr(_, let grammar):
            grammar.keys + grammar.keys.flatMap { allKeys(of: $0.shape) }
        case .table(_, let element), .list(let element): allKeys(of: element)
        case .value, .secret, .oneOrMore, .literal: []
        }
    }
}
