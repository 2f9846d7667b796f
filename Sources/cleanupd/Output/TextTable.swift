/// Rows as lines of text whose columns stand beneath each other.
enum TextTable {
    /// - Parameters:
    ///   - rows: all of one length; the first is the heading.
    ///   - numbers: columns that stand to the right.
    ///   - painted: what becomes of a cell of a column once its width is known, because colours take none.
    static func lines(
        _ rows: [[String]],
        numbers: Set<Int> = [],
        painted: (_ column: Int, _ cell: String) -> String = { $1 }
    ) -> [String] {
        guard let heading = rows.first else { return [] }
        let widths = heading.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row -> String in
            let cells = zip(row, widths).enumerated().map { column, cell -> String in
                let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
                return painted(column, numbers.contains(column) ? blanks + cell.0 : cell.0 + blanks)
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
