import CleanupConfiguration
import Engine
import Logging
import Stores
import Synchronization

/// Reads what admins have set for cycles in tables of their own.
final class SettingsReader: Sendable {
    /// Warnings of the last reading: each is logged when it comes up, not at every reading.
    private let said = Mutex<Set<String>>([])

    /// Asks every table once. Blocking.
    ///
    /// - Parameter last: what held before; it goes on where a database does not answer.
    /// - Returns: by cycle; `nil` = could not be read, and never was, or says no retention that is legal.
    func read(
        _ connections: Connections,
        last: [String: CycleSettings?],
        logger: Logger
    ) -> [String: CycleSettings?] {
        var settings: [String: CycleSettings?] = [:]
        var warnings: [String] = []
        for cycle in connections.configuration.cycles {
            guard let table = cycle.settings else { continue }
            do {
                let (found, sentences) = try read(table, of: cycle, by: connections, last: last[cycle.name] ?? nil)
                settings.updateValue(found, forKey: cycle.name)
                warnings += sentences
            } catch {
                let known = last[cycle.name] ?? nil
                settings.updateValue(known, forKey: cycle.name)
                warnings.append(ServiceWords.tableUnread(cycle.name, isKnown: known != nil, error))
            }
        }
        say(warnings, logger)
        return settings
    }

    private func read(
        _ table: Cycle.SettingsTable,
        of cycle: Cycle,
        by connections: Connections,
        last: CycleSettings?
    ) throws -> (CycleSettings?, warnings: [String]) {
        let source = SettingsTable(
            backend: try connections.backend(table.connection),
            cycle: cycle.name,
            table: table.table,
            condition: table.condition,
            columns: table.columns.named.map { (name: $0.rawValue, column: $1) }
        )
        let (values, warnings) = try source.read { false }
        let named = values.reduce(into: [CycleSettings.Name: String]()) { named, value in
            if let name = CycleSettings.Name(rawValue: value.key) { named[name] = value.value }
        }
        var (settings, refused) = CycleSettings.checked(named, zone: cycle.zone)
        guard settings.isRetentionRefused else {
            return (settings, warnings + refused.map { ServiceWords.slipOfDefault(cycle.name, $0) })
        }
        // The default may be shorter than what an admin meant: it must not rule in place of a slip.
        guard let days = last?.retentionDays else {
            let sentences = refused.map { ServiceWords.slipThatSwitchesOff(cycle.name, $0) }
            return (nil, warnings + sentences)
        }
        settings.retentionDays = days
        let sentences = refused.map { sentence in
            let isRetention = sentence.hasPrefix(CycleSettings.Name.retentionDays.rawValue)
            return isRetention
                ? ServiceWords.slipOfRetention(cycle.name, sentence, last: days)
                : ServiceWords.slipOfDefault(cycle.name, sentence)
        }
        return (settings, warnings + sentences)
    }

    private func say(_ warnings: [String], _ logger: Logger) {
        let before = said.withLock { said in
            defer { said = Set(warnings) }
            return said
        }
        for sentence in warnings where !before.contains(sentence) {
            logger.warning("\(sentence)", metadata: ["action": "settings_warning"])
        }
    }
}

extension Cycle.SettingsTable.Columns {
    fileprivate var named: [(CycleSettings.Name, String)] {
        [(.enabled, enabled), (.retentionDays, retentionDays), (.schedule, schedule), (.batchSize, batchSize)]
            .compactMap { name, column in column.map { (name, $0) } }
    }
}
