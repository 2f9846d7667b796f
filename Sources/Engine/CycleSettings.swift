package import Retention

/// What an admin's settings say of a cycle, over its configuration; a value that is absent leaves the file's in force.
package struct CycleSettings: Sendable, Equatable {
    /// The settings that there are, by the names of the contract.
    package enum Name: String, Sendable, CaseIterable {
        case enabled
        case retentionDays = "retention_days"
        case schedule
        case batchSize = "batch_size"
    }

    package static let retentionDaysRange = 1...365
    package static let batchSizeRange = 1_000...100_000

    package var enabled: Bool?
    package var retentionDays: Int?
    package var schedule: Schedule?
    package var batchSize: Int?
    /// There is a number of days, and it is refused: which retention is meant, nobody knows.
    package var isRetentionRefused = false

    package init() {}

    /// Takes values as a settings table or an API has them, as text.
    ///
    /// - Parameter zone: IANA name; the schedule counts in it.
    /// - Returns: the settings, and a sentence for each value that is refused by name: those are left out.
    package static func checked(_ values: [Name: String], zone: String) -> (settings: CycleSettings, refused: [String])
    {
        var settings = CycleSettings()
        var refused: [String] = []
        for name in Name.allCases {
            guard let text = values[name] else { continue }
            if let reason = settings.take(text, as: name, zone: zone) {
                refused.append("\(name.rawValue) \"\(DisplayName.printable(text.utf8))\" \(reason)")
            }
        }
        return (settings, refused)
    }

    /// - Returns: why the value is refused.
    private mutating func take(_ text: String, as name: Name, zone: String) -> String? {
        switch name {
        case .enabled:
            enabled = Self.bool(text)
            return enabled == nil ? "is neither true nor false" : nil
        case .retentionDays:
            retentionDays = Self.integer(text, in: Self.retentionDaysRange)
            isRetentionRefused = retentionDays == nil
            return retentionDays == nil ? Self.outside(Self.retentionDaysRange) : nil
        case .batchSize:
            batchSize = Self.integer(text, in: Self.batchSizeRange)
            return batchSize == nil ? Self.outside(Self.batchSizeRange) : nil
        case .schedule:
            do {
                schedule = try Schedule(cron: text, zone: zone)
                return nil
            } catch {
                return "is no schedule: \(error)"
            }
        }
    }

    private static func outside(_ range: ClosedRange<Int>) -> String {
        "is not a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// As PostgreSQL (`true`, `t`), SQLite (`1`) and people write it.
    private static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "t", "1", "yes", "on": true
        case "false", "f", "0", "no", "off": false
        default: nil
        }
    }
}
