import Foundation
import Support
import Testing

/// `examples/claude-code-hub` with the real binary, PostgreSQL and Redis: sessions that nobody uses any more.
@Suite(.timeLimit(.minutes(20)))
struct ClaudeCodeHubSessionsTests {
    private static let task = "stale_sessions"
    private static let stale: Set = ["session:1:info", "session:2:info", "session:3:info"]
    private static let others: Set = [
        "session:used", "session:expires", "session:young", "provider:1", "{cleanupd}:lock:leader",
    ]

    /// The line of a plan that was saved.
    private struct Saved: Decodable {
        let plan: String
    }

    /// Three sessions that were not used for ten minutes, and what must stay.
    private static func with(_ body: (Example, RedisServer) async throws -> Void) async throws {
        let redis = try await RedisServer.started()
        func make(_ key: String, idle: Int, ttl: Int = 0) async throws {
            let script = """
                redis.call('SET', '~', 'a session of ' .. ARGV[1])
                local dump = redis.call('DUMP', '~')
                redis.call('DEL', '~')
                redis.call('RESTORE', ARGV[1], ARGV[3], dump, 'IDLETIME', ARGV[2])
                """
            try await redis.command("EVAL", script, "0", key, "\(idle)", "\(ttl)")
        }
        for key in stale { try await make(key, idle: 600) }
        try await make("session:expires", idle: 600, ttl: 100_000_000)
        try await make("session:young", idle: 100)
        for key in ["session:used", "provider:1", "{cleanupd}:lock:leader"] { try await make(key, idle: 600) }
        try await redis.command("GET", "session:used")
        try await ClaudeCodeHubTests.with(["REDIS_URL": redis.url()]) { try await body($0, redis) }
    }

    private static func keys(_ redis: RedisServer) async throws -> Set<String> {
        Set(try await redis.command("KEYS", "*").split(separator: "\n").map(String.init))
    }

    @Test func staleSessionsGoAndAllElseStays() async throws {
        try await Self.with { example, redis in
            let plan = try await example.cleanupd.run("plan", Self.task, "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            #expect(try ReportLine.parse(plan.output).items(of: Self.task, "remove") == Self.stale)
            let dry = try await example.cleanupd.run("run", Self.task)
            #expect(dry.code == 0, "\(dry.errorText)")
            #expect(try await Self.keys(redis) == Self.stale.union(Self.others))

            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let arguments = ["run", Self.task, "--force", "--json"]
            let run = try await example.cleanupd.run(arguments + ["--metrics-file", metrics.path])
            #expect(run.code == 0, "\(run.errorText)")
            let summary = try ReportLine.parse(run.output).summary(of: Self.task)
            #expect(summary.deleted == 3 && summary.failed == 0 && summary.outcome == "success")
            #expect(summary.bytes > 0)
            #expect(try await Self.keys(redis) == Self.others)
            #expect(try await example.metrics(metrics)["cleanup_stale_sessions_deleted_total"] == 3)

            let second = try await example.cleanupd.run(arguments)
            #expect(second.code == 0, "\(second.errorText)")
            #expect(try ReportLine.parse(second.output).summary(of: Self.task).deleted == 0)
        }
    }

    @Test func sessionTTLIsObeyed() async throws {
        try await Self.with { example, redis in
            let run = try await example.setting(["SESSION_TTL": "60"]).cleanupd.run("run", Self.task, "--force")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.keys(redis) == Self.others.subtracting(["session:young"]))
            let long = try await example.setting(["SESSION_TTL": "0"]).cleanupd.run("plan", Self.task)
            #expect(long.code == 2, "a TTL of nothing would be everything")
        }
    }

    /// Used between plan and removal: a sealed plan is applied, and one of its sessions is in use again.
    @Test func aSessionThatIsUsedAfterThePlanStays() async throws {
        try await Self.with { example, redis in
            let saved = try await example.cleanupd.run("plan", Self.task, "--save", "--json")
            #expect(saved.code == 0, "\(saved.errorText)")
            let line = try #require(saved.output.split(separator: UInt8(ascii: "\n")).last)
            let id = try JSONDecoder().decode(Saved.self, from: Data(line)).plan
            try await redis.command("GET", "session:2:info")
            let applied = try await example.cleanupd.run("apply", id, "--json")
            #expect(try ReportLine.parse(applied.output).summary(of: Self.task).deleted == 2, "\(applied.errorText)")
            #expect(try await Self.keys(redis) == Self.others.union(["session:2:info"]))
        }
    }

    @Test func withoutRedisTheTaskIsUnavailableAndTheOthersGoOn() async throws {
        try await Self.with { example, redis in
            try await redis.stop()
            let run = try await example.cleanupd.run("run", Self.task, "backup_temp_files", "--force", "--json")
            let lines = try ReportLine.parse(run.output)
            #expect(try lines.summary(of: Self.task).outcome == "unavailable", "\(run.errorText)")
            #expect(try lines.summary(of: "backup_temp_files").deleted == 2)
        }
    }
}
