import Clients

/// Deletes or sets rows that were found, each only if it still is what it was taken for.
struct SQLiteDeletion {
    private let job: RowsJob
    private let session: SQLiteSession
    private let verb: String
    private let alias: String

    init(_ job: RowsJob, session: SQLiteSession) {
        self.job = job
        self.session = session
        alias = job.table.alias
        let table = "\(job.table.sql) AS \(job.table.alias)"
        let changes = job.assignments.map { "\(SQLiteIdentifier.quote($0.column.name)) = \($0.value)" }
        verb = changes.isEmpty ? "DELETE FROM \(table)" : "UPDATE \(table) SET \(changes.joined(separator: ", "))"
    }

    /// Triggers can bring a row back, and a column can make something else of a value.
    var mayBeUndone: Bool { !job.assignments.isEmpty || !job.table.onDelete.isEmpty }

    /// - Returns: how many rows went or changed; without those of triggers and foreign keys. Throws `SQLiteError`, with
    ///   nothing done by the statement that failed.
    func remove(_ rows: ArraySlice<SQLiteSelection.Row>, isCancelled: () -> Bool) throws -> Int {
        guard let (condition, values) = place(of: rows) else {
            return try rows.reduce(0) { $0 + (try remove($1, isKnownToBeDue: true, isCancelled: isCancelled)) }
        }
        return try session.connection.execute("\(verb) WHERE \(condition)", values, isCancelled: isCancelled)
    }

    /// - Parameter isKnownToBeDue: compared with other rows, it was due in the state that the database is in; if not, that
    ///   is looked at again, which can be dear.
    func remove(_ row: SQLiteSelection.Row, isKnownToBeDue: Bool, isCancelled: () -> Bool) throws -> Int {
        let (condition, values) = place(of: row, and: isKnownToBeDue ? job.recheck : job.due.sql)
        return try session.connection.execute("\(verb) WHERE \(condition)", values, isCancelled: isCancelled)
    }

    /// Of rows that were removed a moment ago, in the same transaction: those that are there as they were.
    func survivors(
        of rows: ArraySlice<SQLiteSelection.Row>,
        isCancelled: () -> Bool
    ) throws -> [SQLiteSelection.Row] {
        func find(_ place: (condition: String, values: [SQLiteValue])) throws -> [[SQLiteValue]] {
            let names = job.table.identity.map { "\(alias).\($0)" }.joined(separator: ", ")
            let sql = "SELECT \(names) FROM \(job.table.sql) AS \(alias) WHERE \(place.condition)"
            return try session.connection.query(sql, place.values, isCancelled: isCancelled)
        }
        guard let place = place(of: rows) else {
            return try rows.filter { try !find(self.place(of: $0, and: job.recheck)).isEmpty }
        }
        return try find(place).map { SQLiteSelection.Row(identity: $0, time: nil) }
    }

    /// Rows that are named by one number are named all at once: the statement goes through the table in their order.
    /// `nil` = they are not.
    private func place(of rows: ArraySlice<SQLiteSelection.Row>) -> (condition: String, values: [SQLiteValue])? {
        let numbers = rows.compactMap { $0.identity.count == 1 ? $0.identity[0].integer : nil }
        guard numbers.count == rows.count, !rows.isEmpty else { return nil }
        let values = session.values(job.due.values)
        let list = "[" + numbers.map(String.init).joined(separator: ",") + "]"
        let condition = "\(alias).\(job.table.identity[0]) IN (SELECT value FROM json_each(?\(values.count + 1)))"
        return ("\(condition) AND (\(job.recheck))", values + [.text(list)])
    }

    private func place(
        of row: SQLiteSelection.Row,
        and condition: String
    ) -> (condition: String, values: [SQLiteValue]) {
        let values = session.values(job.due.values)
        let names = job.table.identity.enumerated().map { "\(alias).\($1) IS ?\(values.count + $0 + 1)" }
        return ("\(names.joined(separator: " AND ")) AND (\(condition))", values + row.identity)
    }
}
