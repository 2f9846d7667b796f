import Clients
import Coordination
import Foundation
import State
import Telemetry

// Prints, for each step towards a lock, the median and the 99th percentile in milliseconds.
// Arguments: the URL of a Redis server, and an empty folder.

/// Times of one kind of call.
struct Sample {
    private var milliseconds: [Double] = []

    mutating func measure<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        let start = ContinuousClock.now
        let value = try await body()
        milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
        return value
    }

    /// - Parameter part: 0...1.
    private func percentile(_ part: Double) -> Double {
        let sorted = milliseconds.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    func report(_ name: String) {
        print(name, String(format: "%.4f %.4f", percentile(0.5), percentile(0.99)))
    }
}

/// The bare round trip, which redis-cli --latency measures too.
func ping(_ client: RedisClient) async throws {
    var sample = Sample()
    for _ in 0..<5000 {
        _ = try await sample.measure { try await client.send(RedisCommand("PING"), timeout: .seconds(5)) }
    }
    sample.report("PING by this client")
}

/// The script that takes a free lock.
func ask(_ leases: RedisLeaseServer) async throws {
    var sample = Sample()
    for round in 0..<5000 {
        let token = LeaseToken.make(replica: "bench")
        let grant = try await sample.measure {
            try await leases.acquire("leader", token: token, ttl: .seconds(30), floor: Int64(round))
        }
        guard case .granted = grant else { preconditionFailure("nobody else wants the lock: \(grant)") }
        try await leases.release("leader", token: token)
    }
    sample.report("lock granted by Redis")
}

/// All of it: the mark read and raised in a SQLite file, which is durable, and threads that wait.
func acquire(_ leases: RedisLeaseServer, _ folder: String) async throws {
    let context = LeaseContext(
        server: leases,
        state: try SQLiteStateStore(path: folder + "/state.db"),
        replica: "bench",
        ttl: .seconds(30),
        metrics: try LockMetrics(Registry())
    )
    let locks = LeaseLocks(context)
    let running = Task { try await locks.run() }
    var sample = Sample()
    for _ in 0..<500 {
        let lock = try await sample.measure { try await Blocking.run { try locks.acquire(task: "bench") } }
        await Blocking.run { lock.release() }
    }
    sample.report("lock of a task, its epoch durable")
    running.cancel()
    try await running.value
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("usage: LocksBenchmark URL FOLDER")
    exit(2)
}
let client = RedisClient(settings: try RedisSettings(url: arguments[1]))
let connection = Task { await client.run() }
try await client.waitUntilConnected(timeout: .seconds(10))
let leases = RedisLeaseServer(client: client, prefix: "{bench}:")
try await ping(client)
try await ask(leases)
try await acquire(leases, arguments[2])
connection.cancel()
await connection.value
