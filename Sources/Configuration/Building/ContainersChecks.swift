import Retention

/// What must hold between the keys of a task on containers.
struct ContainersChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration

    func run() {
        base.refuse(
            [
                "compress", "quota", "owns", "filters", "allow", "keep.open", "keep.tags", "keep.groups",
                "remove.size_over",
                "remove.expired", "remove.idle_for", "remove.without_ttl", "archive_to",
            ] + Section.paceOfRows,
            in: section,
            Message.notFor("containers")
        )
        if let action = section["action"], task.action != .delete {
            base.problems.add(action, "containers can only be removed; \"set\" and \"none\" are for tasks on rows")
        }
        base.checkOrphans(section, task, needsAge: true)
    }
}
