package import Retention

extension TaskConfiguration {
    /// Which rows of a table are candidates.
    ///
    /// SQL is as it is written in the file: no variable is replaced in it, its quotes, comments and parentheses are
    /// closed, and it holds no semicolon. It may end in a line comment.
    package struct RowsSource: Sendable, Equatable {
        /// How times are written.
        package enum TimeFormat: String, Sendable, CaseIterable {
            case iso
            case epoch
            case epochMilliseconds = "epoch_ms"
        }

        /// Rows whose `column` names no `key` of `table`.
        package struct OrphanOf: Sendable, Equatable {
            package var column: String
            package var table: String
            package var key: String
        }

        /// `NAME` or `SCHEMA.NAME`, as written.
        package var table: String
        /// Empty = the primary key.
        package var key: [String]
        /// The first that exists counts; empty = rows have no time.
        package var time: [String]
        package var expires: String?
        /// `nil` = as the column's type says.
        package var timeFormat: TimeFormat?
        /// IANA name; of times that are written without a zone.
        package var timezone: String
        /// `where`; names no parameters but `:now`, `:cutoff` (only with `older_than`), `:grace_cutoff` and `params`.
        package var condition: String?
        /// Bound as `:name` = now less the age, which may be nothing.
        package var params: [String: Age]
        /// Column or expression that says why a row goes; the same parameters as in `condition`.
        package var reason: String?
        package var groupBy: String?
        package var orphanOf: OrphanOf?
        package var vacuum: Bool
    }

    /// A named, typed condition of a manual run.
    package struct Filter: Sendable, Equatable {
        /// What is given, and as which parameters of the SQL.
        package enum Kind: String, Sendable, CaseIterable {
            /// `:value`
            case text
            case integer
            case integers = "integer[]"
            case timestamp
            /// `:min` and `:max`
            case integerRange = "integer_range"
            /// No parameter; false adds nothing.
            case flag
        }

        package var name: String
        package var kind: Kind
        package var sql: String
    }
}
