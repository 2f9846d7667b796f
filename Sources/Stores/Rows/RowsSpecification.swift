package import Retention

/// Which rows a task removes and what it does to them: everything but the connection.
package struct RowsSpecification: Sendable, Equatable, Codable {
    /// Name of the task, for `application_name` and messages.
    package var task: String
    /// As written: `table` or `schema.table`; checked against the catalog, then quoted.
    package var table: String
    /// Key columns; empty = the primary key of the catalog, else the row's place (ctid, rowid).
    package var key: [String] = []
    /// Time columns; the first that exists is used. Empty = no time (only `condition`, `expires` or `orphanOf`).
    package var time: [String] = []
    package var expires: String?
    /// How times are kept; `nil` = as the column's type says (text = ISO 8601).
    package var timeFormat: TimeFormat?
    /// IANA zone of times without one.
    package var timezone = "UTC"
    /// SQL of the configuration; sees `:now`, `:cutoff`, `:grace_cutoff` and the names of `params`.
    package var condition: String?
    /// Bound as `:name` = now less the age.
    package var params: [String: Age] = [:]
    /// Column by whose value `keep` and `at_least` count.
    package var groupBy: String?
    package var orphanOf: OrphanOf?

    // What is due.

    package var olderThan: Age?
    /// `expires` + `grace` has passed.
    package var expired = false
    package var graceMilliseconds: Int64 = 0
    /// Only rows whose key is among these.
    package var listedBy: [RowsReference] = []
    package var keep = Policy.Keep()
    /// Rows whose key is among these stay.
    package var referencedBy: [RowsReference] = []
    /// IANA zone of calendar rules.
    package var zone = "UTC"
    /// Filters of this run, bound; all must hold.
    package var filters: [RowsFilter] = []
    /// The task runs by hand only, with at least one of its filters.
    package var needsFilter = false
    /// Rows per run; the rest waits.
    package var budgetRows: Int?

    // What is done.

    package var action = Action.delete
    /// Tables that may lose rows by `ON DELETE CASCADE` or a trigger of this one.
    package var allowCascade: [String] = []
    /// All rows may go.
    package var allowUnconditional = false
    package var vacuum = false

    package init(task: String, table: String) {
        self.task = task
        self.table = table
    }

    /// How times are written: in columns, and in the fields of records.
    package enum TimeFormat: String, Sendable, Codable, CaseIterable {
        /// RFC 3339, or the same without an offset.
        case iso
        /// Seconds since 1970, as a number or a text.
        case epoch
        /// Milliseconds since 1970.
        case epochMilliseconds = "epoch_ms"
    }

    /// Rows whose `column` names no `key` of `table`; a null names nothing, and makes no orphan.
    package struct OrphanOf: Sendable, Equatable, Codable {
        package var column: String
        package var table: String
        package var key: String

        package init(column: String, table: String, key: String) {
            self.column = column
            self.table = table
            self.key = key
        }
    }

    package enum Action: Sendable, Equatable, Codable {
        case delete
        /// Columns and what they become, in the order written. A row already in that state, `now()` aside, is not due.
        case set([Assignment])
        /// Only what the row owns goes.
        case none
    }

    package struct Assignment: Sendable, Equatable, Codable {
        package var column: String
        package var value: Value

        package init(column: String, value: Value) {
            self.column = column
            self.value = value
        }

        package enum Value: Sendable, Equatable, Codable {
            case null, now
            case bool(Bool)
            case integer(Int64)
            case double(Double)
            case text(String)
        }
    }
}

/// A named, typed condition of a manual run, with the value that was given.
package struct RowsFilter: Sendable, Equatable, Codable {
    package enum Value: Sendable, Equatable, Codable {
        /// `:value`
        case text(String)
        case integer(Int64)
        case integers([Int64])
        case timestamp(Int64)  // microseconds since 1970, UTC
        /// `:min` and `:max`
        case integerRange(Int64, Int64)
        /// Given and true: no value is bound.
        case flag
    }

    package var name: String
    package var sql: String
    package var value: Value

    package init(name: String, sql: String, value: Value) {
        self.name = name
        self.sql = sql
        self.value = value
    }
}

/// A query that names keys: in the same connection (then it becomes part of the statement), or read from another one.
package struct RowsReference: Sendable, Hashable, Codable {
    /// Name of the connection that is asked; `nil` = the task's own.
    package var connection: String?
    /// Sees the names that `condition` sees.
    package var query: String
    /// How the times are kept that it compares with what it names, where the engine has no type for times.
    package var timeFormat: RowsSpecification.TimeFormat?

    package init(connection: String? = nil, query: String, timeFormat: RowsSpecification.TimeFormat? = nil) {
        self.connection = connection
        self.query = query
        self.timeFormat = timeFormat
    }
}
