/// A query that is put to its connection by itself, beside the statements of the task, and what its names stand for.
package struct RowsQuery: Sendable {
    package var reference: RowsReference
    /// `nil` = it has no names, and is sent as it is written.
    package var instants: RowsInstants?

    package init(_ reference: RowsReference, instants: RowsInstants? = nil) {
        self.reference = reference
        self.instants = instants
    }

    package var connection: String? { reference.connection }
    package var query: String { reference.query }

    /// The statement with its values: as it is written, where it names nothing.
    ///
    /// Throws `StoreError` (`.denied`) for SQL in which an instant may be named and that cannot be read: see `RowsSQL`.
    package func statement(_ dialect: any RowsDialect) throws -> RowsStatement {
        guard let instants, instants.mayBeNamed(in: query) else { return RowsStatement(query) }
        var clause = RowsClause(dialect)
        let text = try RowsSQL.replacingNames(
            in: query,
            place: "the query on \(connection ?? "")",
            form: dialect.form
        ) { name in
            instants.named(name).map { clause.bind(dialect.bound($0, format: reference.timeFormat)) }
        }
        return clause.values.isEmpty ? RowsStatement(query) : RowsStatement(text, clause.values)
    }
}
