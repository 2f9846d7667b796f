import Foundation
import Support
import Testing

/// Three replicas with all kinds of sources, while whatever they need fails at random. All the time: nothing goes that is
/// not due, no counter is ahead of the truth. Behind it: all that is due goes, and the counters are exact.
@Suite(.timeLimit(.minutes(Scale.minutes(15))), .tags(.p5))
struct RandomFaultTests {
    /// How long faults are made, and how long all is well before and behind them.
    private static let seconds = Double(Scale.rounds(40, nightly: 1_800))
    private static let calm = Scale.soak == nil ? 8.0 : 30

    @Test func whateverFailsNothingIsLostAndAllThatIsDueGoesInTheEnd() async throws {
        let log = SoakFaultLog()
        try await SoakMachine(log).watched {
            try await SoakWorld.with { world in try await Self.soak(world, log) }
        }
    }

    private static func soak(_ world: SoakWorld, _ log: SoakFaultLog) async throws {
        let seed = Scale.seed(105)
        let work = SoakWork(world, seed: seed)
        let faults = SoakFaults(world: world, log: log, seed: seed)
        let judge = SoakJudge(world: world, work: work, faults: log, begin: Date())
        async let working: Void = work.run()
        try await world.beScraped()
        log.extendAll(to: Date())
        try await wait(calm)
        work.setFaults(true)
        try await faults.run(seconds: seconds)
        let end = Date()
        try await judge.expectAllThatIsDueGoes()
        work.setFaults(false)
        let before = try await judge.counts()
        let trips = try await judge.trips()
        work.setMaking(true)
        try await wait(calm)
        try await judge.expectAllThatIsDueGoes()
        try await judge.expectExactCounters(since: before)
        try await judge.expectJobsEnd(since: end)
        work.end()
        try await working
        judge.expectNothingLost()
        try await judge.expectGuardsHeld(since: trips)
        try await judge.expectIntents()
        try await judge.expectPreviewsChangedNothing()
        try await judge.expectServersWereAsked()
        try await judge.expectNoJobTwice()
        try await judge.expectNobodyElseActed()
        try await judge.expectShortTransactions()
        try await judge.expectOneEpochAtATime()
        try await judge.expectLedger(until: end)
        judge.expectBoundedSizes()
        try await judge.expectExplainedAlerts()
        try await judge.expectWholeExpositions()
        judge.expectItWasASoak(seconds: seconds)
        print(try await judge.report(seed: seed))
    }

    private static func wait(_ seconds: Double) async throws {
        try await Task.sleep(for: .seconds(seconds))  // banned-ok: for so long the world goes on as it is
    }
}
