import Retention

/// Why rows of a PostgreSQL database are not removed: one factory each.
extension StoreError {
    // MARK: Tables

    /// - Parameter kind: such as "a sequence".
    static func isNoTable(_ written: String, _ kind: String) -> StoreError {
        StoreError(
            .denied,
            "\(written) is \(kind), from which rows are not deleted here. Name the table itself."
        )
    }

    static func hasHeirs(_ written: String, _ heirs: [String]) -> StoreError {
        StoreError(
            .denied,
            "Other tables inherit from \(written): \(heirs.joined(separator: ", ")). Its rows cannot be told from theirs, so "
                + "none are removed. Name a table that no other inherits from, or make \(written) a partitioned table."
        )
    }

    static func isFence(_ written: String) -> StoreError {
        StoreError(
            .denied,
            "\(written) is the table \(PostgresFenceTable.name), or shows it: it belongs to cleanupd, which keeps what tells "
                + "old replicas from new ones there. Nothing was removed. Name another table."
        )
    }

    static func isClosedView(_ written: String) -> StoreError {
        StoreError(
            .denied,
            "\(written) is a view that PostgreSQL cannot delete from by itself. Name the table beneath it."
        )
    }

    /// - Parameter grant: what to run.
    static func mayNotLock(_ task: String, _ role: String, _ table: String, _ grant: String) -> StoreError {
        StoreError(
            .denied,
            "Task \(task): the role \(role) may not lock rows of \(table), and without a lock a row could be renewed while "
                + "what it owns is removed. Nothing was removed. \(grant)"
        )
    }

    // MARK: Comparisons

    static func unknownType(of what: String) -> StoreError {
        StoreError(
            .unreadable,
            "The type of \(what) cannot be looked up. Nothing was removed. See that the role may read the catalog."
        )
    }

    static func manyForms(_ table: String, _ column: String, _ type: String) -> StoreError {
        StoreError(
            .denied,
            "\(table).\(column) is text and is compared with \(type), whose values have more than one form as text. Nothing "
                + "was removed. Cast them in the query to the text that \(column) holds.",
            guardName: .references
        )
    }

    // MARK: Sessions and fences

    static func lostAgainAndAgain(_ task: String, _ times: Int) -> StoreError {
        StoreError(
            .missing,
            "Task \(task): the session was lost \(times) times in a row while it committed; the last batch was undone. Look "
                + "at the server's log."
        )
    }

    /// Also of a connection that is optional, a run that may have removed rows without counting them has failed.
    static func commitInDoubt(_ task: String, _ table: String, _ cause: String) -> StoreError {
        StoreError(
            .unreadable,
            "Task \(task): whether the last batch on \(table) is committed cannot be found out, because its server did not "
                + "answer, or crashed or was replaced meanwhile. Its rows may be gone, and are not counted: all figures may be "
                + "too low by one batch. The next run goes on with what is there. (\(cause))"
        )
    }

    static func fenceUnusable(_ task: String, _ why: String) -> StoreError {
        StoreError(.unreadable, "Task \(task): nothing was removed. \(why)")
    }

    static func fenceNotWritten(_ task: String, _ fence: String, _ table: String, _ reason: String) -> StoreError {
        StoreError(
            .unreadable,
            "Task \(task): the fence, the table \(fence), cannot be written to, so that the next batch on \(table) was not "
                + "begun: \(reason)"
        )
    }
}
