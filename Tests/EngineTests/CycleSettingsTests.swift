import Engine
import Retention
import Testing

@Suite struct CycleSettingsTests {
    private func checked(_ values: [CycleSettings.Name: String]) -> (settings: CycleSettings, refused: [String]) {
        CycleSettings.checked(values, zone: "UTC")
    }

    @Test func valuesOfATableAreTaken() throws {
        let (settings, refused) = checked([
            .enabled: "t", .retentionDays: "30", .schedule: "0 2 * * *", .batchSize: "10000",
        ])
        #expect(refused.isEmpty)
        #expect(settings.enabled == true)
        #expect(settings.retentionDays == 30)
        #expect(settings.batchSize == 10_000)
        #expect(try settings.schedule == Schedule(cron: "0 2 * * *", zone: "UTC"))
    }

    @Test func absentValuesLeaveTheFileInForce() {
        #expect(checked([:]).settings == CycleSettings())
    }

    @Test(arguments: [
        (CycleSettings.Name.retentionDays, "0"), (.retentionDays, "366"), (.retentionDays, "-1"),
        (.retentionDays, "7.5"),
        (.retentionDays, ""), (.batchSize, "999"), (.batchSize, "100001"), (.enabled, "maybe"),
        (.schedule, "61 * * * *"), (.schedule, "0 0 31 2 *"), (.retentionDays, "99999999999999999999"),
    ])
    func valueOutOfRangeIsRefusedByNameAndTheOthersStand(_ name: CycleSettings.Name, _ text: String) {
        let (settings, refused) = checked([.enabled: "1"].merging([name: text]) { $1 })
        #expect(refused.count == 1)
        #expect(refused.first?.hasPrefix("\(name.rawValue) \"\(text)\" is") == true, "\(refused)")
        #expect(settings.retentionDays == nil && settings.batchSize == nil && settings.schedule == nil)
        #expect(settings.enabled == (name == .enabled ? nil : true))
    }
}
