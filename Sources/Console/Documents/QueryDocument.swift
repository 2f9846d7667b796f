/// `POST /api/cleanup/query`: the answer of a named query, each value as text.
package struct QueryDocument: Codable, Sendable, Equatable {
    package var name: String
    package var columns: [String]
    package var rows: [[String?]]
    /// There were more than 1,000 rows.
    package var truncated: Bool

    package init(name: String, columns: [String], rows: [[String?]], truncated: Bool) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.truncated = truncated
    }
}
