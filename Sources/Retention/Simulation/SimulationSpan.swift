/// The time that a simulation goes over: whole days of 24 hours from an instant on.
package struct SimulationSpan: Sendable, Equatable {
    /// How many days may be simulated: up to ten years.
    package static let possibleDays = 1...3650

    private static let nanosecondsPerDay = DayNumber.secondsPerDay * 1_000_000_000

    package let start: Instant
    package let days: Int

    /// - Throws: a number of days out of bounds, and days beyond what an ``Instant`` holds (2262).
    package init(start: Instant, days: Int) throws(SimulationError) {
        guard Self.possibleDays.contains(days) else {
            throw SimulationError(.days, "A simulation of \(days) days is not possible. Write 1 to 3650.")
        }
        let (_, overflow) = start.nanoseconds.addingReportingOverflow(Int64(days) * Self.nanosecondsPerDay)
        guard !overflow else {
            throw SimulationError(
                .days,
                "\(days) days from \(Timestamp.format(start)) on go beyond the year 2262. Begin earlier."
            )
        }
        self.start = start
        self.days = days
    }

    package var end: Instant { end(ofDay: days) }

    /// The end of a day; of day 0 the instant at which all begins.
    package func end(ofDay day: Int) -> Instant { start.adding(nanoseconds: Int64(day) * Self.nanosecondsPerDay) }
}
