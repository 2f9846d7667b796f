/// Names in double quotes, for all databases that know them (SQL-92, `<delimited identifier>`).
enum QuotedName {
    /// The name between quotes, with each quote within it doubled.
    ///
    /// Scalar by scalar: to Swift a quote with an accent behind it is one character that is no quote, but a database reads
    /// the quote, and what follows would be a part of the statement.
    static func sql(_ name: String) -> String {
        var result: String.UnicodeScalarView = "\"".unicodeScalars
        for scalar in name.unicodeScalars {
            if scalar == "\"" { result.append(scalar) }
            result.append(scalar)
        }
        result.append("\"")
        return String(result)
    }
}
