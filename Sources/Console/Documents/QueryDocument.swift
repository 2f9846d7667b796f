/// `POST /api/cleanup/query`: the answer of a named query, each value as text.
package struct QueryDocument: Codable, Sendable, Equatable {
    /// What lies beyond is left out.
    package static let maximumRows = 1_000
    /// A query that takes longer is ended.
    package static let maximumSeconds = 5

    package var name: String
    package var columns: [String]
    package var rows: [[String?]]
    /// There were more rows than `maximumRows`.
    package var truncated: Bool

    package init(name: String, columns: [String], rows: [[String?]], truncated: Bool) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.truncated = truncated
    }
}
