import Retention

/// The source of a task as values; what must hold between its keys is checked elsewhere.
struct SourceBuilder {
    func files(_ section: Section) -> TaskConfiguration.FilesSource {
        TaskConfiguration.FilesSource(
            path: section.text("path") ?? "",
            match: section.texts("match"),
            exclude: section.texts("exclude"),
            type: section.text("type").flatMap(TaskConfiguration.FilesSource.Kind.init) ?? .file,
            depth: section.integer("depth"),
            time: section.text("time").flatMap(TaskConfiguration.FilesSource.Time.init) ?? .mtime,
            groupBy: grouping(section)
        )
    }

    private func grouping(_ section: Section) -> TaskConfiguration.FilesSource.Grouping? {
        switch section["group_by"]?.value {
        case .integer(let component): .component(component)
        case .text: .directory
        default: nil
        }
    }

    func keys(_ section: Section) -> TaskConfiguration.KeysSource {
        let time = section.text("time")
        let types = section.oneOrMore("type").compactMap(TaskConfiguration.KeysSource.Kind.init)
        return TaskConfiguration.KeysSource(
            match: section.oneOrMore("match"),
            // Nothing else has fields.
            types: types.isEmpty && time != nil ? [.hash] : types,
            time: time
        )
    }

    func objects(_ section: Section) -> TaskConfiguration.ObjectsSource {
        let versions = section.text("versions").flatMap(TaskConfiguration.ObjectsSource.Versions.init)
        return TaskConfiguration.ObjectsSource(
            prefix: section.text("prefix") ?? "",
            match: section.texts("match"),
            versions: versions ?? .current,
            uploads: section.flag("uploads") ?? false,
            tags: section.texts(named: "tags"),
            groupBy: grouping(section)
        )
    }

    func containers(_ section: Section) -> TaskConfiguration.ContainersSource {
        let states = section.texts("states").compactMap(TaskConfiguration.ContainersSource.State.init)
        return TaskConfiguration.ContainersSource(
            names: section.oneOrMore("name"),
            labels: section.texts(named: "labels"),
            states: states.isEmpty ? TaskConfiguration.ContainersSource.State.allCases : states
        )
    }

    func records(_ section: Section) -> TaskConfiguration.RecordsSource {
        TaskConfiguration.RecordsSource(
            pointer: section.text("at") ?? "",
            key: section.text("key"),
            time: section.text("time"),
            expires: section.text("expires"),
            timeFormat: section.text("time_format").flatMap(TaskConfiguration.RowsSource.TimeFormat.init),
            timezone: section.text("timezone") ?? "UTC"
        )
    }

    func rows(_ section: Section) -> TaskConfiguration.RowsSource {
        var params: [String: Age] = [:]
        for (name, entry) in section.table("params")?.entries ?? [] {
            if case .age(let age) = entry.value { params[name] = age }
        }
        return TaskConfiguration.RowsSource(
            table: section.text("table") ?? "",
            key: section.oneOrMore("key"),
            time: section.oneOrMore("time"),
            expires: section.text("expires"),
            timeFormat: section.text("time_format").flatMap(TaskConfiguration.RowsSource.TimeFormat.init),
            timezone: section.text("timezone") ?? "UTC",
            condition: section.text("where"),
            params: params,
            reason: section.text("reason"),
            groupBy: section.text("group_by"),
            orphanOf: section.section("orphan_of").flatMap(orphanOf),
            vacuum: section.flag("vacuum") ?? false
        )
    }

    private func orphanOf(_ section: Section) -> TaskConfiguration.RowsSource.OrphanOf? {
        guard let column = section.text("column"), let table = section.text("table"), let key = section.text("key")
        else { return nil }
        return TaskConfiguration.RowsSource.OrphanOf(column: column, table: table, key: key)
    }
}
