import Foundation
import Support
import Testing

/// `examples/claude-code-hub`: the application's own settings table rules.
@Suite(.timeLimit(.minutes(20)))
struct ClaudeCodeHubSettingsTests {
    @Test func settingsOfTheApplicationDecideWhatGoesAndHowManyAtATime() async throws {
        try await ClaudeCodeHubTests.with { example in
            try await example.sql("UPDATE system_settings SET cleanup_retention_days = 45, cleanup_batch_size = 1000")
            let before = try await ClaudeCodeHubTests.requests(example)
            let run = try await example.cleanupd.run("run", "message_requests", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            // 45 days are 7,200 requests.
            #expect(try await ClaudeCodeHubTests.requests(example) == before.subtracting(1...2_800))
            #expect(try ReportLine.parse(run.output).summary(of: "message_requests").batches >= 3)
        }
    }

    @Test func settingsOfTheApplicationDecideWhenAndWhether() async throws {
        try await ClaudeCodeHubTests.with { example in
            try await expectSchedule(of: example, enabled: 0, interval: nil)
            try await example.sql(
                "UPDATE system_settings SET enable_auto_cleanup = true, cleanup_schedule = '0 */6 * * *'"
            )
            try await expectSchedule(of: example, enabled: 1, interval: 21_600)
        }
    }

    private func expectSchedule(of example: Example, enabled: Double, interval: Double?) async throws {
        try await withServe(example.cleanupd) { serve in
            let metrics = try await Exposition(checking: try await serve.request("/metrics").body, .text)
            #expect(metrics[#"cleanup_task_enabled{task="message_requests"}"#] == enabled)
            if let interval {
                let series = #"cleanup_task_schedule_interval_seconds{task="message_requests"}"#
                #expect(metrics[series] == interval)
            }
            #expect(await serve.terminate().code == 0)
        }
    }

    /// What is wrong with the table, what a warning names, and the days that hold then.
    @Test(arguments: [
        ("DROP TABLE system_settings", "system_settings", 30),
        ("DELETE FROM system_settings", "", 30),
        ("ALTER TABLE system_settings RENAME COLUMN cleanup_retention_days TO days", "cleanup_retention_days", 30),
        ("UPDATE system_settings SET cleanup_retention_days = NULL", "", 30),
        ("UPDATE system_settings SET cleanup_batch_size = 10, cleanup_retention_days = 60", "batch_size", 60),
        ("UPDATE system_settings SET cleanup_schedule = 'soon', cleanup_retention_days = 60", "schedule", 60),
    ])
    func valueThatIsMissingOrOutOfRangeLeavesTheFilesInForce(sql: String, warning: String, days: Int) async throws {
        try await ClaudeCodeHubTests.with { example in
            try await example.sql(sql)
            let before = try await ClaudeCodeHubTests.requests(example)
            let run = try await example.cleanupd.run("run", "message_requests", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(warning.isEmpty || run.errorText.contains(warning), "\(run.errorText)")
            let gone = 10_000 - days * 160
            #expect(try await ClaudeCodeHubTests.requests(example) == before.subtracting(1...gone))
        }
    }

    /// An admin has set something, and nobody knows what: the file's 30 days might be far too few.
    @Test(arguments: [
        "UPDATE system_settings SET cleanup_retention_days = 0",
        "UPDATE system_settings SET cleanup_retention_days = 366",
        "INSERT INTO system_settings (id) SELECT id FROM system_settings",
        "ALTER TABLE system_settings RENAME COLUMN id TO number",
    ])
    func retentionThatNobodyKnowsLetsNothingGo(sql: String) async throws {
        try await ClaudeCodeHubTests.with { example in
            if sql.hasPrefix("INSERT") {
                try await example.sql("ALTER TABLE system_settings DROP CONSTRAINT IF EXISTS system_settings_pkey")
            }
            try await example.sql("UPDATE system_settings SET enable_auto_cleanup = true")
            try await example.sql(sql)
            let before = try await ClaudeCodeHubTests.requests(example)
            let run = try await example.cleanupd.run("run", "message_requests", "--force", "--json")
            #expect(run.code == 1, "\(run.errorText)")
            let told = run.errorText + run.text
            #expect(told.contains("retention of message_requests is not known"), "\(told)")
            #expect(try await ClaudeCodeHubTests.requests(example) == before)
            try await expectSchedule(of: example, enabled: 0, interval: nil)
            // Who says the age knows it.
            let stated = try await example.cleanupd.run("run", "message_requests", "--force", "--older-than", "45d")
            #expect(stated.code == 0, "\(stated.errorText)")
            #expect(try await ClaudeCodeHubTests.requests(example) == before.subtracting(1...2_800))
        }
    }
}
