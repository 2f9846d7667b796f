import Clients
import Coordination
import State
import Support
import Synchronization
import Telemetry

/// One replica on a real Redis, within the test's process: its own connection, elector and locks.
final class LeaseReplica: Sendable {
    let name: String
    let locks: LeaseLocks
    let elector: Elector
    let registry: Registry
    private let client: RedisClient
    private let found = Mutex<[LeaseProblem]>([])
    private let running = Mutex<(client: Task<Void, Never>, services: [Task<Void, any Error>])?>(nil)

    /// - Parameter elects: whether it competes for the scheduler's lock.
    init(
        _ name: String,
        url: String,
        state: any StateStore,
        ttl: Duration,
        pause: Duration = .milliseconds(20),
        elects: Bool = true,
        clock: LeaseClock = .continuous()
    ) throws {
        self.name = name
        registry = Registry()
        client = RedisClient(settings: try RedisSettings(url: url))
        let report = Reporter()
        let context = LeaseContext(
            server: RedisLeaseServer(client: client, prefix: "{test}:"),
            state: state,
            replica: name,
            ttl: ttl,
            metrics: try LockMetrics(registry),
            clock: clock,
            report: { report.add($0) }
        )
        locks = LeaseLocks(context)
        elector = Elector(context, pause: pause)
        let (client, locks, elector) = (client, locks, elector)
        let services = [Task { try await locks.run() }] + (elects ? [Task { try await elector.run() }] : [])
        let connection = Task { await client.run() }
        running.withLock { $0 = (connection, services) }
        report.owner = self
    }

    /// Calls that have failed so far.
    var problems: [LeaseProblem] { found.withLock { $0 } }

    /// Ends it in order: what it holds is given back.
    func end() async throws {
        guard let running = running.withLock({ $0 }) else { return }
        for service in running.services { service.cancel() }
        for service in running.services { try await service.value }
        running.client.cancel()
        await running.client.value
    }

    /// Cuts it off for good, as if it had been killed: its connection closes, and nothing is given back.
    func cutOff() async {
        guard let client = running.withLock({ $0?.client }) else { return }
        client.cancel()
        await client.value
    }

    /// Waits for its connection: a lock is asked for within a fraction of a second.
    func connected() async throws { try await client.waitUntilConnected(timeout: .seconds(20)) }

    /// Takes a task's lock on a thread that may block.
    func acquire(_ task: String) async throws -> any HeldLock {
        let locks = locks
        return try await onThread { try locks.acquire(task: task) }
    }

    /// Takes a task's lock as soon as that is possible.
    func acquireSoon(_ task: String = "logs") async throws -> any HeldLock {
        let lock = try await eventually(seconds: 20, every: .milliseconds(20)) { () async throws -> (any HeldLock)? in
            do {
                return try await acquire(task)
            } catch is LockError {
                return nil
            }
        }
        guard let lock else { throw SupportError("\(name) gets no lock: \(problems.suffix(3))") }
        return lock
    }

    private final class Reporter: Sendable {
        private let weakOwner = Mutex(Weak())
        var owner: LeaseReplica? {
            get { weakOwner.withLock { $0.replica } }
            set { weakOwner.withLock { $0.replica = newValue } }
        }
        func add(_ problem: LeaseProblem) { owner?.found.withLock { $0.append(problem) } }
        private struct Weak { weak var replica: LeaseReplica? }
    }
}

/// Lends replicas named `a:1`, `b:1`, …, and ends them in order afterwards.
func withReplicas<Result>(
    _ count: Int,
    on server: RedisServer,
    ttl: Duration = .seconds(3),
    elects: Bool = true,
    areConnected: Bool = true,
    isolation: isolated (any Actor)? = #isolation,
    _ body: ([LeaseReplica], any StateStore) async throws -> Result
) async throws -> Result {
    let folder = try TemporaryFolder()
    let state = try SQLiteStateStore(path: folder.file("state.db"))
    let replicas = try (0..<count).map { index in
        let name = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index))) + ":1"
        return try LeaseReplica(name, url: server.url(), state: state, ttl: ttl, elects: elects)
    }
    do {
        if areConnected { for replica in replicas { try await replica.connected() } }
        let result = try await body(replicas, state)
        for replica in replicas { try await replica.end() }
        return withExtendedLifetime(folder) { result }
    } catch {
        for replica in replicas { try await replica.end() }
        throw error
    }
}

/// Waits until it is so, for no longer than that.
/// - Returns: the seconds that it took; `nil` if it did not come to be so.
func becomes(
    within seconds: Double,
    isolation: isolated (any Actor)? = #isolation,
    _ isSo: () async throws -> Bool
) async throws -> Double? {
    let start = ContinuousClock.now
    let answer = try await eventually(seconds: seconds, every: .milliseconds(3)) { try await isSo() ? true : nil }
    return answer.map { _ in (ContinuousClock.now - start) / .seconds(1) }
}
