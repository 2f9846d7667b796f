import Clients
import Coordination
import Retention
import Support
import Testing

/// The queue in Redis beside the pure one: the same operations give the same answers and the same jobs.
@Suite(.timeLimit(.minutes(10)))
struct QueueModelTests {
    @Test(arguments: 0..<40) func redisAnswersAsTheMachineDoes(_ seed: Int) async throws {
        let server = try await RedisQueues.sharedServer()
        try await RedisQueues.withClient(of: server) { client in
            var model = QueueModel(seed: UInt64(seed) + 7_000, client: client)
            for step in 0..<250 {
                let difference = try await model.step()
                #expect(difference == nil, "seed \(seed), step \(step)")
                if difference != nil { return }
            }
        }
    }
}

/// Both queues, and what is known of them.
private struct QueueModel {
    private var generator: SeededGenerator
    private let queue: RedisJobQueue
    private let impatient: RedisJobQueue
    private var machine = QueueMachine(stallAfter: .seconds(1_000_000))
    private var now = Instant(seconds: 1_800_000_000)
    /// Claims of Redis and of the machine, which are of the same job.
    private var claims: [(redis: JobClaim, machine: JobClaim)] = []
    private var ids: [String] = ["unknown"]
    private var second: Int64 = 0

    init(seed: UInt64, client: RedisClient) {
        generator = SeededGenerator(seed: seed)
        let prefix = RedisQueues.newPrefix()
        queue = RedisJobQueue(client: client, prefix: prefix, stallAfter: .seconds(1_000_000))
        impatient = RedisJobQueue(client: client, prefix: prefix, stallAfter: .zero)
    }

    /// One operation on both; what differs, if anything does.
    mutating func step() async throws -> String? {
        now = now.adding(nanoseconds: 1_000_000)
        let answers = try await operate()
        if answers.redis != answers.machine { return "\(answers.name): \(answers.redis) but \(answers.machine)" }
        guard generator.oneIn(4) else { return nil }
        return try await difference()
    }

    private mutating func operate() async throws -> (name: String, redis: String, machine: String) {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<6: return try await enqueue()
        case 6..<10: return try await claim(afterSilence: false)
        case 10: return try await claim(afterSilence: true)
        case 11..<17: return try await end()
        case 17:
            let id = generator.pick(ids)
            return ("retry \(id)", "\(try await queue.retry(id))", "\(machine.retry(id, now: now))")
        case 18:
            let id = generator.pick(ids)
            return ("remove \(id)", "\(try await queue.remove(id))", "\(machine.remove(id, now: now))")
        default:
            let paused = generator.oneIn(3)
            try await queue.setPaused(paused)
            machine.setPaused(paused)
            return ("pause \(paused)", "", "")
        }
    }

    private mutating func enqueue() async throws -> (name: String, redis: String, machine: String) {
        second += generator.oneIn(4) ? 0 : 1
        // Either due at once, or not within the test.
        var request = JobRequest.of(
            "c\(Int.random(in: 0..<8, using: &generator))",
            second,
            isRoutine: generator.oneIn(5),
            attempts: Int.random(in: 1...3, using: &generator),
            backoff: generator.oneIn(2) ? 0 : 3600
        )
        if generator.oneIn(10) { request.id = generator.pick(ids) }
        ids.append(request.id)
        let epoch: Int64? = generator.oneIn(2) ? nil : Int64.random(in: 5...7, using: &generator)
        let redis = try await queue.enqueue(request, epoch: epoch)
        return ("enqueue \(request.id)", "\(redis)", "\(machine.enqueue(request, epoch: epoch, now: now))")
    }

    private mutating func claim(
        afterSilence: Bool
    ) async throws -> (name: String, redis: String, machine: String) {
        let worker = "w\(Int.random(in: 0..<3, using: &generator))"
        machine.stallAfter = afterSilence ? .zero : .seconds(1_000_000)
        let redis = try await (afterSilence ? impatient : queue).claim(worker: worker)
        let ours = machine.claim(worker: worker, token: redis?.token ?? "none", now: now)
        if let redis, let ours { claims.append((redis, ours)) }
        return ("claim, \(afterSilence)", Self.text(redis?.job), Self.text(ours?.job))
    }

    /// Ends, beats or gives back one of the claims, which may be lost.
    private mutating func end() async throws -> (name: String, redis: String, machine: String) {
        guard !claims.isEmpty else { return ("nothing", "", "") }
        let claim = claims[Int.random(in: 0..<claims.count, using: &generator)]
        let id = claim.redis.job.id
        switch Int.random(in: 0..<9, using: &generator) {
        case 0..<2:
            let redis = try await queue.complete(claim.redis)
            return ("complete \(id)", "\(redis)", "\(machine.complete(claim.machine, now: now))")
        case 2..<4:
            let tasks = generator.oneIn(2) ? nil : generator.pick([[], ["a"], ["a", "b"]])
            let chance = Double.random(in: 0..<1, using: &generator)
            let redis = try await queue.fail(claim.redis, error: "e", tasks: tasks, chance: chance)
            let ours = machine.fail(claim.machine, error: "e", tasks: tasks, chance: chance, now: now)
            return ("fail \(id)", Self.text(redis), Self.text(ours))
        case 4:
            return ("give back \(id)", "\(try await queue.giveBack(claim.redis))", "\(machine.giveBack(claim.machine))")
        case 5..<7:
            // At once or much later: due times are not compared to the microsecond.
            let delay = generator.pick([Duration.zero, .seconds(5_000)])
            let redis = try await queue.postpone(claim.redis, by: delay)
            let microseconds = delay.components.seconds * 1_000_000
            let ours = machine.postpone(claim.machine, microseconds: microseconds, now: now)
            return ("postpone \(id) by \(delay)", "\(redis)", "\(ours)")
        case 7:
            return ("begin \(id)", "\(try await queue.begin(claim.redis))", "\(machine.begin(claim.machine, now: now))")
        default:
            let redis = try await queue.beat(claims.map(\.redis))
            return ("beat", "\(redis.sorted())", "\(machine.beat(claims.map(\.machine), now: now).sorted())")
        }
    }

    // MARK: Comparison

    /// What differs in the whole state.
    private mutating func difference() async throws -> String? {
        let states: Set<JobState> = generator.oneIn(2) ? Set(JobState.allCases) : [generator.pick(JobState.allCases)]
        let offset = Int.random(in: 0..<5, using: &generator)
        let redis = try await queue.jobs(states, offset: offset, limit: 50).map { Self.text($0) }
        let ours = machine.jobs(states, offset: offset, limit: 50).map { Self.text($0) }
        if redis != ours { return "jobs: \(redis) but \(ours)" }
        let id = generator.pick(ids)
        let (job, ourJob) = (Self.text(try await queue.job(id)), Self.text(machine.job(id)))
        if job != ourJob { return "job: \(job) but \(ourJob)" }
        return try await differenceOfFigures()
    }

    private mutating func differenceOfFigures() async throws -> String? {
        var redis = try await queue.figures()
        var ours = machine.figures()
        let other = try await impatient.figures()
        redis.stalledTotal += other.stalledTotal
        redis.deadTotal += other.deadTotal
        guard (redis.oldestWaitingSince == nil) == (ours.oldestWaitingSince == nil) else {
            return "since: \(redis) but \(ours)"
        }
        redis.oldestWaitingSince = nil
        ours.oldestWaitingSince = nil
        return redis == ours ? nil : "figures: \(redis) but \(ours)"
    }

    /// A job without its times, whose presence counts.
    private static func text(_ job: Job?) -> String {
        guard let job else { return "none" }
        let times = [job.startedAt, job.endedAt, job.heartbeatAt, job.begunAt].map { $0 == nil ? "-" : "t" }.joined()
        return "\(job.request) \(job.state) \(job.tasks as Any) \(job.attempts) \(job.stalls) \(times) "
            + "\(job.worker ?? "-") \(job.claim ?? "-") \(job.lastError ?? "-") \(job.supersededBy ?? "-")"
    }

    private static func text(_ failure: JobFailure) -> String {
        if case .retries = failure { "retries" } else { "\(failure)" }
    }
}
