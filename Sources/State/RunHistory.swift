package import Retention

/// What runs did and do: the part of a state store that is read for reports, through which nothing can be written.
///
/// All calls block, and throw `StateError`.
package protocol RunHistory: Sendable {
    /// Runs that ended in a period, in the order of their ends.
    /// - Parameter last: only runs that come after this one (the last of the previous page).
    func endedRuns(in period: Period, after last: StoredRun?, limit: Int) throws -> [StoredRun]

    /// Runs that have begun and not ended, oldest first: they go on, or their process died.
    func unfinishedRuns() throws -> [RunRecord]

    /// The saved plan, or `nil`. Throws `.altered` when it is not what was saved.
    func savedPlan(_ id: String) throws -> SavedPlan?

    func stamps() throws -> [Stamp]
}

extension RunHistory {
    private static var pageSize: Int { 500 }

    /// Hands all runs that ended in a period to `body`, in the order of their ends, page by page.
    package func eachRun(endedIn period: Period, _ body: (StoredRun) throws -> Void) throws {
        var last: StoredRun?
        while true {
            let page = try endedRuns(in: period, after: last, limit: Self.pageSize)
            for run in page { try body(run) }
            guard page.count == Self.pageSize else { return }
            last = page.last
        }
    }

    /// When the first of the runs ended that are remembered; `nil` = none has.
    package func firstEnd() throws -> Instant? {
        try endedRuns(in: .always, after: nil, limit: 1).first?.end?.endedAt
    }
}
