/// What is said of rows in a SQLite database alone, one function each.
enum SQLiteWords {
    static let isView = "is a view. Name the table that it shows."
    static let isVirtual = "belongs to a virtual table, whose rows are its module's affair. Name another table."
    static let hasNoName = "has columns named rowid, _rowid_ and oid and no key, so that no row can be named."

    static let undone = "a trigger, or what the column makes of the value, undoes it"

    /// - Parameter why: with its full stop, if it has one.
    static func dueRowsStay(_ table: String, _ why: String) -> String { "Due rows of \(table) stay: \(why)" }

    static func notAllGivenBack(_ path: String) -> String {
        "\(path): free pages were not all given back: another process was in the way. The next run tries again."
    }

    static func notGivenBack(_ error: any Error) -> String { "Free pages were not given back: \(error)" }

    static func notWritable(_ path: String) -> String {
        "\(path) or its folder cannot be written to by this process: every run would fail. The user of this process must "
            + "own both, or be able to write to them."
    }
}

extension StoreError {
    static let textForNumber = StoreError(
        .unreadable,
        "A query of the task gives a text where a number is needed. Nothing was removed. Cast it in the query."
    )

    static let bytesForText = StoreError(
        .unreadable,
        "A query of the task gives bytes where a text is needed. Nothing was removed. Cast them in the query."
    )
}
