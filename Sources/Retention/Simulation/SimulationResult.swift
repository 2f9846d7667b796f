/// What a simulation came to, day by day and item by item.
package struct SimulationResult: Sendable, Equatable {
    /// The most that there is at once, and so what a disk must hold.
    package struct Peak: Sendable, Equatable {
        package var day = 0
        package var items = 0
        package var bytes: Int64 = 0
    }

    /// From day 0 on.
    package let days: [SimulatedDay]
    /// Of all items, by their time, and of one time by their path.
    package let lives: [SimulatedLife]
    package let peak: Peak

    init(days: [SimulatedDay], lives: [SimulatedLife], peak: Peak) {
        self.days = days
        self.lives = lives.sorted { left, right in
            left.time == right.time ? left.path.lexicographicallyPrecedes(right.path) : left.time < right.time
        }
        self.peak = peak
    }

    /// Runs that a guard refuses.
    package var refused: Int { days.reduce(0) { $0 + $1.refused } }

    /// The first day on which a guard refuses a run.
    package var firstRefusal: SimulatedDay? { days.first { $0.trip != nil } }
}
