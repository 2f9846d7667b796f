import Clients
import Coordination
import Retention
import Support
import Testing

/// Workers that die, at each step and in each way, and answers that are lost: each job ends exactly once.
@Suite(.timeLimit(.minutes(Scale.minutes(3))))
struct QueueWorkerDeathTests {
    private let rounds = Scale.rounds(5, nightly: 250)

    /// The step before which a worker dies.
    enum Step: CaseIterable {
        case claim, beat, complete, fail, giveBack, next
    }

    @Test(.tags(.r6), arguments: QueueKind.allCases, Step.allCases) func jobEndsOnceWhereverItsWorkerDies(
        _ kind: QueueKind,
        _ step: Step
    ) async throws {
        try await QueueWorld.with(kind) { world in
            for round in 0..<rounds {
                try await world.queue.put(.of("a", Int64(round), backoff: 0))
                let isHeld = try await work(world.queue, dyingBefore: step)
                var ends = 0
                while let claim = try await world.claimAfterSilence(worker: "survivor") {
                    #expect(claim.job.stalls == (isHeld ? 1 : 0))
                    ends += try await world.queue.complete(claim) ? 1 : 0
                }
                #expect(ends == (step == .next ? 0 : 1), "the survivor ends what the dead one has not")
                #expect(try await world.totals().stalled == (isHeld ? round + 1 : 0))
            }
            let completed = try await world.queue.jobs([.completed], offset: 0, limit: 10)
            #expect(completed.count == min(rounds, 10))
            let others = try await world.queue.jobs([.waiting, .active, .delayed, .failed], offset: 0, limit: 10)
            #expect(others.isEmpty)
        }
    }

    /// Does a worker's work until it dies.
    /// - Returns: whether it dies with a job.
    private func work(_ queue: any JobQueue, dyingBefore step: Step) async throws -> Bool {
        guard step != .claim else { return false }
        let claim = try await queue.take("victim")
        guard step != .beat else { return true }
        #expect(try await queue.beat([claim]).isEmpty)
        switch step {
        case .complete: return true
        case .fail:
            _ = try await queue.fail(claim, error: "e", tasks: nil, chance: 0)
            return false
        case .giveBack:
            #expect(try await queue.giveBack(claim))
            return false
        default:
            #expect(try await queue.complete(claim))
            return false
        }
    }

    @Test(.tags(.r7), arguments: QueueKind.allCases) func poisonJobIsDeadAfterItsAttempts(_ kind: QueueKind)
        async throws
    {
        // Of those that failed a queue keeps fifty: a new one for each twenty.
        for _ in 0..<Scale.rounds(1, nightly: 10) { try await Self.expectPoisonToEnd(kind) }
    }

    private static func expectPoisonToEnd(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            for round in 0..<10 {
                try await world.queue.put(.of("poison\(round)", attempts: 3, backoff: 0))
                try await world.queue.put(.of("kills\(round)", attempts: 3, backoff: 0))
            }
            var begun: [String: Int] = [:]
            // Jobs of one kind fail, those of the other kill their workers.
            while let claim = try await world.claimAfterSilence(worker: "w") {
                begun[claim.job.cycle, default: 0] += 1
                try #require(begun.values.reduce(0, +) <= 60, "it ends")
                guard claim.job.cycle.hasPrefix("poison") else { continue }
                _ = try await world.queue.fail(claim, error: "poison", tasks: nil, chance: 0)
            }
            #expect(begun.filter { $0.key.hasPrefix("poison") }.allSatisfy { $0.value == 3 })
            #expect(begun.filter { $0.key.hasPrefix("kills") }.allSatisfy { $0.value == 2 })
            let dead = try await world.queue.jobs([.failed], offset: 0, limit: 50)
            #expect(dead.count == 20 && dead.allSatisfy(\.isDead))
            #expect(try await world.totals() == QueueWorld.Totals(stalled: 20, dead: 20))
        }
    }

    @Test func claimWhoseAnswerWasLostComesAgainWithoutAStall() async throws {
        let server = try await RedisServer.started()
        try await RedisQueues.withClient(of: server) { client in
            let queue = RedisJobQueue(client: client, timeout: .milliseconds(300))
            let patient = RedisJobQueue(client: client, timeout: .seconds(20))
            let none = try await patient.claim(worker: "w")
            #expect(none == nil, "and the server knows the script")
            for round in 0..<5 {
                let request = JobRequest.of("a\(round)")
                try await patient.put(request)
                try server.pause()
                let error = await #expect(throws: RedisError.self) { try await queue.claim(worker: "w") }
                try server.resume()
                #expect(error?.isFateUnknown == true)
                let found = try await patient.job(request.id)
                #expect(found?.state == .active, "it was carried out")
                let claim = try #require(try await patientClaim(queue))
                #expect(claim.job.id == request.id && claim.job.attempts == 1 && claim.job.stalls == 0)
                #expect(try await patient.complete(claim))
            }
            #expect(try await queue.figures().stalledTotal == 0)
        }
    }

    /// A claim by a queue of little patience on a busy machine.
    private func patientClaim(_ queue: RedisJobQueue) async throws -> JobClaim? {
        for _ in 0..<20 {
            do {
                return try await queue.claim(worker: "w")
            } catch let error as RedisError where error.isFateUnknown {
                continue
            }
        }
        return nil
    }

    @Test(.tags(.r6)) func workersWhoseConnectionsAreCutEndEachJobOnce() async throws {
        let server = try await RedisServer.started()
        let count = 60
        try await RedisQueues.withClient(of: server) { client in
            let queue = RedisJobQueue(client: client, stallAfter: .milliseconds(400))
            for index in 0..<count { try await queue.put(.of("c\(index)")) }
            let cutter = Task {
                while !Task.isCancelled {
                    _ = try await server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                    try await Task.sleep(for: .milliseconds(30))  // banned-ok: the pace of cuts
                }
            }
            let ends = try await withThrowingTaskGroup(of: [String].self) { group in
                for worker in 0..<4 { group.addTask { try await Self.work(of: server, worker: worker) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            cutter.cancel()
            #expect(Set(ends).count == ends.count, "no job was seen to complete twice")
            let jobs = try await Self.retrying { try await queue.jobs(Set(JobState.allCases), offset: 0, limit: 1000) }
            #expect(jobs.count == count)
            #expect(jobs.allSatisfy { $0.state == .completed || ($0.isDead && $0.stalls == 2) }, "each has ended")
        }
    }

    /// Claims and completes until nothing is left, over connections that are cut all the time.
    /// - Returns: the jobs that it was told it has completed.
    private static func work(of server: RedisServer, worker: Int) async throws -> [String] {
        try await RedisQueues.withClient(of: server) { client in
            let queue = RedisJobQueue(client: client, stallAfter: .milliseconds(400))
            var ended: [String] = []
            while true {
                if let claim = try await retrying({ try await queue.claim(worker: "w\(worker)") }) {
                    if try await retrying({ try await queue.complete(claim) }) { ended.append(claim.job.id) }
                    continue
                }
                let figures = try await retrying { try await queue.figures() }
                if figures.waiting + figures.active + figures.delayed == 0 { return ended }
                try await Task.sleep(for: .milliseconds(20))  // banned-ok: rest between looks
            }
        }
    }

    private static func retrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        while true {
            do {
                return try await body()
            } catch let error as RedisError where error.code == nil {
                // Cut. A claim or an end whose answer is lost may have happened.
                try Task.checkCancellation()
            }
        }
    }
}
