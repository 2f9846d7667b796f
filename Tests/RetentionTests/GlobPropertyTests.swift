import Retention
import Support
import Testing

/// Globs against a matcher that tries everything, on random globs that are built as trees and written out.
@Suite struct GlobPropertyTests {
    private indirect enum Part {
        case literal(Character)
        case any, star, deepLeading, deepMiddle, deepTrailing
        case oneOf([Character], negated: Bool)
        case choice([[Part]])
        case slash
    }

    @Test func agreesWithExhaustiveMatcher() throws {
        var matched = 0
        for seed in UInt64(0)..<20_000 {
            var random = SeededGenerator(seed: seed)
            let parts = Self.path(&random)
            let text = parts.map(Self.written).joined()
            let glob: Glob
            do {
                glob = try Glob(text)
            } catch {
                #expect(error.code == .exploding, "seed \(seed): \(error)")
                continue
            }
            for _ in 0..<4 {
                let path = random.oneIn(2) ? Self.subject(&random) : Self.example(of: parts, &random)
                let expected = Self.matches(parts[...], Array(path)[...], isStart: true)
                #expect(glob.matches(path.utf8) == expected, "seed \(seed): \(text) on \(path)")
                matched += expected ? 1 : 0
            }
        }
        // Random paths rarely match; the test says something only if many do.
        #expect(matched > 20_000)
    }

    // MARK: Random globs

    private static func path(_ random: inout SeededGenerator) -> [Part] {
        var parts: [Part] = []
        if random.oneIn(4) { parts.append(.deepLeading) }
        let components = Int.random(in: 1...3, using: &random)
        for index in 0..<components {
            if index > 0 { parts.append(random.oneIn(3) ? .deepMiddle : .slash) }
            parts += component(&random, depth: 0)
        }
        if random.oneIn(5) { parts.append(.deepTrailing) }
        return parts
    }

    private static func component(_ random: inout SeededGenerator, depth: Int) -> [Part] {
        // A literal first, so that no component comes out as "**", "." or empty.
        var parts: [Part] = [.literal(random.pick(["a", "b", "*", "{"]))]
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: parts.append(.any)
            case 1, 2: parts.append(.star)
            case 3: parts.append(.oneOf(["a", random.pick(["b", "]", "-"])], negated: random.oneIn(2)))
            case 4 where depth < 2:
                let count = Int.random(in: 2...3, using: &random)
                parts.append(.choice((0..<count).map { _ in component(&random, depth: depth + 1) }))
            default: parts.append(.literal(random.pick(["a", "b", "."])))
            }
        }
        return random.oneIn(2) ? parts.reversed() : parts
    }

    private static func written(_ part: Part) -> String {
        switch part {
        case .literal(let character): "*{".contains(character) ? "\\\(character)" : "\(character)"
        case .any: "?"
        case .star: "*"
        case .deepLeading: "**/"
        case .deepMiddle: "/**/"
        case .deepTrailing: "/**"
        case .oneOf(let members, let negated):
            "[\(negated ? "!" : "")\(members.contains("]") ? "]" : "")\(String(members.filter { $0 != "]" }))]"
        case .choice(let alternatives): "{\(alternatives.map { $0.map(written).joined() }.joined(separator: ","))}"
        case .slash: "/"
        }
    }

    private static func subject(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            String(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in random.pick(["a", "a", "b", ".", "*", "{"]) }
            )
        }.joined(separator: "/")
    }

    /// A path that the glob covers, more often than not.
    private static func example(of parts: [Part], _ random: inout SeededGenerator) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let character): text.append(character)
            case .any: text += random.pick(["a", "b", "."])
            case .star: text += random.pick(["", "a", "ba", "{"])
            case .deepLeading: text += random.pick(["", "a/", "b/a/"])
            case .deepMiddle: text += random.pick(["/", "/a/", "/a/b/"])
            case .deepTrailing: text += random.pick(["/a", "/b/a"])
            case .oneOf(let members, let negated): text.append(negated ? "." : random.pick(members))
            case .choice(let alternatives): text += example(of: random.pick(alternatives), &random)
            case .slash: text += "/"
            }
        }
        return random.oneIn(4) ? text + random.pick(["a", "/b"]) : text
    }

    // MARK: The exhaustive matcher

    private static func matches(_ parts: ArraySlice<Part>, _ text: ArraySlice<Character>, isStart: Bool) -> Bool {
        guard let part = parts.first else { return text.isEmpty }
        let rest = parts.dropFirst()
        switch part {
        case .literal(let character):
            return text.first == character && matches(rest, text.dropFirst(), isStart: false)
        case .any:
            return text.first.map { $0 != "/" } ?? false && matches(rest, text.dropFirst(), isStart: false)
        case .slash: return text.first == "/" && matches(rest, text.dropFirst(), isStart: false)
        case .oneOf(let members, let negated):
            guard let first = text.first, first != "/", members.contains(first) != negated else { return false }
            return matches(rest, text.dropFirst(), isStart: false)
        case .star:
            if matches(rest, text, isStart: false) { return true }
            return text.first.map { $0 != "/" } ?? false && matches(parts, text.dropFirst(), isStart: false)
        case .choice(let alternatives):
            return alternatives.contains { matches($0 + rest, text, isStart: isStart) }
        case .deepLeading:
            return cuts(of: text).contains { matches(rest, text.dropFirst($0), isStart: true) }
        case .deepMiddle:
            guard text.first == "/" else { return false }
            let tail = text.dropFirst()
            return cuts(of: tail).contains { matches(rest, tail.dropFirst($0), isStart: true) }
        case .deepTrailing: return text.first == "/" && text.count > 1
        }
    }

    /// How many characters whole components at the front take: none, one component and its slash, two, …
    private static func cuts(of text: ArraySlice<Character>) -> [Int] {
        [0] + text.enumerated().filter { $0.element == "/" }.map { $0.offset + 1 }
    }
}
