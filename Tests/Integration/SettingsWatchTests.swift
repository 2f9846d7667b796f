import Foundation
import Support
import Testing

/// What an administrator writes into a settings table while the service runs: in force within a minute, and without a
/// restart or a reload.
@Suite(.timeLimit(.minutes(10)))
struct SettingsWatchTests {
    private static let deadline = Duration.seconds(90)

    private static func metrics(_ serve: ServeProcess) async throws -> Exposition {
        try await Exposition(checking: try await serve.request("/metrics").body, .text)
    }

    /// The next 03:17 UTC after an instant.
    private static func nextFiring(after now: Double) -> Double {
        let today = (now / 86_400).rounded(.down) * 86_400 + 3 * 3_600 + 17 * 60
        return today > now ? today : today + 86_400
    }

    @Test func scheduleAndSwitchOfTheApplicationMoveWhileItServes() async throws {
        try await ClaudeCodeHubTests.with(["CI": "true"]) { example in
            let serve = example.setting(["TZ": "UTC"]).cleanupd
            try await withServe(serve) { serve in
                let before = try await Self.metrics(serve)
                #expect(before[#"cleanup_task_enabled{task="message_requests"}"#] == 0)
                #expect(before[#"cleanup_task_next_run_timestamp_seconds{task="message_requests"}"#] == 0)
                try await example.sql(
                    "UPDATE system_settings SET enable_auto_cleanup = true, cleanup_schedule = '17 3 * * *'"
                )
                let start = ContinuousClock.now
                while try await !serve.waitFor("auto_cleanup_scheduled").contains("17 3 * * *") {}
                #expect(ContinuousClock.now - start < Self.deadline)
                let earliest = Self.nextFiring(after: Example.now())
                let after = try await Self.metrics(serve)
                let next = after[#"cleanup_task_next_run_timestamp_seconds{task="message_requests"}"#]
                #expect(next == earliest || next == Self.nextFiring(after: Example.now()))
                #expect(after[#"cleanup_task_enabled{task="message_requests"}"#] == 1)
                #expect(after[#"cleanup_task_schedule_interval_seconds{task="message_requests"}"#] == 86_400)
                #expect(after.sum("cleanup_config_reloads_total", task: "message_requests") == 0)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    private static let rest = """
        cycles:
          often:
            every: 2s
            tasks: [logs]
            settings: { in: app, table: settings, columns: { retention_days: days } }
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: { setting: retention_days, default: 90d } }
        """

    @Test func lastLegalRetentionHoldsWhenAnAdminSlips() async throws {
        try await RowsWorld.with(.sqlite, due: 300) { world in
            try await world.sql("CREATE TABLE settings (days integer); INSERT INTO settings VALUES (100)")
            try await withServe(try world.replica("serve", Self.rest.replacing("90d", with: "30d"))) { serve in
                try await serve.waitFor("cleanup_job_complete")
                #expect(try await world.count() == 300 + RowsWorld.young)
                try await world.sql("UPDATE settings SET days = 400")
                #expect(try await serve.waitFor("settings_warning").contains("the last legal one, 100, holds"))
                try await serve.waitFor("cleanup_job_complete")
                try await serve.waitFor("cleanup_job_complete")
                #expect(try await world.count() == 300 + RowsWorld.young)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test(arguments: RowsWorld.Engine.allCases)
    func shorterRetentionHoldsFromTheNextRunOn(_ engine: RowsWorld.Engine) async throws {
        try await RowsWorld.with(engine, due: 300) { world in
            try await world.sql("CREATE TABLE settings (days integer); INSERT INTO settings VALUES (80)")
            try await withServe(try world.replica("serve", Self.rest)) { serve in
                try await serve.waitFor("cleanup_job_complete")
                #expect(try await world.count() == 300 + RowsWorld.young)
                try await world.sql("UPDATE settings SET days = 40")
                let start = ContinuousClock.now
                while try await world.count() > RowsWorld.young, ContinuousClock.now - start < Self.deadline {
                    try await serve.waitFor("cleanup_job_complete")
                }
                #expect(try await world.count(where: "id > 300") == RowsWorld.young)
                #expect(try await world.count() == RowsWorld.young)
                try await serve.waitFor("cleanup_job_complete")
                let metrics = try await Self.metrics(serve)
                #expect(metrics.sum("cleanup_items_deleted_total", task: "logs") == 300)
                #expect(await serve.terminate().code == 0)
            }
        }
    }
}
