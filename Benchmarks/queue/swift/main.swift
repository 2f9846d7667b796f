// Prints jobs a second of the queue in Redis: `enqueue one`, `enqueue many`, `drain one`, `drain many`, `peak KiB`.
// Usage: QueueBenchmark URL COUNT. COUNT jobs go in and out twice: one call at a time, and 64 at a time, which the
// client sends together. The server's queue must be empty, and is empty afterwards but for the last completed jobs.
import Clients
import Coordination
import Foundation
import Retention

/// Jobs `range`, each of a cycle of its own, because of one cycle only one job is live.
func enqueue(_ range: Range<Int>, to queue: RedisJobQueue) async throws {
    for index in range {
        let request = JobRequest(
            cycle: "cycle\(index)",
            firedAt: Instant(seconds: 1_800_000_000 + Int64(index)),
            trigger: "schedule"
        )
        guard try await queue.enqueue(request, epoch: 1) == .enqueued else { throw BenchmarkError.notEnqueued(index) }
    }
}

/// Takes and completes jobs until there are none.
func drain(_ queue: RedisJobQueue, worker: Int) async throws -> Int {
    var count = 0
    while let claim = try await queue.claim(worker: "worker\(worker)") {
        guard try await queue.complete(claim) else { throw BenchmarkError.lost(claim.job.id) }
        count += 1
    }
    return count
}

enum BenchmarkError: Error {
    case notEnqueued(Int)
    case lost(String)
    case drained(Int, of: Int)
    case usage
}

/// Runs `body` for each of `workers` at once; the sum of what they return.
func together(_ workers: Int, _ body: @escaping @Sendable (Int) async throws -> Int) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
        for worker in 0..<workers { group.addTask { try await body(worker) } }
        return try await group.reduce(0, +)
    }
}

func report(_ name: String, _ count: Int, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    write("\(name) \(Int(Double(count) / seconds))")
}

func write(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

func measure(_ queue: RedisJobQueue, _ count: Int, from first: Int, workers: Int, name: String) async throws {
    let share = count / workers
    var start = ContinuousClock.now
    _ = try await together(workers) { worker in
        let begin = first + worker * share
        try await enqueue(begin..<begin + share, to: queue)
        return share
    }
    report("enqueue \(name)", share * workers, since: start)
    start = .now
    let drained = try await together(workers) { try await drain(queue, worker: $0) }
    report("drain \(name)", drained, since: start)
    guard drained == share * workers else { throw BenchmarkError.drained(drained, of: share * workers) }
}

/// The most memory that this process has had, in KiB.
func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
}

let arguments = CommandLine.arguments
guard arguments.count == 3, let count = Int(arguments[2]), count >= 64 else { throw BenchmarkError.usage }
let client = RedisClient(settings: try RedisSettings(url: arguments[1]))
let running = Task { await client.run() }
try await client.waitUntilConnected(timeout: .seconds(10))
let queue = RedisJobQueue(client: client, prefix: "{bench}:")
try await measure(queue, count, from: 0, workers: 1, name: "one")
try await measure(queue, count, from: count, workers: 64, name: "many")
write("peak \(peakMemory())")
running.cancel()
