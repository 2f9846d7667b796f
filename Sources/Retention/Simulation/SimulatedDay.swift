/// What there is on one day of a simulation, and what became of the rest since the day before.
package struct SimulatedDay: Sendable, Equatable {
    /// From 0, which is the beginning, before any run.
    package let number: Int
    /// What it shows is there then: right after the last run of the day, or at its end where there is none.
    package let at: Instant
    package var items = 0
    package var bytes: Int64 = 0
    /// The time of the oldest item.
    package var oldest: Instant?
    package var made = 0
    package var removed = 0
    package var removedBytes: Int64 = 0
    package var compressed = 0
    /// Due at the last run, but beyond its budget.
    package var deferred = 0
    package var runs = 0
    /// Runs that a guard refused, and what the first of them was told.
    package var refused = 0
    package var trip: Limits.Trip?

    init(number: Int, at: Instant) {
        self.number = number
        self.at = at
    }

    /// Takes note of a run.
    mutating func take(_ tally: Tally, _ trip: Limits.Trip?) {
        runs += 1
        guard trip == nil else {
            refused += 1
            self.trip = self.trip ?? trip
            return
        }
        removed += tally.remove
        removedBytes = removedBytes.addingSaturated(tally.removeBytes)
        compressed += tally.compress
        deferred = tally.deferred
    }

    /// Takes note of what there is in the end.
    mutating func close(_ population: SimulationPopulation) {
        items = population.items
        bytes = population.bytes
        oldest = population.oldest
    }
}
