/// What the schema says of a table.
package struct SQLiteTable: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case table, view, virtual, shadow
    }

    /// As the schema spells it.
    package var name: String
    package var kind: Kind
    package var columns: [Column]
    /// Names, in the key's order; empty = none is declared.
    package var primaryKey: [String]
    package var isWithoutRowID: Bool
    /// A name by which the table's own row number can be said; `nil` = it has none, or columns hide all its names.
    package var rowID: String?
    /// First columns of indexes over all rows, in the order that the column itself has.
    package var indexedColumns: Set<String>
    /// Foreign keys that mean this table.
    package var children: [Child]

    package struct Column: Sendable, Equatable {
        package var name: String
        package var declaredType: String
        package var affinity: Affinity
        /// Computed from others: nothing can be put into it.
        package var isGenerated: Bool
    }

    /// A foreign key of another table (or of itself) to this one.
    package struct Child: Sendable, Equatable {
        package var table: String
        /// `NO ACTION`, `RESTRICT`, `SET NULL`, `SET DEFAULT`, `CASCADE`.
        package var onDelete: String
        /// The child's columns, and this table's, in pairs.
        package var columns: [(child: String, parent: String)]

        package init(table: String, onDelete: String, columns: [(child: String, parent: String)]) {
            self.table = table
            self.onDelete = onDelete
            self.columns = columns
        }

        package static func == (left: Child, right: Child) -> Bool {
            left.table == right.table && left.onDelete == right.onDelete
                && left.columns.elementsEqual(right.columns) { $0 == $1 }
        }
    }

    /// What a column turns values into, by its declared type: https://www.sqlite.org/datatype3.html
    package enum Affinity: Sendable {
        case integer, text, blob, real, numeric

        package init(declaredType: String) {
            let type = declaredType.uppercased()
            if type.contains("INT") {
                self = .integer
            } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") {
                self = .text
            } else if type.isEmpty || type.contains("BLOB") {
                self = .blob
            } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") {
                self = .real
            } else {
                self = .numeric
            }
        }
    }
}
