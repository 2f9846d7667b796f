/// The settings table of a cycle.
struct SettingsBuilder {
    let base: ConfigurationBuilder
    let names: ConnectionNames

    func build(_ section: Section) -> Cycle.SettingsTable? {
        let connection = names.name(in: section, .database, "settings are read from")
        if let entry = section["where"], let name = SQLText(entry.text ?? "").parameters.first {
            base.problems.add(entry, "\":\(Shown.text(name))\" has no value here: parameters are bound in tasks only")
        }
        guard let columns = section.section("columns").map(columns), let connection, let table = section.text("table")
        else { return nil }
        return Cycle.SettingsTable(
            connection: connection,
            table: table,
            condition: section.text("where"),
            columns: columns
        )
    }

    private func columns(_ section: Section) -> Cycle.SettingsTable.Columns {
        if section.isWhole, section.entries.isEmpty {
            let known = section.grammar.available.map(\.name).joined(separator: ", ")
            base.problems.add(section.position, section.path, "names no column; known here: \(known)")
        }
        return Cycle.SettingsTable.Columns(
            enabled: section.text("enabled"),
            retentionDays: section.text("retention_days"),
            schedule: section.text("schedule"),
            batchSize: section.text("batch_size")
        )
    }
}
