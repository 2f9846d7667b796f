import Retention
import Testing

@testable import Engine

/// What admins have set, as it is read from the state store.
struct AdminSettingsTests {
    private static func read(_ stored: [String: String]) -> AdminSettings {
        AdminSettings(stored) { $0 == "deep" ? "UTC" : nil }
    }

    @Test func everySettingIsReadBackAsItWasStored() throws {
        let settings = Self.read([
            "admin/dry_run": "true", "admin/scheduling": "false", "admin/task/logs/dry_run": "false",
            "admin/task/logs/older_than": #""60d""#, "admin/cycle/deep/enabled": #""true""#,
            "admin/cycle/deep/schedule": #""0 4 * * *""#, "admin/cycle/deep/retention_days": #""90""#,
            "admin/cycle/deep/batch_size": #""5000""#, "references/x": "1",
        ])
        #expect(settings.dryRun == true)
        #expect(!settings.isScheduling)
        #expect(settings.tasks["logs"]?.dryRun == false)
        #expect(settings.tasks["logs"]?.olderThan?.text == "60d")
        #expect(settings.cycles["deep"]?.enabled == true)
        #expect(settings.cycles["deep"]?.schedule?.text == "0 4 * * *")
        #expect(settings.cycles["deep"]?.retentionDays == 90)
        #expect(settings.cycles["deep"]?.batchSize == 5000)
        #expect(settings.problems.isEmpty)
    }

    @Test func nothingStoredChangesNothing() {
        #expect(Self.read([:]) == AdminSettings())
        #expect(Self.read(["admin/nonsense": "1", "admin/cycle/gone/enabled": #""false""#]) == AdminSettings())
    }

    /// What was meant, nobody knows: then less is deleted, never more.
    @Test func whatCannotBeReadStopsWhatItIsAbout() {
        for broken in ["", "90", "{", #""soon""#] {
            let settings = Self.read([
                "admin/dry_run": broken, "admin/scheduling": broken, "admin/task/logs/older_than": broken,
                "admin/task/files/dry_run": broken, "admin/cycle/deep/enabled": broken,
                "admin/cycle/deep/retention_days": #""0""#,
            ])
            #expect(settings.dryRun == true, "\(broken)")
            #expect(!settings.isScheduling, "\(broken)")
            #expect(settings.unreadableTasks == ["logs", "files"], "\(broken)")
            #expect(settings.cycles["deep"]?.enabled == false, "\(broken)")
            #expect(settings.cycles["deep"]?.isRetentionRefused == true, "\(broken)")
            #expect(settings.problems.count >= 6, "\(broken)")
        }
        #expect(Self.read(["admin/cycle/deep/retention_days": "90"]).cycles["deep"]?.isRetentionRefused == true)
    }

    @Test func keysAreReadAsTheyAreWritten() {
        let keys: [AdminSettings.Key] =
            [.dryRun, .scheduling, .taskDryRun("a.b"), .taskOlderThan("t-1")]
            + CycleSettings.Name.allCases.map { .cycle("deep", $0) }
        for key in keys { #expect(AdminSettings.Key(key.text) == key) }
    }
}
