import Foundation
import Support
import Testing

/// Makes faults at random, but such as a seed repeats: one hand works on the replicas, another one on the servers.
struct SoakFaults: Sendable {
    let world: SoakWorld
    let log: SoakFaultLog
    let seed: UInt64

    /// Longer and shorter than what a lock lasts.
    private static func steps(_ faults: [SoakFault], seed: UInt64, count: Int) -> [SoakStep] {
        var random = SeededGenerator(seed: seed)
        var steps: [SoakStep] = []
        while steps.count < count {
            // Each kind once before any comes again.
            for fault in faults.shuffled(using: &random) {
                let seconds = Double.random(in: 0...1, using: &random)
                steps.append(
                    SoakStep(
                        fault: fault,
                        choice: Int.random(in: 0..<60, using: &random),
                        seconds: 0.3 + 6 * seconds * seconds,
                        rest: Double.random(in: 0.2...2.5, using: &random)
                    )
                )
            }
        }
        return steps
    }

    /// Goes on for that long, and then mends all.
    func run(seconds: Double) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        let count = Int(seconds) + 1
        let plans = [
            Self.steps(SoakFault.ofReplicas, seed: seed, count: count),
            Self.steps(SoakFault.ofServers, seed: seed &+ 1, count: count),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for plan in plans {
                group.addTask {
                    for step in plan where ContinuousClock.now < end {
                        try await log.during(step.fault) { try await make(step) }
                        await Self.wait(step.rest)
                        try Task.checkCancellation()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Ends early where the test does, so that what was stopped goes on in any case.
    private static func wait(_ seconds: Double) async {
        do {
            try await Task.sleep(for: .seconds(seconds))  // banned-ok: the pace of the world, not a wait for a result
        } catch {
            return
        }
    }

    private func make(_ step: SoakStep) async throws {
        let hold: () async -> Void = { await Self.wait(step.seconds) }
        switch step.fault {
        case .replicaStopped, .replicaKilled, .replicaEnded, .configurationChanged, .configurationBad:
            try await makeOfReplica(step, hold)
        case .locksRestarted, .locksKilled, .locksFlushed, .locksPaused, .locksCut, .locksSlow:
            try await makeOfLocks(step, hold)
        case .databaseTerminated, .databaseRestarted, .databaseCut: try await makeOfDatabase(step)
        case .keysPaused, .keysCut, .objectsPaused, .objectsRefused, .objectsCut, .containersPaused, .entriesLocked:
            try await makeOfStores(step, hold)
        case .machineStarved: break
        }
    }

    private func makeOfReplica(_ step: SoakStep, _ hold: () async -> Void) async throws {
        // The third lives through all of it, so that what it hoards shows.
        let mortal = step.fault == .replicaKilled || step.fault == .replicaEnded
        let replica = world.replicas[step.choice % (mortal ? 2 : 3)]
        switch step.fault {
        case .replicaStopped:
            replica.service.child.signal(SIGSTOP)
            await hold()
            replica.service.child.signal(SIGCONT)
        case .replicaKilled, .replicaEnded:
            try await world.scrapes.scrape(replica)
            let isKilled = step.fault == .replicaKilled
            let begin = ContinuousClock.now
            let code = try await replica.stop(isKilled ? SIGKILL : SIGTERM)
            // I14: SIGTERM ends it within 10 s.
            #expect(code == (isKilled ? 128 + SIGKILL : 0), "so \(replica.name) ended")
            #expect(ContinuousClock.now - begin < .seconds(11), "\(replica.name) took long to end")
            await Self.wait(step.seconds / 3)
            try await replica.start()
        case .configurationChanged:
            try await load(SoakConfiguration.changed, replica, isGood: true)
            await hold()
            try await load(SoakConfiguration.text, replica, isGood: true)
        default:
            let bad = SoakConfiguration.bad[step.choice % SoakConfiguration.bad.count]
            try await load(bad, replica, isGood: false)
            await hold()
            try await load(SoakConfiguration.text, replica, isGood: true)
        }
    }

    /// I15: it says whether it has taken it; and goes on in either case.
    private func load(_ text: String, _ replica: SoakReplica, isGood: Bool) async throws {
        let name = "cleanup_config_last_reload_successful"
        let time = "cleanup_config_last_reload_success_timestamp_seconds"
        try await world.scrapes.scrape(replica)
        let before = world.scrapes.last(replica, time) ?? 0
        try replica.load(text)
        // Without a state store it is tried again and again, and a circuit breaker lets nobody try for a while.
        let isSaid = try await eventually(seconds: 20 + SoakSchedule.breaker + SoakSchedule.reload) { () -> Bool? in
            try await world.scrapes.scrape(replica)
            guard world.scrapes.last(replica, name) == (isGood ? 1 : 0) else { return nil }
            return !isGood || world.scrapes.last(replica, time) ?? 0 > before ? true : nil
        }
        #expect(isSaid == true, "\(replica.name) does not say that its configuration is \(isGood ? "good" : "bad")")
    }
}
