/// Names in SQL. Values are parameters, always.
extension PostgresConnection {
    /// A name as SQL takes it literally: `my "table"` gives `"my ""table"""`.
    ///
    /// U+0000, which no name can hold, is refused when the statement is sent.
    package static func quote(identifier: String) -> String { QuotedName.sql(identifier) }

    /// A name within a schema: `"public"."jobs"`.
    package static func quote(schema: String, name: String) -> String {
        quote(identifier: schema) + "." + quote(identifier: name)
    }
}
