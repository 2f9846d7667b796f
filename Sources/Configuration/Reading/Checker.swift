import Yams

/// Holds a document against its grammar: unknown keys, repeated keys, wrong types, wrong values, missing keys.
///
/// What is right comes out as sections of checked values; everything else goes to the list of problems.
struct Checker {
    let masked: [Position: String]
    let substitution: Substitution
    let problems: ProblemList

    /// The checked root; what was wrong in it is missing.
    func root(_ node: Node, _ grammar: Grammar) -> Section {
        let empty = Section(grammar: grammar, position: Position(line: 1, column: 1), path: "", isWhole: false)
        return entry(node, as: .section(grammar), at: "", key: nil)?.section ?? empty
    }

    /// - Parameter key: the place of the node's key, where a section's own problems are reported.
    func entry(_ node: Node, as shape: Shape, at path: String, key: Position?) -> Entry? {
        guard isPlain(node, path) else { return nil }
        switch (shape, node) {
        case (.value(let kind), .scalar(let scalar)), (.valueOr(let kind, _), .scalar(let scalar)),
            (.oneOrMore(let kind), .scalar(let scalar)):
            return value(scalar, kind, path)
        case (.literal, .scalar(let scalar)):
            return literal(scalar, path)
        case (.list(let element), .sequence(let sequence)):
            return list(sequence, element, at: node.position, path)
        case (.oneOrMore(let kind), .sequence(let sequence)):
            return list(sequence, .value(kind), at: node.position, path)
        case (.table(let names, let element), .mapping(let mapping)):
            return table(mapping, names, element, at: key ?? node.position, path)
        case (.section(let grammar), .mapping(let mapping)), (.shorthand(_, let grammar), .mapping(let mapping)),
            (.valueOr(_, let grammar), .mapping(let mapping)):
            return section(mapping, grammar, at: key ?? node.position, path)
        case (.shorthand(let name, let grammar), .scalar):
            return shorthand(node, name, grammar, at: key ?? node.position, path)
        case (.secret, .scalar(let scalar)):
            return secret(scalar, path)
        case (.secret, .mapping(let mapping)):
            return section(mapping, .secretFile, at: key ?? node.position, path)
        default:
            problems.add(node.position, path, "must be \(shape.noun), found \(node.noun)")
        }
        return nil
    }

    /// Refuses what YAML can and a configuration does not need: tags, anchors, aliases.
    private func isPlain(_ node: Node, _ path: String) -> Bool {
        if node.anchor != nil {
            problems.add(node.position, path, SyntaxProblem.refusal)
            return false
        }
        if !["str", "seq", "map"].contains(where: { node.tag.rawValue == "tag:yaml.org,2002:" + $0 }) {
            problems.add(node.position, path, "tags (!name) are not supported; write the value without")
            return false
        }
        return true
    }

    private func value(_ node: Node.Scalar, _ kind: Kind, _ path: String) -> Entry? {
        let position = Node.scalar(node).position
        guard let scalar = written(node, kind, path) else { return nil }
        if let form = scalar.form, !kind.forms.contains(form) {
            problems.add(position, path, "must be \(kind.noun), found \(form.noun)\(form.hint(for: kind, node.string))")
            return nil
        }
        do {
            let value = try kind.parse(scalar.text)
            return Entry(
                value: value,
                position: position,
                path: path,
                shown: kind.isSecret ? "" : Shown.text(scalar.shown),
                isPrivate: kind.isSecret || scalar.isPrivate
            )
        } catch {
            let hidden = "\"\(Shown.text(scalar.shown))\" does not give \(kind.noun)"
            problems.add(position, path, Shown.message(scalar.isPrivate && error.isQuoting ? hidden : error.message))
            return nil
        }
    }

    /// The value with its variables replaced; `nil` = they cannot be, which is reported.
    private func written(_ node: Node.Scalar, _ kind: Kind, _ path: String) -> WrittenValue? {
        let position = Node.scalar(node).position
        let replaced = kind.isReplaced ? substitution.apply(to: node.string) : .init(text: node.string)
        guard kind.isReplaced || !node.string.contains("${") else {
            problems.add(position, path, Message.variableInSQL)
            return nil
        }
        guard replaced.problems.isEmpty else {
            for problem in replaced.problems { problems.add(position, path, problem.message(isSecret: kind.isSecret)) }
            return nil
        }
        guard !replaced.text.contains("\0") else {
            problems.add(position, path, "must not hold a NUL character")
            return nil
        }
        return WrittenValue(node, replaced: replaced)
    }

    /// A value of any form. What variables stand for is read as if it were written there.
    private func literal(_ node: Node.Scalar, _ path: String) -> Entry? {
        let position = Node.scalar(node).position
        guard let scalar = written(node, .text, path) else { return nil }
        guard let literal = TaskConfiguration.Literal(scalar.text, form: WrittenValue.form(of: scalar.text, node.style))
        else {
            problems.add(position, path, "must be a whole number of at most 64 bits")
            return nil
        }
        return Entry(value: .literal(literal), position: position, path: path)
    }

    private func list(_ sequence: Node.Sequence, _ element: Shape, at position: Position, _ path: String) -> Entry? {
        guard !sequence.isEmpty else {
            problems.add(position, path, "is an empty list; leave it out, or name at least one")
            return nil
        }
        let entries = sequence.enumerated().compactMap { index, node in
            entry(node, as: element, at: "\(path)[\(index)]", key: nil)
        }
        return Entry(value: .list(entries), position: position, path: path)
    }

    private func secret(_ node: Node.Scalar, _ path: String) -> Entry? {
        guard let entry = value(node, .secretText, path), case .text(let text) = entry.value else { return nil }
        var result = entry
        result.value = .secret(Secret.Text(text))
        result.shown = ""
        result.isPrivate = true
        return result
    }
}
