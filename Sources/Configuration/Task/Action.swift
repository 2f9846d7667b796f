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

    /// What goes with a row or a record, before it.
    package enum Owned: Sendable, Equatable {
        /// Files and directories, in a connection to a directory.
        case files(OwnedThings)
        /// Objects, in a connection to a bucket.
        case objects(OwnedThings)

        /// Whatever they are.
        package var things: OwnedThings {
            switch self {
            case .files(let things), .objects(let things): things
            }
        }
    }

    /// Things that a row or a record names.
    package struct OwnedThings: Sendable, Equatable {
        /// Name of a connection of the same configuration, of a kind that fits.
        package var connection: String
        /// Column of a row or field of a record that holds the path or the key, or an array of such.
        package var column: String
        /// Names the metric `cleanup_<resource>_deleted_total`.
        package var resource: String
    }
}
