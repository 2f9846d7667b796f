import CLibPQ

/// One row of a result. Each reader takes a position or a name and gives `nil` for NULL.
///
/// A reader throws `.other` if there is no such column, or if its value is not what the reader reads.
package struct PostgresRow {
    let rows: PostgresRows
    let index: Int32

    /// Names of the columns, in order.
    package var names: [String] { rows.columns.names }

    /// The value as the server writes it in text, whatever its type; `nil` for NULL.
    package subscript(column: some PostgresColumn) -> String? {
        get throws(PostgresError) { try text(column) }
    }

    /// Whether the value is NULL.
    package func isNull(_ column: some PostgresColumn) throws(PostgresError) -> Bool {
        PQgetisnull(rows.result, index, Int32(try column.position(in: self))) == 1
    }

    /// The value as the server writes it in text, whatever its type.
    package func text(_ column: some PostgresColumn) throws(PostgresError) -> String? {
        try read(column, as: "text") { $0.text() }
    }

    /// int2, int4, int8, oid, or a text that holds an integer.
    package func int(_ column: some PostgresColumn) throws(PostgresError) -> Int64? {
        try read(column, as: "an integer of 64 bits") { $0.int() }
    }

    /// boolean.
    package func bool(_ column: some PostgresColumn) throws(PostgresError) -> Bool? {
        try read(column, as: "a boolean") { $0.bool() }
    }

    /// float4, float8, numeric, or an integer.
    package func double(_ column: some PostgresColumn) throws(PostgresError) -> Double? {
        try read(column, as: "a number") { cell in cell.text().flatMap { Double($0) } }
    }

    /// timestamptz, timestamp (taken as UTC) or date: microseconds since 1970-01-01T00:00:00Z, where `.max` and `.min`
    /// are infinity and -infinity.
    package func timestamp(_ column: some PostgresColumn) throws(PostgresError) -> Int64? {
        try read(column, as: "a time") { $0.timestamp() }
    }

    /// bytea.
    package func bytes(_ column: some PostgresColumn) throws(PostgresError) -> [UInt8]? {
        try read(column, as: "bytea") { $0.bytea() }
    }

    private func read<Value>(
        _ column: some PostgresColumn,
        as what: String,
        _ decode: (PostgresCell) -> Value?
    ) throws(PostgresError) -> Value? {
        let position = try column.position(in: self)
        // 1: NULL, 0: a value.
        guard PQgetisnull(rows.result, index, Int32(position)) == 0 else { return nil }
        // Never nil for a row and a column that exist; valid until the result is freed.
        guard let start = PQgetvalue(rows.result, index, Int32(position)) else { return nil }
        let length = Int(PQgetlength(rows.result, index, Int32(position)))
        let bytes = UnsafeRawBufferPointer(start: start, count: length).assumingMemoryBound(to: UInt8.self)
        let columns = rows.columns
        let cell = PostgresCell(type: columns.types[position], isBinary: columns.isBinary, bytes: bytes)
        guard let value = withExtendedLifetime(rows, { decode(cell) }) else {
            throw .otherKind(columns.names[position], what)
        }
        return value
    }
}
