import Foundation
package import Retention

/// From when on the history is whole: a report of an earlier time would leave out what has been forgotten.
package struct HistoryCoverage: Sendable, Equatable {
    /// When the first of the remembered runs ended; `nil` = none has.
    package let firstEnd: Instant?
    /// Runs that ended before may have been forgotten.
    package let keptFrom: Instant

    /// - Parameter now: of the report; the history prunes itself by it.
    package init(firstEnd: Instant?, keepRuns: Age, now: Instant) {
        self.firstEnd = firstEnd
        keptFrom = keepRuns.before(now, zone: .gmt)
    }

    /// From when on nothing is missing; `nil` = there is no history.
    package var start: Instant? { firstEnd.map { max($0, keptFrom) } }

    package func covers(_ period: Period) -> Bool { start.map { $0 <= period.start } ?? false }

    /// Why a report of the period may leave something out, as a sentence; `nil` = it is whole.
    package func gap(in period: Period, keepRuns: Age) -> String? {
        guard !covers(period) else { return nil }
        guard let start else { return "The history holds no run that has ended: nothing is known of this time." }
        guard start > keptFrom else {
            return "Runs are kept for \(keepRuns.text) (state.keep_runs): what ended before \(Timestamp.format(start)) "
                + "may have been forgotten, and then is not in this report."
        }
        return "The history begins at \(Timestamp.format(start)): what may have ended before is not in this report."
    }
}
