import Retention

/// What is said of rows in either engine, one function each.
enum RowsWords {
    // MARK: Rows that stay

    static let notLetGo = "the database did not let it go"

    static func held(_ count: Int, of table: String) -> String {
        "\(count) due rows of \(table) stay, because others held them"
    }

    static func stays(of table: String, _ why: String) -> String { "A row of \(table) stays: \(why)" }

    // MARK: Holding back

    static let healthIsSilent = "the health query gives no row"

    /// - Parameter answer: as it is shown.
    static func healthSays(_ answer: String) -> String { "the health query says \(answer)" }

    static func healthFailed(_ error: any Error) -> String { "the health query failed: \(error)" }

    static func cannotTell(_ reason: String) -> String { "cannot tell: \(reason)" }

    static func wentOnBlindly(_ reason: String) -> String { "The run went on without knowing: \(reason)" }

    // MARK: Settings tables

    static func noSettings(_ table: String, of cycle: String) -> String {
        "There is no settings table \(table); the defaults of \(cycle) hold."
    }

    static func noSetting(_ name: String, _ column: String, in table: String, of cycle: String) -> String {
        "Settings table \(table) has no column \(column); \(name) of \(cycle) is the default."
    }
}

extension StoreError {
    static func severalSettings(_ table: String) -> StoreError {
        StoreError(.unreadable, "Settings table \(table) has several rows; say which one of them with `where`.")
    }

    /// A view that names no key of its own.
    static func needsKey(_ task: String, _ table: String) -> StoreError {
        StoreError(.denied, "Task \(task): \(table) is a view, whose rows only a key can name. Write key.")
    }

    static func isOwnState(_ task: String, _ table: String) -> StoreError {
        StoreError(
            .denied,
            "Task \(task): \(table) belongs to cleanupd's own state. Nothing was removed. Name another table."
        )
    }

    /// How many that share would be is not known.
    static func cannotCheckShare(of table: String, limit: Int64) -> StoreError {
        StoreError(
            .denied,
            "More than \(limit) rows of \(table) are due, too many for limits.max_percent to be checked exactly. Run ANALYZE "
                + "on the table, or set budget.items.",
            guardName: .maxPercent
        )
    }
}
