/// What tasks on several sources have in common.
extension ConfigurationBuilder {
    /// Refuses keys of a task that mean nothing for its source.
    /// - Parameter paths: `KEY` or `SECTION.KEY`.
    func refuse(_ paths: [String], in section: Section, _ message: String) {
        for entry in paths.compactMap(section.entry) { problems.add(entry, message) }
    }

    /// An orphan is what nothing names; what was made a moment ago nothing can name yet.
    func checkOrphans(_ section: Section, _ task: TaskConfiguration, needsAge: Bool) {
        guard task.removal.orphan, let remove = section.section("remove"), let orphan = remove["orphan"] else { return }
        if needsAge, remove.isWhole, remove["older_than"] == nil {
            problems.add(orphan, "needs \"older_than\" beside it: what was just made is not named by anything yet")
        }
        if section.isWhole, !task.hasReferences {
            problems.add(orphan, "needs \"referenced_by\" under \"keep\", which says what is still named")
        }
    }
}

extension Section {
    /// What only a database can be asked for.
    static let paceOfRows = ["time_goal", "max_lag", "max_load", "health"].map { "pace.\($0)" }

    /// What stands under `KEY` or `SECTION.KEY`.
    func entry(at path: String) -> Entry? {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        return parts.count == 1 ? self[parts[0]] : section(parts[0])?[parts[1]]
    }
}

extension TaskConfiguration {
    /// Something says which items are still needed.
    var hasReferences: Bool { !referencedBy.isEmpty || !referencedByKeys.isEmpty || !referencedByFields.isEmpty }
}
