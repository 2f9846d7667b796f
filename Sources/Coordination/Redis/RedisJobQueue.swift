package import Clients
import Retention
import Synchronization

/// The queue that replicas share: a stream of Redis with a consumer group, by `RedisJobQueueScripts`.
///
/// Redis' clock is the only clock. Throws `RedisError`; where `isFateUnknown`, the step may have been taken. A claim
/// whose fate is not known is asked for again by the next one, so that its job is not left to nobody.
package final class RedisJobQueue: JobQueue {
    private struct Storage {
        var stalled = 0
        var dead = 0
        var unreadable = 0
        /// Tokens of claims whose fate is not known.
        var unsure: [String] = []
    }

    /// So many workers at most may have claims whose fate is not known; more of them are left to their silence.
    private static let maximumUnsure = 64
    private static let maximumUnreadable = 100
    private static let beatsAtOnce = 500

    let client: RedisClient
    let keys: RedisKeys
    private let silence: Int64
    private let timeout: Duration
    private let storage = Mutex(Storage())

    /// - Parameters:
    ///   - client: must run.
    ///   - prefix: of all keys.
    ///   - stallAfter: how long a worker may go without `beat`; the same for all replicas.
    ///   - timeout: of each step.
    package init(
        client: RedisClient,
        prefix: String = RedisKeys.usualPrefix,
        stallAfter: Duration = .seconds(30),
        timeout: Duration = .seconds(5)
    ) {
        self.client = client
        self.timeout = timeout
        keys = RedisKeys(prefix: prefix)
        let (seconds, attoseconds) = stallAfter.components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        silence = overflow ? .max : milliseconds + attoseconds / 1_000_000_000_000_000
    }

    // MARK: Scheduler

    package func enqueue(_ request: JobRequest, epoch: Int64?) async throws -> Enqueued {
        if let problem = request.problem { throw JobQueueError.refused(request.id, problem: problem) }
        let answer = try await run(
            RedisJobQueueScripts.enqueue,
            [
                request.id, epoch.map { String(max($0, 0)) } ?? "", request.cycle, request.firedAt.nanoseconds,
                request.trigger, request.isRoutine ? 1 : 0, request.maximumAttempts, "\(request.backoffSeconds)",
            ]
        )
        switch (answer.elements?.first?.text, answer.elements?.last?.text) {
        case ("enqueued", _): return .enqueued
        case ("duplicate", _): return .duplicate
        case ("busy", let other?): return .busy(by: other)
        case ("stale", _): return .stale
        default: throw JobQueueError.answer("enqueue")
        }
    }

    // MARK: Workers

    package func claim(worker: String) async throws -> JobClaim? {
        let worker = JobWords.cut(worker, to: QueueLimits.maximumWorkerLength)
        for _ in 0..<Self.maximumUnreadable {
            let unsure = storage.withLock { $0.unsure.popLast() }
            let token = unsure ?? JobToken.make(worker: worker)
            let answer: RedisValue
            do throws(RedisError) {
                answer = try await run(
                    RedisJobQueueScripts.claim,
                    [worker, token, silence, unsure == nil ? 0 : 1]
                )
            } catch {
                if unsure != nil || error.isFateUnknown { remember(token) }
                throw error
            }
            let claimed = try RedisClaimAnswer(answer)
            count(claimed)
            guard let fields = claimed.fields else { return nil }
            switch RedisJobFields.job(fields) {
            case .success(let job): return JobClaim(job: job, token: token)
            case .failure(let unreadable): try await discard(unreadable, token)
            }
        }
        return nil
    }

    package func beat(_ claims: [JobClaim]) async throws -> Set<String> {
        var lost: Set<String> = []
        var rest = claims[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.beatsAtOnce))
            rest = rest.dropFirst(some.count)
            let answer = try await run(RedisJobQueueScripts.beat, some.flatMap { [$0.job.id, $0.token] })
            guard let places = answer.elements else { throw JobQueueError.answer("beat") }
            for place in places {
                guard let place = place.int, some.indices.contains(Int(place)) else {
                    throw JobQueueError.answer("beat")
                }
                lost.insert(some[Int(place)].job.id)
            }
        }
        return lost
    }

    package func complete(_ claim: JobClaim) async throws -> Bool {
        try await decide(RedisJobQueueScripts.complete, "complete", [claim.job.id, claim.token])
    }

    package func fail(
        _ claim: JobClaim,
        error: String,
        tasks: [String]?,
        chance: Double
    ) async throws -> JobFailure {
        let job = claim.job
        if let problem = Job.problem(ofTasks: tasks) { throw JobQueueError.refused(job.id, problem: problem) }
        let wait = Backoff.nanoseconds(base: job.backoffSeconds, attempts: job.attempts, chance: chance)
        let answer = try await run(
            RedisJobQueueScripts.fail,
            [
                job.id, claim.token, JobWords.cut(error, to: Job.maximumErrorLength), tasks == nil ? 0 : 1,
                RedisJobFields.text(ofTasks: tasks ?? []), wait / 1000,
            ]
        )
        switch answer.elements?.first?.text {
        case "retries":
            guard let due = answer.elements?.last?.text.flatMap(RedisJobFields.instant) else { break }
            return .retries(at: due)
        case "dead":
            storage.withLock { $0.dead += 1 }
            return .dead
        case "lost": return .lost
        default: break
        }
        throw JobQueueError.answer("fail")
    }

    package func giveBack(_ claim: JobClaim) async throws -> Bool {
        try await decide(RedisJobQueueScripts.giveBack, "give back", [claim.job.id, claim.token])
    }

    package func begin(_ claim: JobClaim) async throws -> Bool {
        try await decide(RedisJobQueueScripts.begin, "begin", [claim.job.id, claim.token])
    }

    package func postpone(_ claim: JobClaim, by delay: Duration) async throws -> Bool {
        let microseconds = QueueLimits.microseconds(delay)
        return try await decide(RedisJobQueueScripts.postpone, "postpone", [claim.job.id, claim.token, microseconds])
    }

    /// Gives up a job that was claimed and cannot be read.
    private func discard(_ job: RedisJobFields.Unreadable, _ token: String) async throws {
        if try await decide(RedisJobQueueScripts.discard, "discard", [job.id, token, job.problem]) {
            storage.withLock { $0.unreadable += 1 }
        }
    }

    private func remember(_ token: String) {
        storage.withLock { if $0.unsure.count < Self.maximumUnsure { $0.unsure.append(token) } }
    }

    private func count(_ answer: RedisClaimAnswer) {
        storage.withLock {
            $0.stalled += answer.stalled
            $0.dead += answer.dead
            $0.unreadable += answer.unreadable
        }
    }

    func addTotals(to figures: inout QueueFigures) {
        storage.withLock {
            figures.stalledTotal = $0.stalled
            figures.deadTotal = $0.dead
            figures.unreadableTotal = $0.unreadable
        }
    }

    // MARK: Scripts

    func run(_ script: RedisScript, _ arguments: [any RedisArgument]) async throws(RedisError) -> RedisValue {
        let names: [any RedisArgument] = [keys.queueJob, keys.queueGone]
        return try await client.run(script, keys: keys.queue, arguments: names + arguments, timeout: timeout)
    }

    func decide(_ script: RedisScript, _ name: String, _ arguments: [any RedisArgument]) async throws -> Bool {
        switch try await run(script, arguments) {
        case .integer(1): true
        case .integer(0): false
        default: throw JobQueueError.answer(name)
        }
    }
}
