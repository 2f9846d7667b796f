/// Why a simulation is refused.
package struct SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
        /// A number of days out of bounds.
        case days
        /// An interval out of bounds, or one that follows the calendar.
        case interval
        /// There is nothing that new items could be like.
        case nothingThere
        case tooManyItems, tooManyMade, tooMuchWork
    }

    package let code: Code
    /// What is wrong, and what to write instead.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// - Parameter verdicts: that have been made until that day.
    package static func tooMuchWork(day: Int, of days: Int, items: Int, verdicts: Int) -> SimulationError {
        SimulationError(
            .tooMuchWork,
            "On day \(day) of \(days) there are \(items) items still, and \(verdicts) verdicts have been made. "
                + "Write fewer days."
        )
    }
}
