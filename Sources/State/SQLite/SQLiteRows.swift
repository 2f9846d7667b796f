import GRDB

extension Row: StoredRow {
    func text(_ column: String) throws -> String? { try decode(String?.self, forColumn: column) }
    func integer(_ column: String) throws -> Int64? { try decode(Int64?.self, forColumn: column) }
    func number(_ column: String) throws -> Double? { try decode(Double?.self, forColumn: column) }
    func flag(_ column: String) throws -> Bool? { try decode(Bool?.self, forColumn: column) }
}

extension RunRow {
    static func find(_ id: RunID, in database: Database) throws -> RunRow? {
        let statement = try database.cachedStatement(sql: "SELECT * FROM run WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.description]).map { try RunRow($0) }
    }

    /// The run, or `.notFound`.
    static func require(_ id: RunID, in database: Database) throws -> RunRow {
        guard let row = try find(id, in: database) else { throw StateError.noRun(id) }
        return row
    }
}
