extension TaskConfiguration {
    /// What is done to an item that goes.
    package enum Action: Sendable, Equatable {
        case delete
        /// Rows only: columns and what they become, in the order of the file; never empty.
        case set([Assignment])
        /// Rows only: only what the row owns goes.
        case none
    }

    /// A column and what it becomes.
    package struct Assignment: Sendable, Equatable {
        package var column: String
        package var value: Literal
    }

    /// A value of a column.
    package enum Literal: Sendable, Equatable {
        case null
        /// The instant of the run.
        case now
        case flag(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)

        /// Reads a YAML value of a form; `nil` = an integer that does not fit.
        init?(_ text: String, form: Kind.Form) {
            switch form {
            case .nothing: self = .null
            case .flag: self = .flag(text.lowercased() == "true")
            case .integer:
                guard let value = Int64(text) else { return nil }
                self = .integer(value)
            case .number:
                guard let value = Double(text), value.isFinite else { return nil }
                self = .number(value)
            case .text: self = text.lowercased() == "now()" ? .now : .text(text)
            }
        }
    }

    /// Files and directories that a row names.
    package struct OwnedFiles: Sendable, Equatable {
        /// Name of a connection to a directory, of the same configuration.
        package var connection: String
        /// Column of the path, or of an array of paths.
        package var column: String
        /// Names the metric `cleanup_<resource>_deleted_total`.
        package var resource: String
    }
}
