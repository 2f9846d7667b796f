/// Rows of a table; a page without any has none at all.
struct Table<Row> {
    let rows: [Row]

    /// `nil` = there are no rows.
    init?(_ rows: [Row]) {
        guard !rows.isEmpty else { return nil }
        self.rows = rows
    }
}
