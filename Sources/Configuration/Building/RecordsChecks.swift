import Retention

/// What must hold between the keys of a task on records.
struct RecordsChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration
    let records: TaskConfiguration.RecordsSource

    func run() {
        refuseKeysOfOthers()
        checkFields()
        checkTimes()
        checkOrphans()
    }

    /// A record was not just made if it has expired.
    private func checkOrphans() {
        base.checkOrphans(section, task, needsAge: false)
        guard task.removal.orphan, !task.removal.expired, let remove = section.section("remove"), remove.isWhole,
            remove["older_than"] == nil, let orphan = remove["orphan"]
        else { return }
        let message =
            "needs \"older_than\" beside it, with \"time\" under \"records\": what was just made is not named yet"
        base.problems.add(orphan, message)
    }

    private func refuseKeysOfOthers() {
        base.refuse(
            [
                "compress", "filters", "allow.cascade", "keep.open", "keep.labels", "keep.tags", "keep.groups",
                "remove.size_over", "remove.idle_for", "remove.without_ttl", "unsafe_allow_remove_all",
                "archive_to",
            ] + Section.paceOfRows,
            in: section,
            Message.notFor("records")
        )
        let ownsObjects = task.owns.contains { if case .objects = $0 { true } else { false } }
        if section.isWhole, !ownsObjects, let allowed = section.entry(at: "allow.unconditional") {
            base.problems.add(allowed, "\(Message.notFor("records")) but such that own objects")
        }
        if let action = section["action"], task.action != .delete {
            base.problems.add(action, "records can only be deleted; \"set\" and \"none\" are for tasks on rows")
        }
    }

    /// A field that begins with a slash is a pointer.
    private func checkFields() {
        for owned in section.list("owns").compactMap(\.section) {
            guard let entry = owned.section("files")?["path"] ?? owned.section("objects")?["key"] else { continue }
            guard let field = entry.text, !Kind.recordField.accepts(field) else { continue }
            base.problems.add(entry, "is no field of a record: it begins with a slash, but is no JSON pointer")
        }
    }

    private func checkTimes() {
        guard let source = section.section("records"), source.isWhole else { return }
        let remove = section.section("remove")
        if let age = remove?["older_than"], records.time == nil {
            base.problems.add(age, "needs \"time\" under \"records\": without it a record has no age")
        }
        if let expired = remove?["expired"], task.removal.expired, records.expires == nil {
            base.problems.add(
                expired,
                "needs \"expires\" under \"records\": the field of the time at which a record expires"
            )
        }
        // What expires has a time that lies ahead, and nothing of the future is the oldest.
        guard records.time == nil else { return }
        if let keep = section.section("keep"), task.policy.keep.hasCounts {
            let message = "counts records from the newest on; that needs \"time\" under \"records\""
            base.problems.add(keep.position, keep.path, message)
        }
        if let quota = section.section("quota") {
            let message = "takes the oldest first; that needs \"time\" under \"records\""
            base.problems.add(quota.position, quota.path, message)
        }
    }
}
