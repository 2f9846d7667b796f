import CleanupConfiguration
import Clients
import Coordination
import Engine
import Foundation
import Logging
import Retention
import ServiceLifecycle
import State

/// This process among all that clean the same things: its name, its locks, and how it learns whether it leads.
struct Replica: Sendable {
    /// That no other process has.
    let name: String
    /// Of fences: the same for all replicas of one installation.
    let scope: String
    let locks: any TaskLocks
    let election: any Election
    /// Opens the queue. Blocking; throws `StateError`.
    let openQueue: @Sendable () throws -> any JobQueue
    /// What locks need while they are used; in order of their start.
    let lockServices: [any Service]
    /// What the election needs beside those.
    let electionServices: [any Service]
    let timing: WorkerTiming
    /// One of several replicas does all the work, the others stand by.
    let standsBy: Bool
    /// Why nobody can tell who may act; `nil` = all is well.
    let problem: @Sendable () -> String?
    /// Of the server that decides who may act, if it is another one than the state's.
    var clock: ClockSource?

    /// Whether this replica schedules at the moment.
    var leads: Bool { election.leadership != nil }

    /// Whether this replica may take jobs at the moment.
    var mayWork: Bool { !standsBy || leads }

    /// The election and the work in order of their start. Where others can go on at once the lead is given back first;
    /// where one does all the work, last.
    func servicesBeside(_ work: [any Service]) -> [any Service] {
        standsBy ? electionServices + work : work + electionServices
    }

    /// Runs `body` while its locks can be taken: for a command that does its work and ends.
    func during<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let running = lockServices.map { service in Task { try await service.run() } }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        // The last one first: locks are given back through the connection that the first one keeps.
        for task in running.reversed() {
            task.cancel()
            _ = await task.result
        }
        return try result.get()
    }

    /// `<host>:<pid>:<start>`.
    static func makeName() -> String {
        "\(ProcessInfo.processInfo.hostName):\(getpid()):\(SystemClock.now().nanoseconds / 1_000_000)"
    }
}

// MARK: Kinds

extension Replica {
    /// Throws `CommandFailure` for what cannot be a replica, and `StoreError` for a secret that cannot be read.
    static func make(
        _ configuration: Configuration,
        _ opened: OpenState,
        metrics: LockMetrics,
        logger: Logger
    ) throws -> Replica {
        let coordination = configuration.coordination
        let ttl = Duration.milliseconds(coordination.lockTTLMilliseconds)
        if case .redis(let secret) = coordination.kind {
            let client: RedisClient
            do {
                let url = try SecretText.read(secret, of: "coordination")
                let settings = try RedisSettings(url: url, caFile: coordination.ca)
                client = RedisClient(settings: settings, onEvent: { log($0, of: settings, logger) })
            } catch let error as RedisError {
                throw CommandFailure.usage("coordination: \(error)")
            }
            let prefix = coordination.keyPrefix
            return cooperating(client, opened.store, prefix: prefix, ttl: ttl, metrics: metrics, logger: logger)
        }
        switch opened.sharing {
        case .file(let locks): return alone(opened.store, locks: locks, metrics: metrics)
        case .server(let server): return sharing(server, opened.store, ttl: ttl, metrics: metrics, logger: logger)
        }
    }

    /// The only process that cleans: the kernel's locks, and a queue in the state file.
    static func alone(_ state: any StateStore, locks: LocalLocks, metrics: LockMetrics) -> Replica {
        Replica(
            name: makeName(),
            scope: "",
            locks: MeteredLocks(locks, metrics: metrics),
            election: SoleLeader(),
            openQueue: {
                // Its only worker is this process: it falls silent by ending, and a clock that leaps is no silence.
                try LocalJobQueue(state: state, stallAfter: .seconds(86_400), now: SystemClock.now)
            },
            lockServices: [],
            electionServices: [],
            timing: WorkerTiming(look: .seconds(1), beat: .seconds(10), settle: .seconds(60), leavesToOthers: false),
            standsBy: false,
            problem: { nil }
        )
    }

    /// One of several that share a state in PostgreSQL, whose advisory locks decide which one works.
    static func sharing(
        _ server: PostgresServer,
        _ state: any StateStore,
        ttl: Duration,
        metrics: LockMetrics,
        logger: Logger
    ) -> Replica {
        let name = makeName()
        let leases = PostgresLeaseServer(server: server, schema: PostgresStateStore.defaultSchema, replica: name)
        let context = context(leases, state, name, ttl, metrics, logger)
        let (locks, elector) = (LeaseLocks(context), Elector(context))
        let scope = "state"
        return Replica(
            name: name,
            scope: scope,
            locks: locks,
            election: elector,
            openQueue: {
                LedJobQueue(
                    state: state,
                    scope: scope,
                    stallAfter: .seconds(86_400),
                    election: elector,
                    now: SystemClock.now
                )
            },
            lockServices: [locks],
            electionServices: [elector],
            timing: WorkerTiming(look: .seconds(1), beat: .seconds(10), settle: .seconds(60), leavesToOthers: false),
            standsBy: true,
            problem: { elector.status.problem }
        )
    }

    /// One of many that work side by side; Redis decides who does what.
    static func cooperating(
        _ client: RedisClient,
        _ state: any StateStore,
        prefix: String,
        ttl: Duration,
        metrics: LockMetrics,
        logger: Logger
    ) -> Replica {
        let name = makeName()
        let leases = RedisLeaseServer(client: client, prefix: prefix)
        let context = context(leases, state, name, ttl, metrics, logger)
        let (locks, elector) = (LeaseLocks(context), Elector(context))
        return Replica(
            name: name,
            scope: prefix,
            locks: locks,
            election: elector,
            openQueue: { RedisJobQueue(client: client, prefix: prefix, stallAfter: ttl) },
            lockServices: [RedisService(client: client), locks],
            electionServices: [elector, RedisAdviceService(client: client, logger: logger)],
            timing: WorkerTiming(look: .milliseconds(300), beat: ttl / 3, settle: ttl * 2, leavesToOthers: true),
            standsBy: false,
            problem: {
                client.disconnectedReason.map { "\(RedisError.notConnected(server: client.server, reason: $0))" }
                    ?? elector.status.problem
            },
            clock: ClockSource(name: "coordination") {
                let time = try await client.serverTime()
                return Double(time.seconds) + Double(time.microseconds) / 1_000_000
            }
        )
    }

    private static func log(_ event: RedisClient.Event, of settings: RedisSettings, _ logger: Logger) {
        switch event {
        case .connected(let server):
            logger.info("Redis \(server) is connected", metadata: ["action": "redis_connected"])
        case .disconnected(let reason):
            logger.warning(
                "\(ServiceWords.redisGone(settings.server, reason))",
                metadata: ["action": "redis_disconnected"]
            )
        }
    }

    private static func context(
        _ server: any LeaseServer,
        _ state: any StateStore,
        _ name: String,
        _ ttl: Duration,
        _ metrics: LockMetrics,
        _ logger: Logger
    ) -> LeaseContext {
        let warnings = RepeatedWarnings(logger)
        return LeaseContext(server: server, state: state, replica: name, ttl: ttl, metrics: metrics) { problem in
            warnings.warn(
                about: "\(problem.lock) \(problem.step) \(problem.fault.kind)",
                ServiceWords.lockTrouble(problem.lock, problem.step, problem.fault),
                metadata: ["action": "lock_error", "lock": "\(problem.lock)"]
            )
        }
    }
}

/// Keeps the connection to Redis.
private struct RedisService: Service {
    let client: RedisClient

    func run() async throws { await cancelWhenGracefulShutdown { await client.run() } }
}
