import Foundation
import Support

/// Lends several services with one configuration; whatever is left of them afterwards is killed.
func withReplicas(
    _ count: Int,
    _ cleanupd: CleanupdProcess,
    _ body: ([ServeProcess]) async throws -> Void
) async throws {
    try await withReplicas(Array(repeating: cleanupd, count: count), [], body)
}

/// The same with configurations, or places, of their own.
func withReplicas(
    _ programs: [CleanupdProcess],
    _ before: [ServeProcess] = [],
    _ body: ([ServeProcess]) async throws -> Void
) async throws {
    guard let first = programs.first else { return try await body(before) }
    try await withServe(first) { serve in
        try await withReplicas(Array(programs.dropFirst()), before + [serve], body)
    }
}

/// Lends three services, the first of which leads and works on `task`; the others have seen nothing of its beginning.
func withWorkingLeader(
    _ world: ReplicaWorld,
    _ cleanupd: CleanupdProcess,
    task: String,
    _ body: (_ leader: ServeProcess, _ others: [ServeProcess]) async throws -> Void
) async throws {
    try await world.blockLead()
    try await withReplicas(3, cleanupd) { replicas in
        let others = Array(replicas.dropFirst())
        for other in others { try await other.halt() }
        try await world.freeLead()
        try await replicas[0].waitForFirst("leader_gained")
        let begins = try await eventually(seconds: 30) {
            try await replicas[0].sample("cleanup_task_running", task: task) == 1 ? true : nil
        }
        guard begins == true else { throw SupportError("the leader does not work") }
        for other in others { other.signal(SIGCONT) }
        try await body(replicas[0], others)
    }
}

extension ServeProcess {
    /// Asks `/metrics`.
    /// - Returns: by series as it is written.
    func samples() async throws -> [String: Double] {
        let text = try await request("/metrics").body
        let pairs = text.split(separator: "\n").compactMap { line -> (String, Double)? in
            guard !line.hasPrefix("#"), let blank = line.lastIndex(of: " ") else { return nil }
            return Double(line[line.index(after: blank)...]).map { (String(line[..<blank]), $0) }
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    func sample(_ series: String) async throws -> Double? { try await samples()[series] }

    func sample(_ family: String, task: String) async throws -> Double? {
        try await sample("\(family){task=\"\(task)\"}")
    }

    func leads() async throws -> Bool { try await sample("cleanup_leader") == 1 }
}

/// Waits until one of several replicas leads.
/// - Returns: which one, and the seconds since `start`; `nil` if none does in time.
func newLeader(
    among replicas: [ServeProcess],
    since start: ContinuousClock.Instant,
    within seconds: Double
) async throws -> (replica: ServeProcess, seconds: Double)? {
    try await eventually(seconds: seconds, every: .milliseconds(20)) {
        for replica in replicas where try await replica.leads() {
            return (replica, (ContinuousClock.now - start) / .seconds(1))
        }
        return nil
    }
}

/// The sum of a series over replicas.
func sum(
    _ series: String,
    of replicas: [ServeProcess]
) async throws -> Double {
    var sum = 0.0
    for replica in replicas { sum += try await replica.sample(series) ?? 0 }
    return sum
}
