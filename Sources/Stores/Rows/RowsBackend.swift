package import Retention

/// What one database engine does for the rows store.
///
/// `RowsStore` decides what is due and writes it as SQL out of the pieces of `dialect`; a backend knows the catalog,
/// runs statements, and removes in batches in the way that is best for its engine. One backend belongs to one
/// connection, and is shared by the tasks that use it.
package protocol RowsBackend: Sendable {
    /// As in the label `engine`: `postgres` or `sqlite`.
    var engine: String { get }

    var dialect: any RowsDialect { get }

    /// Lends a session within a read-only transaction. Blocking.
    /// - Parameters:
    ///   - task: for `application_name`.
    ///   - timezone: IANA zone of times without one, for this transaction.
    ///   - timeout: of each statement; `nil` = the connection's own.
    /// - Throws: `StoreError`: `.missing` if the database cannot be reached, `.absent` for a table or column that a
    ///   statement names and that is not there, `.unreadable` for what is not allowed or fails; `RowsTimeout` if a
    ///   statement took longer than `timeout`; `CancellationError`; and what `body` throws.
    func withReader<Result>(
        task: String,
        timezone: String,
        timeout: Duration?,
        isCancelled: () -> Bool,
        _ body: (any RowsReader) throws -> Result
    ) throws -> Result

    /// Opens the deleting side. Blocking. Throws `StoreError`.
    /// - Parameters:
    ///   - owned: what goes with each row, before it.
    ///   - fence: an engine that can compare refuses batches of an older epoch.
    ///   - isCancelled: asked while it waits for others; it ends within some seconds then.
    func openRemover(
        _ job: RowsJob,
        owned: [RowsOwned],
        fence: Fence?,
        isCancelled: () -> Bool
    ) throws -> any BatchRemover

    /// What this engine knows of the table that an operator should: a right that is missing, dead rows, a file that
    /// cannot shrink. That no index serves the order is said by `RowsStore`. Blocking.
    func advice(_ job: RowsJob) throws -> [String]
}

/// A statement took longer than the reader's time-out.
package struct RowsTimeout: Error {
    package init() {}
}

/// A session that reads; belongs to one thread.
package protocol RowsReader {
    /// What the catalog says; `nil` = there is no such table or view, as this role sees it.
    /// - Parameter written: `table` or `schema.table` as in the configuration: as the catalog has it, not folded.
    func table(_ written: String) throws -> RowsTable?

    /// The one integer that a statement gives; `nil` for NULL or no row. Throws as `withReader` does.
    func integer(_ statement: RowsStatement) throws -> Int64?

    /// Hands over the first column of each row, as text, NULL left out, in bounded memory. When `take` says false or
    /// throws, the rest is not read.
    func eachText(_ statement: RowsStatement, _ take: (String) throws -> Bool) throws

    /// Hands over each row with the names of its columns, values as text, in bounded memory. When `take` says false or
    /// throws, the rest is not read.
    func eachRow(_ statement: RowsStatement, _ take: (_ names: [String], _ values: [String?]) throws -> Bool) throws

    /// How keys have to be compared, as their types may differ. Throws `StoreError` for types between which nothing can
    /// be told for certain.
    /// - Parameter query: its first column is compared with `column` of `table`; `nil` = texts from elsewhere are.
    func comparison(of column: RowsColumn, in table: RowsTable, with query: RowsStatement?) throws -> RowsComparison
}

extension RowsReader {
    /// The first column of at most `limit` rows, as text, NULL left out.
    package func texts(_ statement: RowsStatement, limit: Int) throws -> [String] {
        var texts: [String] = []
        guard limit > 0 else { return texts }
        try eachText(statement) { text in
            texts.append(text)
            return texts.count < limit
        }
        return texts
    }
}

/// SQL with the values for its placeholders, which are numbered from 1 in the dialect's way (`$1`, `?1`).
package struct RowsStatement: Sendable, Equatable {
    package var sql: String
    package var values: [RowsValue]

    package init(_ sql: String, _ values: [RowsValue] = []) {
        self.sql = sql
        self.values = values
    }
}

/// A value that is bound.
package enum RowsValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case instant(Int64)
    case integers([Int64])
    case texts([String])
}

/// What is to be removed or set; all that a backend needs for its batches.
package struct RowsJob: Sendable {
    package var specification: RowsSpecification
    package var table: RowsTable
    /// WHERE clause of what is due, complete, over the table under its `alias`, with its values.
    package var due: RowsStatement
    /// The part of `due` that looks at the row alone, without comparing it with others, with the same values (and so
    /// the same numbers): cheap enough to be repeated where the row is deleted. It is implied by `due`.
    package var recheck: String
    /// Of `action: set`: column and the expression that it becomes, which may use the values of `due`; empty = delete.
    package var assignments: [RowsAssignment]
    /// Oldest first: what to order by; `nil` = no time is stated.
    package var order: RowsOrder?
    /// Rows whose time cannot be read: a WHERE clause with its values; `nil` where the column's type forbids it.
    package var unreadable: RowsStatement?
    package var pace: RowsPace
    /// Values of a reference that is read from another connection (the health query, too).
    package var referenceValues: RowsReferenceValues
}

/// Reads the first column of a query on a named connection: at most `limit` values; more is the caller's error to
/// raise.
package typealias RowsReferenceValues =
    @Sendable (_ query: RowsQuery, _ limit: Int, _ isCancelled: () -> Bool) throws -> [String]

/// How rows are ordered by age.
package struct RowsOrder: Sendable, Equatable {
    package var column: RowsColumn
    package var format: RowsSpecification.TimeFormat?
    /// An index whose first column it is serves the order.
    package var isIndexed: Bool
}

/// What holds a run back, as configured.
package struct RowsPace: Sendable, Equatable {
    /// Milliseconds by which a replica may be behind; `nil` = not asked.
    package var maxLagMilliseconds: Int64?
    /// Sessions of others that may be active; `nil` = not asked.
    package var maxLoad: Double?
    /// false, 0, an empty answer or an error: hold back. `connection` `nil` = the task's own.
    package var health: RowsReference?

    package init(maxLagMilliseconds: Int64? = nil, maxLoad: Double? = nil, health: RowsReference? = nil) {
        self.maxLagMilliseconds = maxLagMilliseconds
        self.maxLoad = maxLoad
        self.health = health
    }
}
