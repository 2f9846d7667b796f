/// What the catalog says of a table or view.
package struct RowsTable: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case table, partitioned, view
    }

    /// As the configuration writes it.
    package var written: String
    /// Quoted, with its schema: to be put into SQL.
    package var sql: String
    /// The bare name, quoted: the alias under which statements know the table, so that conditions may say it.
    package var alias: String
    package var kind: Kind
    package var columns: [RowsColumn]
    /// Names, in order; empty = none.
    package var primaryKey: [String]
    /// Quoted names, without the alias, that together name one row at this moment: `ctid`, `tableoid` and `ctid`,
    /// `rowid`, or the key. Empty for a view: then the key of the configuration names its rows.
    package var identity: [String]
    /// First columns of indexes that serve any condition (valid, not partial, ordered).
    package var indexedColumns: Set<String>
    /// About how many rows there are, where that is known and not stale.
    package var estimatedRows: Int64?
    /// What a delete would do besides.
    package var onDelete: [RowsSideEffect]
    /// What an update would do besides: triggers only.
    package var onUpdate: [RowsSideEffect]
    /// For a person: what may make the outcome another than the configuration says (row security).
    package var warnings: [String]
    /// Conditions over `alias`, each true where a row of another table forbids the delete (a foreign key without an
    /// action): such a row is not due, so that it does not stop the others.
    package var blockers: [RowsBlocker] = []

    package func column(_ name: String) -> RowsColumn? { columns.first { $0.name == name } }
}

/// A foreign key that forbids deletes.
package struct RowsBlocker: Sendable, Equatable {
    /// The child table, for people.
    package var table: String
    package var condition: String

    package init(table: String, condition: String) {
        self.table = table
        self.condition = condition
    }
}

/// A column of a table.
package struct RowsColumn: Sendable, Equatable {
    /// As in the catalog.
    package var name: String
    package var type: RowsColumnType
    /// The type in the engine's own words, for messages and casts.
    package var typeName: String

    package init(name: String, type: RowsColumnType, typeName: String) {
        self.name = name
        self.type = type
        self.typeName = typeName
    }
}

/// What a column holds, as far as times are concerned. SQLite, where any column may hold anything, has `text`,
/// `integer` and `other` by its affinity.
package enum RowsColumnType: String, Sendable {
    case timestampWithZone, timestamp, date, text, integer, numeric, double, other
}

/// Something that happens to other rows when a row goes or changes.
package struct RowsSideEffect: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case cascade, trigger
    }

    package var kind: Kind
    /// Names that allow it in `allow.cascade`: of the child table (as written in the catalog, with and without its
    /// schema), or of the trigger.
    package var names: [String]

    package init(kind: Kind, names: [String]) {
        self.kind = kind
        self.names = names
    }
}
