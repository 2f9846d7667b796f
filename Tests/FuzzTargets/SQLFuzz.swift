@testable import CleanupConfiguration
@testable import Clients
@testable import Stores

/// Names and pieces of SQL that are put into statements.
enum SQLFuzz {
    static let target = FuzzTarget("sql", longest: 512) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        try checkName(PostgresConnection.quote(identifier: text), text)
        try checkName(SQLiteIdentifier.quote(text), text)
        try checkTable(text)
        try checkPiece(text)
    }

    /// A quoted name is one name, and the one that it was.
    private static func checkName(_ quoted: String, _ name: String) throws {
        let bytes = Array(quoted.utf8)
        let quote = UInt8(ascii: "\"")
        try require(bytes.count >= 2 && bytes.first == quote && bytes.last == quote, "a name is not in quotes")
        var found: [UInt8] = []
        var rest = bytes.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            if byte == quote {
                guard rest.popFirst() == quote else { throw FuzzFinding("a name in quotes ends early: \(quoted)") }
            }
            found.append(byte)
        }
        try require(found == Array(name.utf8), "the name \(name) is quoted as \(quoted)")
    }

    /// A table's name, each part of it quoted as the configuration may write it, has these parts.
    private static func checkTable(_ text: String) throws {
        let parts = text.utf8.split(separator: 0, maxSplits: 1).map { String(Substring($0)) }
        let written = parts.map(SQLiteIdentifier.quote).joined(separator: ".")
        guard !parts.isEmpty else { return }
        let found = RowsTableName.parts(of: written)
        let isSame = found.elementsEqual(parts) { $0.utf8.elementsEqual($1.utf8) }
        try require(isSame, "the table \(written) is read as \(found)")
    }

    private static func piece(_ text: String, _ form: SQLForm) -> String? {
        do {
            return try RowsSQL.replacingNames(in: text, place: "where", form: form) { _ in "$1" }
        } catch {
            return nil
        }
    }

    /// What is taken as a piece stays one: by the other reader of this program for PostgreSQL, by SQLite itself for SQLite.
    private static func checkPiece(_ text: String) throws {
        if let piece = piece(text, .sqlite) {
            try require(SQLiteReading.staysOne(piece), "SQLite takes hold of what is around a piece of SQL: \(text)")
        }
        guard let piece = piece(text, .postgres) else { return }
        let around = SQLText("(\n\(piece)\n)")
        try require(around.flaw == nil, "a piece of SQL takes hold of what is around it: \(text)")
        try require(around.semicolons == 0, "a piece of SQL is two: \(text)")
        try require(around.parameters.isEmpty, "a name is left in a piece of SQL: \(text)")
    }
}
