import CLibPQ

/// The rows that a statement gave, in the memory of libpq; they live as long as this or one of its rows does.
///
/// Not `Sendable`: read what you need on the thread that asked.
package final class PostgresRows: RandomAccessCollection {
    /// Owned; freed in `deinit`.
    let result: OpaquePointer
    let columns: PostgresColumns
    /// How many rows there are.
    package let endIndex: Int

    /// - Parameter columns: known from an earlier row of the same statement.
    init(owning result: OpaquePointer, columns: PostgresColumns? = nil) {
        self.result = result
        self.columns = columns ?? PostgresColumns(result)
        endIndex = Int(PQntuples(result))
    }

    deinit { PQclear(result) }

    /// 0.
    package var startIndex: Int { 0 }

    /// One row; it keeps the result in memory as long as it lives.
    package subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row \(position) of a result of \(endIndex)")
        return PostgresRow(rows: self, index: Int32(position))
    }

    /// How many rows the statement inserted, changed, deleted or gave; 0 for those to which that does not apply.
    var affectedRows: Int {
        // Digits, or an empty string for CREATE TABLE and the like.
        PQcmdTuples(result).map { Int(String(cString: $0)) ?? 0 } ?? 0
    }

    /// The word with which the server ended the statement, for example `ROLLBACK`.
    var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }
}
