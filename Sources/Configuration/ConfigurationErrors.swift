/// One thing that is wrong (or doubtful) in a configuration file, and where.
package struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    /// The key's place in the document (`tasks.backups.keep.last`); empty for the document itself.
    package var path: String
    /// What is wrong and what to do. Never holds the value of an environment variable or of a secret.
    package var message: String

    package init(line: Int, column: Int, path: String, message: String) {
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }

    package var description: String { "\(line):\(column): \(path.isEmpty ? "" : path + ": ")\(message)" }
}

/// Why a configuration is refused: everything that is wrong with it at once, in the order of its lines.
package struct ConfigurationErrors: Error, Equatable, CustomStringConvertible {
    /// How far the reading got.
    package enum Code: Sendable {
        /// The file cannot be read.
        case unreadable
        /// The file is not the YAML that is expected; its keys were not looked at.
        case syntax
        /// Keys or values are wrong.
        case invalid
    }

    package var code: Code
    /// The file as it was named by the caller.
    package var file: String
    package var problems: [Problem]

    package init(code: Code, file: String, problems: [Problem]) {
        self.code = code
        self.file = file
        self.problems = problems
    }

    /// One line a problem: `cleanup.yaml:12:5: tasks.backups.keep.last: must be at least 1`.
    package var description: String {
        problems.map { "\(file):\($0)" }.joined(separator: "\n")
    }
}
