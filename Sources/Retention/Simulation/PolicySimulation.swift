/// What a policy keeps as time goes by: its runs, one after the other, over the items that there are and those that are
/// made meanwhile.
///
/// A pure function of values. What goes is decided by ``Judge`` and ``Limits`` at the instant of each run, as in a plan
/// and a real run: there is no second copy of the rules. What a run removes is not there for the next; what a guard
/// refuses stays, and the next run meets it again. Nothing else happens: items are neither touched nor held anew, and
/// have the size that they had, also when compressed.
///
/// The policy must be one whose outcome items and time alone decide; a quota would see nothing of its disk.
package struct PolicySimulation: Sendable {
    /// More items than this are not held in memory.
    package static let mostItems = 500_000
    /// More than this are not made.
    package static let mostMade = 100_000
    /// Verdicts on single items in all; that is a minute's work at most.
    static let mostVerdicts = 100_000_000

    private let policy: Policy
    private let limits: Limits
    private let span: SimulationSpan
    private let runs: [Instant]
    private let growth: SimulationGrowth?

    /// - Parameters:
    ///   - runs: when the task runs; what lies outside the span is passed over. `nil` = at the end of each day.
    ///   - growth: what is made meanwhile; `nil` = nothing.
    package init(
        policy: Policy,
        limits: Limits = Limits(),
        span: SimulationSpan,
        runs: [Instant]? = nil,
        growth: SimulationGrowth? = nil
    ) {
        self.policy = policy
        self.limits = limits
        self.span = span
        self.runs =
            runs.map { $0.filter { $0 > span.start && $0 <= span.end }.sorted() }
            ?? (1...span.days).map { span.end(ofDay: $0) }
        self.growth = growth
    }

    /// Simulates all days.
    ///
    /// Throws ``PolicyRefusal`` for a policy that may not be used, and ``SimulationError`` for too much work.
    /// - Parameter blocks: the items that there are at the beginning, not judged yet.
    package func result(of blocks: [ItemBlock]) throws -> SimulationResult {
        var walk = try Walk(self, blocks)
        var first = SimulatedDay(number: 0, at: span.start)
        first.close(walk.population)
        var days = [first]
        var rest = runs[...]
        for number in 1...span.days {
            let end = span.end(ofDay: number)
            let due = rest.prefix { $0 <= end }
            rest = rest.dropFirst(due.count)
            days.append(try walk.day(number, due, end))
        }
        return SimulationResult(days: days, lives: walk.population.judgedLives, peak: walk.peak)
    }

    /// Where a simulation stands.
    private struct Walk {
        let simulation: PolicySimulation
        var population: SimulationPopulation
        var series: SimulationSeries?
        var peak = SimulationResult.Peak()
        var verdicts = 0

        init(_ simulation: PolicySimulation, _ blocks: [ItemBlock]) throws(SimulationError) {
            self.simulation = simulation
            try PolicySimulation.check(count: blocks.reduce(0) { $0 + $1.items.count })
            population = SimulationPopulation(blocks)
            if let growth = simulation.growth {
                series = try SimulationSeries(
                    growth,
                    beside: blocks,
                    compresses: simulation.policy.compressOlderThan != nil,
                    in: simulation.span
                )
            }
            rise(on: 0)
        }

        mutating func day(_ number: Int, _ runs: ArraySlice<Instant>, _ end: Instant) throws -> SimulatedDay {
            var day = SimulatedDay(number: number, at: runs.last ?? end)
            for run in runs {
                grow(to: run, &day)
                verdicts += population.items
                guard verdicts <= PolicySimulation.mostVerdicts else { throw tooMuchWork(number) }
                let (tally, trip) = try population.run(simulation.policy, simulation.limits, at: run)
                day.take(tally, trip)
            }
            if runs.isEmpty { grow(to: end, &day) }
            day.close(population)
            return day
        }

        private mutating func grow(to instant: Instant, _ day: inout SimulatedDay) {
            for time in series?.instants(through: instant) ?? [] {
                for (number, template) in (series?.templates ?? []).enumerated() {
                    population.add(template, number: number, at: time)
                    day.made += 1
                }
            }
            rise(on: day.number)
        }

        private mutating func rise(on day: Int) {
            guard (population.bytes, population.items) > (peak.bytes, peak.items) else { return }
            peak = SimulationResult.Peak(day: day, items: population.items, bytes: population.bytes)
        }

        private func tooMuchWork(_ day: Int) -> SimulationError {
            .tooMuchWork(
                day: day,
                of: simulation.span.days,
                items: population.items,
                verdicts: PolicySimulation.mostVerdicts
            )
        }
    }

    /// Whether so many items can be taken at all; asked while they are listed, too.
    package static func check(count: Int) throws(SimulationError) {
        guard count > mostItems else { return }
        throw SimulationError(
            .tooManyItems,
            "There are more than \(mostItems) items, which is more than a simulation holds in memory. Copy the task "
                + "into a configuration of its own, with a narrower path or match, and simulate that."
        )
    }
}
