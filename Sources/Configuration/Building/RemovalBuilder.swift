import Retention

/// What a task removes beyond what its policy says, and what queries keep.
struct RemovalBuilder {
    let names: ConnectionNames
    /// The task's section.
    let section: Section
    let source: TaskConfiguration.Source

    func removal() -> TaskConfiguration.Removal {
        let remove = section.section("remove")
        var hasOrphanOf = false
        if case .rows(let rows) = source { hasOrphanOf = rows.orphanOf != nil }
        return TaskConfiguration.Removal(
            olderThan: remove.flatMap(olderThan),
            expired: remove?.flag("expired") ?? false,
            listedBy: names.references(remove?.list("listed_by") ?? []),
            // Whoever writes `orphan_of` means orphans.
            orphan: hasOrphanOf || remove?.flag("orphan") ?? false
        )
    }

    func referencedBy() -> [QueryReference] { names.queries(section.section("keep")?.list("referenced_by") ?? []) }

    func referencedByKeys() -> [KeysReference] { names.keys(section.section("keep")?.list("referenced_by") ?? []) }

    func referencedByFields() -> [FieldReference] { names.fields(section.section("keep")?.list("referenced_by") ?? []) }

    func references() -> TaskConfiguration.ReferenceRules {
        var rules = TaskConfiguration.ReferenceRules()
        guard let section = section.section("references") else { return rules }
        rules.allowEmpty = section.flag("allow_empty") ?? rules.allowEmpty
        rules.minRatio = section.number("min_ratio") ?? rules.minRatio
        return rules
    }

    private func olderThan(_ remove: Section) -> AgeSource? {
        switch remove["older_than"]?.value {
        case .age(let age): .fixed(age)
        case .section(let setting):
            setting.text("setting").flatMap { name in
                setting.age("default").map { AgeSource.setting(name: name, default: $0) }
            }
        default: nil
        }
    }
}
