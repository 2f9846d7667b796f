import CLibPQ

/// Names and types of a result's columns; shared by all rows of a stream.
final class PostgresColumns {
    let names: [String]
    let types: [UInt32]
    /// Whether libpq holds the values in their binary form: all columns or none.
    let isBinary: Bool

    init(_ result: OpaquePointer) {
        let count = PQnfields(result)
        names = (0..<count).map { index in
            // nil: no such column, which cannot be.
            PQfname(result, index).map { String(cString: $0) } ?? ""
        }
        types = (0..<count).map { PQftype(result, $0) }
        isBinary = count > 0 && PQfformat(result, 0) == 1
    }

    /// Whether all columns have a binary form that can be read here.
    var canBeBinary: Bool { types.allSatisfy { PostgresType.binary.contains($0) } }
}

/// What names a column of a row: its position from 0, or its name.
package protocol PostgresColumn {
    /// - Throws: `.other` if the result has no such column.
    func position(in row: PostgresRow) throws(PostgresError) -> Int
}

extension Int: PostgresColumn {
    /// Itself, from 0.
    package func position(in row: PostgresRow) throws(PostgresError) -> Int {
        guard row.names.indices.contains(self) else {
            throw .noColumn(self, of: row.names.count)
        }
        return self
    }
}

extension String: PostgresColumn {
    /// The first of that name, as the server spells it.
    package func position(in row: PostgresRow) throws(PostgresError) -> Int {
        guard let position = row.names.firstIndex(of: self) else {
            throw .noColumn(self, of: row.names)
        }
        return position
    }
}
