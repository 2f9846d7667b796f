import Retention

/// What must hold between the keys of a task on objects.
struct ObjectsChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration
    let objects: TaskConfiguration.ObjectsSource

    func run() {
        refuseKeysOfOthers()
        checkUploads()
        checkGroups()
        base.checkOrphans(section, task, needsAge: true)
    }

    private func refuseKeysOfOthers() {
        base.refuse(
            [
                "compress", "quota", "owns", "filters", "allow.cascade", "keep.open", "keep.labels", "remove.idle_for",
                "remove.without_ttl", "archive_to",
            ] + Section.paceOfRows,
            in: section,
            Message.notFor("objects")
        )
        if let expired = section.entry(at: "remove.expired") {
            base.problems.add(expired, "\(Message.notFor("objects")): they have no such time; write older_than")
        }
        if let action = section["action"], task.action != .delete {
            base.problems.add(action, "objects can only be deleted; \"set\" and \"none\" are for tasks on rows")
        }
    }

    /// An unfinished upload has parts, but neither versions nor tags, and nothing names it yet.
    private func checkUploads() {
        guard objects.uploads, let source = section.section("objects") else { return }
        for key in ["versions", "tags"] {
            guard let entry = source[key] else { continue }
            base.problems.add(entry, "excludes \"uploads\": an unfinished upload has none; make a task of its own")
        }
        let others = Grammar.counts.keys.map { "keep.\($0.name)" } + ["keep.groups", "keep.tags"]
        base.refuse(others, in: section, "is not for uploads, which are not copies of each other and have no tags")
        if task.removal.orphan {
            base.refuse(
                ["remove.orphan"],
                in: section,
                "is not for uploads, which nothing names before they are finished"
            )
        }
    }

    private func checkGroups() {
        guard let groups = section.section("keep")?["groups"], let source = section.section("objects") else { return }
        guard source.isWhole, objects.groupBy == nil, !objects.uploads else { return }
        base.problems.add(groups, "needs \"group_by\" under \"objects\", which says what the groups are")
    }
}
