/// What a task does to its items, and what goes with them.
struct ActionBuilder {
    let base: ConfigurationBuilder
    let names: ConnectionNames
    /// The task's section.
    let section: Section

    func action() -> TaskConfiguration.Action {
        if let set = section.section("action")?.table("set") {
            return .set(
                set.entries.compactMap { column, entry in
                    guard case .literal(let value) = entry.value else { return nil }
                    return TaskConfiguration.Assignment(column: column, value: value)
                }
            )
        }
        return section.text("action") == "none" ? .none : .delete
    }

    func owns() -> [TaskConfiguration.Owned] {
        section.list("owns").compactMap(\.section).compactMap { section in
            if let files = section.section("files") {
                let name = names.name(in: files, .directory, "owned files lie in")
                return things(files, name, column: "path", resource: "files").map(TaskConfiguration.Owned.files)
            }
            let name = section.section("objects").flatMap { names.name(in: $0, .bucket, "owned objects lie in") }
            return section.section("objects").flatMap { things($0, name, column: "key", resource: "objects") }
                .map(TaskConfiguration.Owned.objects)
        }
    }

    private func things(
        _ section: Section,
        _ name: String?,
        column: String,
        resource: String
    ) -> TaskConfiguration.OwnedThings? {
        guard let name, let column = section.text(column) else { return nil }
        return TaskConfiguration.OwnedThings(
            connection: name,
            column: column,
            resource: section.text("resource") ?? resource
        )
    }

    func filters() -> [TaskConfiguration.Filter] {
        (section.table("filters")?.entries ?? []).compactMap { name, entry in
            guard let section = entry.section, let sql = section.text("sql"),
                let kind = section.text("type").flatMap(TaskConfiguration.Filter.Kind.init)
            else { return nil }
            check(sql, of: kind, section)
            return TaskConfiguration.Filter(name: name, kind: kind, sql: sql)
        }
    }

    /// A filter that does not use what is given would remove whatever it is given.
    private func check(_ sql: String, of kind: TaskConfiguration.Filter.Kind, _ section: Section) {
        guard let entry = section["sql"] else { return }
        let given = SQLText(sql).parameters
        let wanted = kind.parameters
        if let missing = wanted.first(where: { !given.contains($0) }) {
            base.problems.add(
                entry,
                "does not use \":\(missing)\", which is what a filter of type \(kind.rawValue) is given"
            )
        } else if let other = given.first(where: { !wanted.contains($0) }) {
            let list = wanted.map { ":\($0)" }.joined(separator: " and ")
            let advice = wanted.isEmpty ? "a flag is given nothing" : "it is given \(list)"
            base.problems.add(
                entry,
                "\":\(Shown.text(other))\" has no value in a filter of type \(kind.rawValue): \(advice)"
            )
        }
    }
}

extension TaskConfiguration.Filter.Kind {
    /// Names after a colon that its SQL must use.
    fileprivate var parameters: [String] {
        switch self {
        case .text, .integer, .integers, .timestamp: ["value"]
        case .integerRange: ["min", "max"]
        case .flag: []
        }
    }
}
