import Retention
import Yams

extension Checker {
    /// A key of a mapping, with its place and what stands under it.
    private struct Pair {
        var name: String
        var position: Position
        var node: Node
    }

    /// What is wrong with it is added to `problems`; whoever asked for a section gets all of it that can be read.
    func section(_ mapping: Node.Mapping, _ grammar: Grammar, at position: Position, _ path: String) -> Entry? {
        let before = problems.count
        var result = Section(grammar: grammar, position: position, path: path)
        var given: Set<String> = []
        var hasMisplaced = false
        for pair in pairs(mapping, path) where !problems.isFull {
            let keyPath = Shown.path(path, pair.name)
            given.insert(pair.name)
            guard let key = grammar.key(pair.name) else {
                problems.add(pair.position, keyPath, unknown(pair.name, in: grammar))
                continue
            }
            if let refusal = key.refusal {
                problems.add(pair.position, keyPath, refusal)
                hasMisplaced = true
                continue
            }
            result.entries[key.name] = entry(pair.node, as: key.shape, at: keyPath, key: pair.position)
        }
        // A key that stands elsewhere may have been meant for the missing one.
        for key in grammar.keys where key.isRequired && !hasMisplaced && !given.contains(key.name) {
            problems.add(position, path, "the key \"\(key.name)\" is missing: \(key.help)")
        }
        if let oneOf = grammar.oneOf, !hasMisplaced { check(oneOf, given, at: position, path) }
        result.isWhole = problems.count == before
        return Entry(value: .section(result), position: position, path: path)
    }

    private func check(_ oneOf: Grammar.OneOf, _ given: Set<String>, at position: Position, _ path: String) {
        func quoted(_ names: [String]) -> [String] { names.map { "\"\($0)\"" } }
        switch oneOf.names.count(where: given.contains) {
        case 0:
            let names = quoted(oneOf.names)
            let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            problems.add(position, path, "the key \(list) is missing: \(oneOf.help)")
        case 1: break
        default:
            let list = quoted(oneOf.names.filter(given.contains)).joined(separator: " and ")
            problems.add(position, path, "\(list) exclude each other; keep one of them")
        }
    }

    /// A single value that stands for one key of a section; `nil` only for a name that no grammar has, since the shape
    /// itself brings it.
    func shorthand(_ node: Node, _ name: String, _ grammar: Grammar, at position: Position, _ path: String) -> Entry? {
        guard let key = grammar.key(name) else { return nil }
        let before = problems.count
        var result = Section(grammar: grammar, position: position, path: path)
        result.entries[name] = entry(node, as: key.shape, at: path, key: nil)
        result.isWhole = problems.count == before
        return Entry(value: .section(result), position: position, path: path)
    }

    /// `nil` for an empty one, which is added to `problems`.
    func table(
        _ mapping: Node.Mapping,
        _ names: Kind,
        _ element: Shape,
        at position: Position,
        _ path: String
    ) -> Entry? {
        guard !mapping.isEmpty else {
            problems.add(position, path, "is empty; leave it out, or name at least one")
            return nil
        }
        var result = Table()
        for pair in pairs(mapping, path) where !problems.isFull {
            let keyPath = Shown.path(path, pair.name)
            result.declared.append(pair.name)
            do {
                _ = try names.parse(pair.name)
            } catch {
                problems.add(pair.position, keyPath, "the name \"\(Shown.text(pair.name))\" \(error.message)")
                continue
            }
            if let entry = entry(pair.node, as: element, at: keyPath, key: pair.position) {
                result.entries.append((pair.name, entry))
            }
        }
        return Entry(value: .table(result), position: position, path: path)
    }

    /// The keys in the order of the file; what cannot be a key, and repeated keys, are reported.
    private func pairs(_ mapping: Node.Mapping, _ path: String) -> [Pair] {
        var first: [String: Position] = [:]
        var result: [Pair] = []
        for (key, node) in mapping {
            let position = key.position
            if let name = masked[position] {
                first[name] = min(first[name] ?? position, position)
                continue
            }
            guard case .scalar(let scalar) = key, isKey(scalar) else {
                problems.add(position, path, "a key must be a plain word, found \(key.noun)")
                continue
            }
            if scalar.string == "<<", scalar.style == .plain {
                problems.add(position, path, "merging by << is not supported; write the keys out")
                continue
            }
            result.append(Pair(name: scalar.string, position: position, node: node))
        }
        for pair in result {
            guard let earlier = first[pair.name] else { continue }
            let message = "stands here for the second time, first in line \(earlier.line); keep one of them"
            problems.add(pair.position, Shown.path(path, pair.name), message)
        }
        return result
    }

    private func isKey(_ scalar: Node.Scalar) -> Bool {
        !scalar.string.isEmpty && scalar.anchor == nil && Node.scalar(scalar).tag.rawValue.hasSuffix(":str")
    }

    private func unknown(_ name: String, in grammar: Grammar) -> String {
        let suggestion = EditDistance.suggestion(for: name, among: grammar.keys.map(\.name))
        guard suggestion.isEmpty else { return "unknown key \"\(Shown.text(name))\"\(suggestion)" }
        let known = grammar.available.map(\.name).joined(separator: ", ")
        return "unknown key \"\(Shown.text(name))\"; known here: \(known)"
    }
}
