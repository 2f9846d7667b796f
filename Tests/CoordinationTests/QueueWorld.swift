import Clients
import Coordination
import Foundation
import Retention
import State
import Support
import Synchronization
import Testing

/// The kinds of queue that keep one contract.
enum QueueKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local
    case redis

    var testDescription: String { rawValue }
}

/// An empty queue of a kind, for one test.
struct QueueWorld: Sendable {
    let kind: QueueKind
    let queue: any JobQueue
    /// The same queue, for which every worker has been silent for too long.
    private let impatient: any JobQueue
    private let clock: TestClock
    private let time: @Sendable () async throws -> Instant

    static let stallAfter: Duration = .seconds(600)

    /// The queue's own time.
    func now() async throws -> Instant { try await time() }

    /// A claim at a time when all workers have been silent for too long.
    func claimAfterSilence(worker: String) async throws -> JobClaim? {
        clock.advance(seconds: 601)
        return try await impatient.claim(worker: worker)
    }

    /// Claims a job that is delayed for less than a second, as soon as it is given out.
    func takeDelayed() async throws -> JobClaim {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if let claim = try await queue.claim(worker: "w") { return claim }
            clock.advance(seconds: 0.005)
            if kind == .redis { try await Task.sleep(for: .milliseconds(5)) }  // banned-ok: rest between looks
        }
        throw SupportError("the delayed job did not come")
    }

    /// Stalls and deaths that the queue has counted.
    func totals() async throws -> Totals {
        let first = try await queue.figures()
        if kind == .local { return Totals(stalled: first.stalledTotal, dead: first.deadTotal) }
        let second = try await impatient.figures()
        return Totals(
            stalled: first.stalledTotal + second.stalledTotal,
            dead: first.deadTotal + second.deadTotal
        )
    }

    struct Totals: Equatable {
        var stalled: Int
        var dead: Int
    }

    /// Lends an empty queue.
    static func with(_ kind: QueueKind, _ body: (QueueWorld) async throws -> Void) async throws {
        switch kind {
        case .local: try await withLocal(body)
        case .redis: try await withRedis(body)
        }
    }

    private static func withLocal(_ body: (QueueWorld) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let state = try SQLiteStateStore(path: folder.file("state.db"))
        let clock = TestClock()
        let queue = try LocalJobQueue(state: state, stallAfter: stallAfter, now: { clock.now })
        try await body(QueueWorld(kind: .local, queue: queue, impatient: queue, clock: clock, time: { clock.now }))
        state.close()
        withExtendedLifetime(folder) {}
    }

    private static func withRedis(_ body: (QueueWorld) async throws -> Void) async throws {
        let server = try await RedisQueues.sharedServer()
        try await RedisQueues.withClient(of: server) { client in
            let prefix = RedisQueues.newPrefix()
            let queue = RedisJobQueue(client: client, prefix: prefix, stallAfter: stallAfter)
            let impatient = RedisJobQueue(client: client, prefix: prefix, stallAfter: .zero)
            let time: @Sendable () async throws -> Instant = {
                let time = try await client.serverTime()
                return Instant(seconds: time.seconds, nanoseconds: time.microseconds * 1000)
            }
            try await body(
                QueueWorld(kind: .redis, queue: queue, impatient: impatient, clock: TestClock(), time: time)
            )
        }
    }
}

/// A clock that goes on by a microsecond at each look, and by what a test says.
final class TestClock: Sendable {
    private let time = Mutex(Instant(seconds: 1_800_000_000))

    var now: Instant {
        time.withLock {
            $0 = $0.adding(nanoseconds: 1000)
            return $0
        }
    }

    func advance(seconds: Double) {
        time.withLock { $0 = $0.adding(nanoseconds: Int64(seconds * 1e9)) }
    }
}

/// What tests of the queue in Redis share.
enum RedisQueues {
    private static let shared = Task { try await RedisServer.started() }
    private static let prefixes = Atomic<Int>(0)

    /// One server for all tests that do not stop, empty or break it.
    static func sharedServer() async throws -> RedisServer { try await shared.value }

    static func newPrefix() -> String { "{test-\(prefixes.add(1, ordering: .relaxed).newValue)}:" }

    /// Lends a server of one test alone, and a queue on it.
    /// - Parameter lines: of redis.conf.
    static func withServer(
        _ lines: [String] = [],
        _ body: (RedisServer, RedisJobQueue) async throws -> Void
    ) async throws {
        var options = RedisServer.Options()
        options.lines = lines
        let server = try await RedisServer.started(options)
        try await withClient(of: server) { client in
            try await body(server, RedisJobQueue(client: client, timeout: .seconds(20)))
        }
    }

    /// Lends a client that is connected.
    static func withClient<Result: Sendable>(
        of server: RedisServer,
        _ body: (RedisClient) async throws -> Result
    ) async throws -> Result {
        let client = RedisClient(settings: try RedisSettings(url: server.url()))
        let running = Task { await client.run() }
        defer { running.cancel() }
        try await client.waitUntilConnected(timeout: .seconds(20))
        return try await body(client)
    }
}

extension JobRequest {
    /// A request for the cycle `name`, fired at second `second`.
    static func of(
        _ name: String,
        _ second: Int64 = 0,
        isRoutine: Bool = false,
        attempts: Int = 3,
        backoff: Double = 60
    ) -> JobRequest {
        var request = JobRequest(
            cycle: name,
            firedAt: Instant(seconds: 1_700_000_000 + second),
            trigger: "schedule",
            isRoutine: isRoutine
        )
        request.maximumAttempts = attempts
        request.backoffSeconds = backoff
        return request
    }
}

extension JobQueue {
    /// Puts in a job that nothing keeps out.
    func put(_ request: JobRequest) async throws {
        let answer = try await enqueue(request, epoch: nil)
        guard answer == .enqueued else { throw SupportError("\(request.id) is \(answer)") }
    }

    /// Takes the first job.
    func take(_ worker: String = "w") async throws -> JobClaim {
        guard let claim = try await claim(worker: worker) else { throw SupportError("no job for \(worker)") }
        return claim
    }

    /// Cycles of all jobs that can be claimed, in line.
    func drain() async throws -> [String] {
        var cycles: [String] = []
        while let claim = try await claim(worker: "drain") {
            cycles.append(claim.job.cycle)
            guard try await complete(claim) else { throw SupportError("\(claim.job.id) was lost") }
        }
        return cycles
    }
}
