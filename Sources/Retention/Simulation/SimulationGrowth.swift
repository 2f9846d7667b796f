/// What is made while a simulation goes on: a new item in each group, every so often.
package struct SimulationGrowth: Sendable, Equatable {
    private static let least: Int64 = 60 * 1_000_000_000

    package let every: Age
    /// Bytes of each new item; `nil` = the median of those of its group.
    package let size: Int64?
    let nanoseconds: Int64

    /// - Throws: an interval of less than a minute, of more than the whole span, or of months.
    package init(every: Age, size: Int64? = nil, in span: SimulationSpan) throws(SimulationError) {
        guard every.months == 0 else {
            throw SimulationError(
                .interval,
                "The interval \(every.text) follows the calendar. Write an exact one, such as 30d."
            )
        }
        let (nanoseconds, overflow) = every.milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let most = span.end.nanoseconds - span.start.nanoseconds
        guard !overflow, nanoseconds >= Self.least, nanoseconds <= most else {
            throw SimulationError(
                .interval,
                "The interval \(every.text) is not possible. Write 1m to \(span.days)d, the time that is simulated."
            )
        }
        self.every = every
        self.size = size
        self.nanoseconds = nanoseconds
    }
}
