/// Collects everything that is wrong with one file.
///
/// A class, so that reader and builder write to the same list; it never leaves the call that reads the file.
final class ProblemList {
    /// A file with more than this many is not a configuration with mistakes.
    static let limit = 500

    private(set) var problems: [Problem] = []

    var count: Int { problems.count }

    /// More problems are not taken.
    var isFull: Bool { problems.count >= Self.limit }

    func add(_ position: Position, _ path: String, _ message: String) {
        let problem = Problem(line: position.line, column: position.column, path: path, message: message)
        // An alias leads to one place by several paths.
        let isKnown = problems.contains {
            ($0.line, $0.column, $0.message) == (position.line, position.column, message)
        }
        guard !isFull, !isKnown else { return }
        problems.append(problem)
    }

    func add(_ entry: Entry, _ message: String) {
        add(entry.position, entry.path, message)
    }

    /// In the order of lines; of the same place in the order in which they were found.
    var sorted: [Problem] {
        problems.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element)
    }
}
