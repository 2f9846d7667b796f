import Retention

/// Collects the values of one statement while its text is written; equal values share a placeholder.
struct RowsClause {
    let dialect: any RowsDialect
    private(set) var values: [RowsValue] = []

    init(_ dialect: any RowsDialect) {
        self.dialect = dialect
    }

    mutating func bind(_ value: RowsValue) -> String {
        let index = values.firstIndex(of: value) ?? values.endIndex
        if index == values.endIndex { values.append(value) }
        return dialect.placeholder(index + 1, for: value)
    }
}

/// Joins conditions; each stands in parentheses of its own.
func allOf(_ conditions: [String]) -> String {
    conditions.isEmpty ? "1 = 1" : conditions.map { "(\($0))" }.joined(separator: " AND ")
}
