import Yams

/// A file as YAML nodes with their places; syntax only.
struct Document {
    let root: Node
    /// Keys that stand in their section once more later on, by place. Yams refuses a document at the first of them, so
    /// they are masked one after the other to find them all together with everything else that is wrong.
    let masked: [Position: String]
    // Nodes point weakly to their anchors, which the parser owns.
    private let parser: Parser

    /// Parsing starts anew for each repeated key, so that there must be an end to it.
    private static func maskLimit(_ text: String) -> Int { min(16, (1 << 20) / max(1, text.utf8.count)) }

    /// - Throws: the one problem that keeps the document from being read.
    init(_ text: String) throws(Problem) {
        try SyntaxProblem.checkCharacters(text)
        try SyntaxProblem.checkAliases(text)
        var masked: [Position: String] = [:]
        var text = text
        while true {
            do {
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    throw Problem(1, 1, "the file is empty; it needs at least \"connections\" and \"tasks\"")
                }
                self.root = root
                self.masked = masked
                self.parser = parser
                return
            } catch let YamlError.duplicatedKeysInMapping(keys, context) {
                let position = Position(line: context.mark.line, column: context.mark.column)
                guard masked.count < Self.maskLimit(text), let key = keys.first,
                    let next = Mask(number: masked.count).cover(key, at: position, in: text)
                else { throw Self.repeated(keys, at: position) }
                masked[position] = key
                text = next
            } catch let problem as Problem {
                throw problem
            } catch {
                throw SyntaxProblem.problem(of: error, in: text)
            }
        }
    }

    private static func repeated(_ keys: [String], at position: Position) -> Problem {
        let names = keys.map { "\"\(Shown.text($0))\"" }.joined(separator: ", ")
        let message = "\(names) stands more than once in one section; keep one of them"
        return Problem(position.line, position.column, message)
    }
}

extension Problem: Error {
    init(_ line: Int, _ column: Int, _ message: String) {
        self.init(line: line, column: column, path: "", message: message)
    }
}
