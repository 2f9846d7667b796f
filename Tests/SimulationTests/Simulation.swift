import Coordination
import Engine
import Retention
import Support

/// What came of one seed.
struct SimulationResult {
    let seed: UInt64
    var violations: [String]
    var happenings: Int
    /// Of the generator at the end: equal for equal seeds only if everything went the same way.
    var fingerprint: UInt64
    /// What has happened how often: a simulation in which nothing happens proves nothing.
    var figures: [String: Int]
    var trace: [String]
}

enum Simulation {
    /// Lives through one seed.
    static func run(seed: UInt64, sabotage: Sabotage? = nil, isTracing: Bool = false) throws -> SimulationResult {
        let world = try World(seed: seed, sabotage: sabotage, isTracing: isTracing)
        world.populate()
        let faultsEnd = world.ttls(13, 19)
        world.planFaults(until: faultsEnd)
        world.run(until: faultsEnd)
        if world.mode == .liveness, world.oracle.violations.isEmpty { world.recover() }
        return SimulationResult(
            seed: seed,
            violations: world.oracle.violations,
            happenings: world.happenings,
            fingerprint: world.random.state,
            figures: world.figures,
            trace: world.trace ?? []
        )
    }
}

extension World {
    fileprivate func populate() {
        for index in 0..<(3 + below(3)) {
            let clock = MonotonicClock(rate: 0.99 + 0.02 * chance(), offset: Int64(random.next() % (1 << 50)))
            let wall = WallClock(offset: Int64((chance() * 2 - 1) * 1e9))
            let replica = Replica(index: index, clock: clock, wall: wall)
            replicas.append(replica)
            // It has run here before: of a clock that was wrong from the first, nobody could tell.
            state.clocks[index] = ClockTrust(trusted: replica.reading(at: 0))
            after(ttls(0, 1)) { [self] in start(replica) }
        }
        redis.wall.rate = 0.99 + 0.02 * chance()
        for _ in 0..<(10 + below(20)) {
            let age =
                switch below(3) {
                // Eligible from the beginning; while the world lasts; never.
                case 0: SimulatedItems.age + Int64(chance() * Double(Span.hour))
                case 1: SimulatedItems.age - ttls(0, 16)
                default: Int64(chance() * Double(100 * Span.minute))
                }
            items.all.append(SimulatedItem(task: random.pick(["files", "rows"]), born: -age))
        }
    }

    /// Faults have stopped: all must get done, within a bound.
    fileprivate func recover() {
        heal()
        let healed = now
        // A lock of a clock that was set back is kept for ten times the time-to-live.
        let leadBy = healed + (redis.hasForgotten ? 13 : 3) * ttl
        run(until: leadBy) { [self] in hasLeader }
        guard oracle.violations.isEmpty else { return }
        if !hasLeader { return violation("nobody leads, \(Double(now - healed) / 1e9) s after the last fault") }
        let end = now + 27 * ttl
        run(until: end) { [self] in happenings % 64 == 0 && isSettled(since: healed) }
        guard oracle.violations.isEmpty else { return }
        if !isSettled(since: healed) {
            return violation("not done, \(Double(now - healed) / 1e9) s after the last fault: \(leftOver(healed))")
        }
        note("all is done")
        let settled = now
        run(until: settled + 2 * ttl)
        checkFirings(until: settled)
    }

    private var hasLeader: Bool { replicas.contains { $0.isUp && $0.lead?.trustedEpoch != nil } }

    private func isSettled(since healed: Int64) -> Bool { hasLeader && leftOver(healed).isEmpty }

    /// What should be over: jobs from before, items that are due.
    private func leftOver(_ healed: Int64) -> [String] {
        let jobs = redis.data.queue.jobs([.waiting, .active, .delayed], offset: 0, limit: 1000)
        let old = jobs.filter { oracle.enqueuedAt[$0.id, default: 0] < healed }.map { "job \($0.id) is \($0.state)" }
        let due = items.all.indices.filter { !items.all[$0].isGone && items.isEligible($0, at: now - 10 * Span.second) }
        return old + due.map { "item \($0) of \(items.all[$0].task)" }
    }

    /// Each firing since the first was offered, or counted as missed. Where wall clocks leapt, nobody can say which
    /// firings there were.
    private func checkFirings(until end: Int64) {
        guard oracle.violations.isEmpty, !hasLeapt else { return }
        for cycle in cycles {
            guard let schedule = cycle.schedule, let from = oracle.countedFrom[cycle.name] else { continue }
            let last = WallClock.epoch.adding(nanoseconds: end - 2 * Span.second)
            for fire in schedule.fires(after: from, count: 100) where fire <= last {
                guard !oracle.accounted[cycle.name, default: []].contains(fire) else { continue }
                violation("nobody accounts for the firing of \(cycle.name) at \(fire.nanoseconds)")
            }
        }
    }

    fileprivate var figures: [String: Int] {
        [
            "gains": oracle.gains, "overlaps": oracle.overlaps, "deletions": oracle.deletions,
            "fenced": oracle.fenced, "batches": oracle.batches, "jobs ended": oracle.endedTotal,
            "stalls": oracle.stalls, "duplicates": oracle.duplicates, "take-overs": oracle.takeOvers,
            "missed firings": oracle.madeUpFor, "leaps refused": oracle.leapsRefused,
            "worlds that forgot": redis.hasForgotten ? 1 : 0,
        ]
    }
}
