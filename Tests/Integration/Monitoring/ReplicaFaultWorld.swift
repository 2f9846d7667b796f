import Foundation
import Support

/// Three replicas on a Redis and a PostgreSQL of their own, which always have work in hand: rows that go one by one. One
/// cycle cannot succeed.
struct ReplicaFaultWorld: Sendable {
    let stack: MonitoringStack
    let redis: RedisServer
    /// The URL of the database of the state.
    let state: String
    let services: [MonitoredService]

    /// Names of alerts that have fired.
    var fired: Set<String> { Set(stack.receiver.events.filter { $0.status == .firing }.map(\.name)) }

    /// Lends one in which a leader was elected.
    static func with(_ body: (ReplicaFaultWorld) async throws -> Void) async throws {
        var options = RedisServer.Options()
        options.lines = ["appendonly yes"]
        let redis = try await RedisServer.started(options)
        try await PostgresTestServer.shared.withDatabase { state in
            try await withMonitoring { stack in
                let folder = stack.file("world")
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let file = "\(folder)/cleanup.yaml"
                try Data(configuration.utf8).write(to: URL(fileURLWithPath: file))
                try await Command.sqlite3(URL(fileURLWithPath: "\(folder)/rows.db"), tables)
                let environment = ["FOLDER": folder, "STATE_URL": state, "REDIS_URL": redis.url()]
                let services = try ["first", "second", "third"].map {
                    try MonitoredService(stack, $0, configuration: file, environment: environment)
                }
                for service in services { try await service.start() }
                try await stack.scrape(services.map { $0.target() })
                try await stack.waitFor("cleanup_leader == 1")
                try await body(ReplicaFaultWorld(stack: stack, redis: redis, state: state, services: services))
            }
        }
    }

    /// What the runbook says to remove a dead job, asked of the first replica.
    func removal(of id: String) throws -> String {
        let page = try String(contentsOf: Project.file("docs/runbook.md"), encoding: .utf8)
        let (begin, place) = ("curl -sS -X DELETE ", "127.0.0.1:9847")
        let path = "\(place)/api/cleanup/jobs/"
        let calls = page.split(separator: "\n").filter { $0.hasPrefix(begin) && $0.contains(path) }
        guard calls.count == 1 else {
            throw SupportError("docs/runbook.md does not say how a dead job is removed")
        }
        let call = calls[0].replacing(place, with: "127.0.0.1:\(services[0].port)").dropFirst(begin.count)
        return "JOB='\(id)'\n\(begin)--fail \(call)"
    }

    // MARK: What stands in the files

    private static let slow = (1...6).map { "slow\($0)" }

    private static let tables =
        slow.map { table in
            """
            CREATE TABLE \(table) (id INTEGER PRIMARY KEY, created_at TEXT);
            CREATE INDEX \(table)_time ON \(table) (created_at);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO \(table) (created_at) SELECT datetime('now', '-2 days') FROM n;

            """
        }.joined()

    // The doomed job is one: another would lie there when the first is removed.
    private static let configuration =
        """
        state: "${STATE_URL}"
        coordination: { url: "${REDIS_URL}", lock_ttl: 1s }
        http: { listen: "${CLEANUP_LISTEN}" }
        grace: 0s
        connections:
          files: { url: "file://${FOLDER}" }
          rows: { url: "sqlite:${FOLDER}/rows.db" }
        cycles:
          doomed: { schedule: "0 \(CallWorld.quietHour) * * *", at_start: true, retry: { attempts: 1 }, tasks: [doomed] }

        """ + slow.map { "  \($0): { every: 1s, at_start: true, tasks: [\($0)] }\n" }.joined()
            + """
            tasks:
              doomed: { files: { in: files, path: not-there }, remove: { older_than: 1h } }

            """
        + slow.map {
            """
              \($0):
                rows: { in: rows, table: \($0), time: created_at }
                remove: { older_than: 1h }
                pace: { batch: 1, pause: 500ms }
                budget: { duration: 10s }

            """
        }.joined()
}
