import Foundation
import Support
import Testing

/// A replica that falls behind holds a run back.
@Suite(.timeLimit(.minutes(Scale.minutes(10))))
struct RowsLagTests {
    private static let due = 5_000
    private static let rounds = Scale.rounds(10, nightly: 100)

    private static func server() throws -> PostgresTestServer {
        var options = PostgresTestServer.Options()
        // An autovacuum of the table would hold back too.
        options.settings = ["autovacuum": "off"]
        return try PostgresTestServer(options)
    }

    private static func configuration(_ url: String) -> String {
        """
        state: sqlite:state.db
        http: { listen: "127.0.0.1:0" }
        connections: { app: { url: "\(url)" } }
        cycles: { now: { every: 1h, at_start: true, tasks: [logs] } }
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: 30d }
            pace: { batch: 50, pause: 20ms, max_lag: 500ms }
        """
    }

    private static func fill(_ due: Int) -> String {
        """
        CREATE TABLE logs (id integer PRIMARY KEY, created_at timestamptz NOT NULL);
        INSERT INTO logs SELECT i, now() - i * interval '1 second'
            - CASE WHEN i <= \(due) THEN interval '60 days' ELSE interval '0' END FROM generate_series(1, \(due + 70)) AS i;
        CREATE INDEX ON logs (created_at);
        """
    }

    private func metrics(_ serve: ServeProcess) async throws -> Exposition {
        try await Exposition(checking: try await serve.request("/metrics").body, .text)
    }

    @Test(.tags(.d6)) func runWaitsWhileAReplicaIsBehindAndThenRemovesExactlyWhatIsDue() async throws {
        let server = try Self.server()
        let standby = try PostgresStandby(of: server)
        try server.sql(Self.fill(Self.due))
        try standby.pauseReplay()
        try await withTemporaryDirectory { folder in
            let file = folder.appendingPathComponent("cleanup.yaml")
            try Self.configuration(server.url()).write(to: file, atomically: true, encoding: .utf8)
            try await withServe(CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path])) { serve in
                let line = try await serve.waitFor("cleanup_throttled")
                #expect(line.contains("lag") && line.contains("behind"), "\(line)")
                try await expectStandstill(serve, server)
                try standby.resumeReplay()
                try await serve.waitFor("cleanup_resumed")
                try await serve.waitFor("cleanup_job_complete")
                let after = try await metrics(serve)
                #expect(after.sum("cleanup_items_deleted_total", task: "logs") == Double(Self.due))
                #expect(after.sum("cleanup_item_failures_total", task: "logs") == 0)
                let lag = try #require(after[#"cleanup_db_replication_lag_seconds{task="logs"}"#])
                #expect(lag <= 0.5, "the replica has caught up")
                #expect(await serve.terminate().code == 0)
            }
        }
        #expect(try server.sql("SELECT count(*), min(id) FROM logs") == "70|\(Self.due + 1)")
        #expect(try waitUntil(seconds: 30) { try standby.sql("SELECT count(*) FROM logs") == "70" })
    }

    /// Its replay is paused, or all of it hangs; each time the run stops, and goes on when it has caught up.
    @Test(.tags(.d6)) func howeverOftenAReplicaFallsBehindNoRowGoesMeanwhile() async throws {
        let server = try Self.server()
        let standby = try PostgresStandby(of: server)
        // More than can go in all rounds: fifty in twenty milliseconds, for some seconds each.
        let due = 15_000 * Self.rounds
        try server.sql(Self.fill(due))
        try await withTemporaryDirectory { folder in
            let file = folder.appendingPathComponent("cleanup.yaml")
            try Self.configuration(server.url()).write(to: file, atomically: true, encoding: .utf8)
            try await withServe(CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path])) { serve in
                for round in 1...Self.rounds {
                    try await serve.waitFor("log_cleanup_batch")
                    let hangs = round.isMultiple(of: 2)
                    try hangs ? standby.halt() : standby.pauseReplay()
                    let line = try await serve.waitFor("cleanup_throttled")
                    #expect(line.contains("lag") && line.contains("behind"), "round \(round): \(line)")
                    if try await hasGoneOn(serve, server) {
                        // It was late by itself just before: then the run says so, and is held once more.
                        try await serve.waitFor("cleanup_resumed")
                        try await serve.waitFor("cleanup_throttled")
                        let goesOn = try await hasGoneOn(serve, server)
                        #expect(!goesOn, "round \(round)")
                    }
                    try hangs ? standby.goOn() : standby.resumeReplay()
                    try await serve.waitFor("cleanup_resumed")
                }
                #expect(await serve.terminate().code == 0)
            }
        }
        #expect(try server.sql("SELECT count(*) > 0 FROM logs WHERE id <= \(due)") == "t", "it was done too early")
        #expect(try server.sql("SELECT count(*) FROM logs WHERE id > \(due)") == "70")
    }

    /// Whether rows go before the run has counted another second that it waited for the replica.
    private func hasGoneOn(_ serve: ServeProcess, _ server: PostgresTestServer) async throws -> Bool {
        let count = "SELECT count(*) FROM logs"
        let before = try server.sql(count)
        let start = try await heldSeconds(serve)
        let isCounted = try await eventually(seconds: 60, every: .milliseconds(200)) {
            try await heldSeconds(serve) > start ? true : nil
        }
        try #require(isCounted == true, "the run does not count that it waits")
        return try server.sql(count) != before
    }

    /// As the service says it, without a second opinion on all else, which would take longer than what is waited for.
    private func heldSeconds(_ serve: ServeProcess) async throws -> Double {
        let series = #"cleanup_db_throttle_seconds_total{task="logs",cause="lag"} "#
        let lines = try await serve.request("/metrics").body.split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(series) })
        return try #require(Double(line.dropFirst(series.count)))
    }

    /// Time passes, and no row goes.
    private func expectStandstill(_ serve: ServeProcess, _ server: PostgresTestServer) async throws {
        let held = #"cleanup_db_throttle_seconds_total{cause="lag",task="logs"}"#
        let count = "SELECT count(*) FROM logs"
        let before = try server.sql(count)
        let begin = try await metrics(serve)
        let lag = try #require(begin[#"cleanup_db_replication_lag_seconds{task="logs"}"#])
        #expect(lag > 0.5)
        #expect(begin[#"cleanup_task_running{task="logs"}"#] == 1)
        let start = try #require(begin[held])
        var now = begin
        while try #require(now[held]) < start + 2 { now = try await metrics(serve) }
        let later = try #require(now[#"cleanup_db_replication_lag_seconds{task="logs"}"#])
        #expect(later > lag)
        let left = try server.sql(count)
        #expect(left == before)
        let number = try #require(Int(left))
        #expect(number > 70)
        for cause in ["load", "autovacuum", "health", "pause"] {
            #expect(now["cleanup_db_throttle_seconds_total{cause=\"\(cause)\",task=\"logs\"}"] == 0)
        }
    }
}
