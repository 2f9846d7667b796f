/// A table in which the users of another program set what holds for a cycle; only ever read.
package struct SettingsTable: Sendable {
    private let backend: any RowsBackend
    /// For `application_name` and messages.
    private let cycle: String
    private let table: String
    private let condition: String?
    private let columns: [(name: String, column: String)]

    /// - Parameters:
    ///   - condition: SQL without parameters that finds the row; `nil` = the only one.
    ///   - columns: names of settings, and the columns that hold them.
    package init(
        backend: any RowsBackend,
        cycle: String,
        table: String,
        condition: String?,
        columns: [(name: String, column: String)]
    ) {
        self.backend = backend
        self.cycle = cycle
        self.table = table
        self.condition = condition
        self.columns = columns
    }

    /// Reads the row in a read-only transaction. Blocking.
    ///
    /// Throws `StoreError` when the database cannot be asked, or answers with several rows. A table, row or column that is not there is no error.
    /// - Returns: settings by name, as text, without those that are NULL; and what an operator should know.
    package func read(isCancelled: () -> Bool) throws -> (values: [String: String], warnings: [String]) {
        try backend.withReader(task: cycle, timezone: "UTC", timeout: .seconds(5), isCancelled: isCancelled) { reader in
            guard let found = try reader.table(table) else {
                return ([:], [RowsWords.noSettings(table, of: cycle)])
            }
            var values: [String: String] = [:]
            var warnings: [String] = []
            for (name, column) in columns {
                guard let known = found.column(column) else {
                    warnings.append(RowsWords.noSetting(name, column, in: table, of: cycle))
                    continue
                }
                let answers = try reader.texts(select(known, of: found), limit: 2)
                if answers.count > 1 { throw StoreError.severalSettings(table) }
                if let value = answers.first { values[name] = value }
            }
            return (values, warnings)
        }
    }

    private func select(_ column: RowsColumn, of table: RowsTable) -> RowsStatement {
        let value = backend.dialect.text("\(table.alias).\(backend.dialect.quote(column.name))")
        let filter = condition.map { " WHERE (\($0)\n)" } ?? ""
        return RowsStatement("SELECT \(value) FROM \(table.sql) AS \(table.alias)\(filter)")
    }
}
