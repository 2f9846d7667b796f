/// Names in statements.
package enum SQLiteIdentifier {
    /// The name in double quotes, so that it means nothing but that name.
    ///
    /// Connections take double quotes for names only (SQLite by itself would read an unknown name as a text).
    package static func quote(_ name: String) -> String { QuotedName.sql(name) }
}
