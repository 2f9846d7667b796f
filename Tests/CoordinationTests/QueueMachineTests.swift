import Coordination
import Retention
import Support
import Testing

/// The pure queue: steps, and taking them back.
struct QueueMachineTests {
    private let start = Instant(seconds: 1_800_000_000)

    @Test(arguments: 0..<200) func stepThatIsTakenBackLeavesNoTrace(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var machine = QueueMachine(stallAfter: .seconds(50))
        var claims: [JobClaim] = []
        var now = start
        for step in 0..<120 {
            now = now.adding(nanoseconds: Int64.random(in: 0...10_000_000_000, using: &generator))
            let before = Picture(&machine)
            let untouched = generator
            var tried: [JobClaim] = claims
            Self.operate(&machine, &generator, &tried, now)
            machine.undo()
            #expect(Picture(&machine) == before, "seed \(seed), step \(step)")
            // The same step, for good.
            generator = untouched
            Self.operate(&machine, &generator, &claims, now)
        }
    }

    @Test(arguments: 0..<100) func changesOfStepsMakeTheQueueAgain(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var machine = QueueMachine(stallAfter: .seconds(50))
        var claims: [JobClaim] = []
        var stored: [String: QueueRecord] = [:]
        var now = start
        for _ in 0..<120 {
            now = now.adding(nanoseconds: Int64.random(in: 0...10_000_000_000, using: &generator))
            Self.operate(&machine, &generator, &claims, now)
            for (id, record) in machine.changes { stored[id] = record }
        }
        var again = QueueMachine(stallAfter: .seconds(50), facts: machine.facts, records: stored, now: now)
        // What the end of the process does to active jobs, the silence of all workers does too.
        let active = machine.jobs([.active], offset: 0, limit: 1000)
        for (id, record) in again.changes { stored[id] = record }
        #expect(Set(again.changes.keys).isSuperset(of: active.map(\.id)), "seed \(seed)")
        #expect(again.stalledTotal == active.count)
        machine.stallAfter = .zero
        machine.setPaused(true)
        again.setPaused(true)
        _ = machine.claim(worker: "w", token: "t", now: now)
        _ = again.claim(worker: "w", token: "t", now: now)
        machine.setPaused(false)
        again.setPaused(false)
        #expect(Self.order(&machine, now) == Self.order(&again, now), "seed \(seed)")
    }

    /// Claims everything.
    private static func order(_ machine: inout QueueMachine, _ now: Instant) -> [String] {
        machine.stallAfter = .seconds(50)
        var ids: [String] = []
        while let claim = machine.claim(worker: "w", token: "\(ids.count)", now: now) { ids.append(claim.job.id) }
        return ids
    }

    @Test func identityIsForgottenAfterAnHour() {
        var machine = QueueMachine(stallAfter: .seconds(50))
        #expect(machine.enqueue(.of("a"), epoch: nil, now: start) == .enqueued)
        #expect(machine.remove(JobRequest.of("a").id, now: start) == true)
        let before = start.adding(nanoseconds: 3599 * 1_000_000_000)
        #expect(machine.enqueue(.of("a"), epoch: nil, now: before) == .duplicate)
        let after = start.adding(nanoseconds: 3600 * 1_000_000_000)
        #expect(machine.enqueue(.of("a"), epoch: nil, now: after) == .enqueued)
    }

    @Test func clockThatGoesBackStallsNobody() {
        var machine = QueueMachine(stallAfter: .seconds(50))
        #expect(machine.enqueue(.of("a"), epoch: nil, now: start) == .enqueued)
        #expect(machine.claim(worker: "w", token: "t", now: start) != nil)
        #expect(machine.claim(worker: "w", token: "u", now: Instant(seconds: 0)) == nil)
        // From there on it counts: a worker that has died keeps its job no longer than ever.
        #expect(machine.claim(worker: "w", token: "u", now: Instant(nanoseconds: 49_999_999_999)) == nil)
        #expect(machine.claim(worker: "w", token: "u", now: Instant(nanoseconds: 50_000_000_000)) != nil)
    }

    @Test func whatIsPostponedComesAtOnceWhereTheClockWasSetBackByDays() throws {
        var machine = QueueMachine(stallAfter: .seconds(50))
        for name in ["a", "b"] {
            #expect(machine.enqueue(.of(name, backoff: 86_400), epoch: nil, now: start) == .enqueued)
        }
        let first = machine.claim(worker: "w", token: "t", now: start)
        let postponed = try #require(first)
        #expect(machine.postpone(postponed, microseconds: 86_400_000_000, now: start) == true)
        // A retry may be that far away.
        let second = machine.claim(worker: "w", token: "u", now: start)
        let failed = try #require(second)
        #expect(machine.fail(failed, error: "e", tasks: nil, chance: 0.9, now: start) != .lost)
        #expect(machine.claim(worker: "w", token: "v", now: start) == nil, "a day is as long as it may be")
        let before = start.adding(nanoseconds: -1_000_000_000)
        let again = machine.claim(worker: "w", token: "v", now: before)
        #expect(again?.job.id == postponed.job.id)
        #expect(machine.claim(worker: "w", token: "x", now: before) == nil)
    }

    /// With lines that are searched or moved for each job, this would take many minutes.
    @Test(.timeLimit(.minutes(5))) func longLineIsNotSearchedForEachJob() {
        var machine = QueueMachine(stallAfter: .seconds(50))
        var (enqueued, completed) = (0, 0)
        for index in 0..<30_000 {
            let answer = machine.enqueue(.of("c\(index)"), epoch: nil, now: start)
            enqueued += answer == .enqueued ? 1 : 0
        }
        while let claim = machine.claim(worker: "w", token: "t", now: start) {
            completed += machine.complete(claim, now: start) ? 1 : 0
        }
        #expect(enqueued == 30_000 && completed == 30_000)
        let figures = machine.figures()
        #expect(figures == QueueFigures())
    }

    @Test func backOffDoublesUpToADayAndChanceAddsUpToAHalf() {
        let second: Int64 = 1_000_000_000
        #expect(Backoff.nanoseconds(base: 60, attempts: 1, chance: 0) == 60 * second)
        #expect(Backoff.nanoseconds(base: 60, attempts: 2, chance: 0) == 120 * second)
        #expect(Backoff.nanoseconds(base: 60, attempts: 3, chance: 0.5) == 300 * second)
        #expect(Backoff.nanoseconds(base: 60, attempts: 40, chance: 0) == 86_400 * second)
        #expect(Backoff.nanoseconds(base: 60, attempts: .max, chance: 0) == 86_400 * second)
        #expect(Backoff.nanoseconds(base: 60, attempts: .min, chance: 0) == 60 * second)
        #expect(Backoff.nanoseconds(base: 0, attempts: 9, chance: 0.9) == 0)
        for chance in [1.0, 2, .infinity] {
            let wait = Backoff.nanoseconds(base: 60, attempts: 1, chance: chance)
            #expect(wait >= 89 * second && wait <= 90 * second)
        }
        for chance in [-1.0, .nan, -.infinity] {
            #expect(Backoff.nanoseconds(base: 60, attempts: 1, chance: chance) == 60 * second)
        }
    }

    // MARK: Operations

    /// All that can be seen of a queue.
    private struct Picture: Equatable {
        var jobs: [Job]
        var figures: QueueFigures
        var facts: QueueFacts

        init(_ machine: inout QueueMachine) {
            jobs = machine.jobs(Set(JobState.allCases), offset: 0, limit: 1000)
            figures = machine.figures()
            facts = machine.facts
        }
    }

    private static func operate(
        _ machine: inout QueueMachine,
        _ generator: inout SeededGenerator,
        _ claims: inout [JobClaim],
        _ now: Instant
    ) {
        let cycle = "c\(Int.random(in: 0..<6, using: &generator))"
        let request = JobRequest.of(
            cycle,
            Int64.random(in: 0..<30, using: &generator),
            isRoutine: generator.oneIn(5),
            attempts: Int.random(in: 1...2, using: &generator),
            backoff: 5
        )
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<3:
            let epoch = generator.oneIn(2) ? nil : Int64.random(in: 1...9, using: &generator)
            _ = machine.enqueue(request, epoch: epoch, now: now)
        case 3..<5:
            let token = "\(UInt64.random(in: .min ... .max, using: &generator))"
            if let claim = machine.claim(worker: "w", token: token, now: now) { claims.append(claim) }
        case 5: _ = machine.retry(request.id, now: now)
        case 6: _ = machine.remove(request.id, now: now)
        case 7: machine.setPaused(generator.oneIn(4))
        default:
            guard !claims.isEmpty else { return machine.setPaused(false) }
            let claim = generator.pick(claims)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: _ = machine.complete(claim, now: now)
            case 2: _ = machine.postpone(claim, microseconds: 7_000_000, now: now)
            case 1: _ = machine.fail(claim, error: "e", tasks: nil, chance: 0.1, now: now)
            case 3: _ = machine.begin(claim, now: now)
            default: _ = machine.giveBack(claim)
            }
        }
    }
}
