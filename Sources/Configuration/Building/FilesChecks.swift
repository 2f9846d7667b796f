import Retention

/// What must hold between the keys of a task on files.
struct FilesChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration
    let files: TaskConfiguration.FilesSource

    func run() {
        refuseKeysOfRows()
        checkGroups()
        checkCompression()
        checkCopies()
        base.checkOrphans(section, task, needsAge: true)
    }

    private func refuseKeysOfRows() {
        base.refuse(["keep.labels", "keep.tags", "allow", "remove.expired"], in: section, Message.notFor("files"))
        base.refuse(["owns"], in: section, "is for tasks on rows and records")
        let own = ["filters"].compactMap { section[$0] }
        for key in ["idle_for", "without_ttl"] {
            if let entry = section.section("remove")?[key] { base.problems.add(entry, Message.keysOnly) }
        }
        let pace = ["time_goal", "max_lag", "max_load", "health"].compactMap { section.section("pace")?[$0] }
        for entry in own + pace { base.problems.add(entry, Message.rowsOnly) }
        if let action = section["action"], task.action != .delete {
            base.problems.add(action, "files can only be deleted; \"set\" and \"none\" are for tasks on rows")
        }
    }

    private func checkGroups() {
        guard let groups = section.section("keep")?["groups"], let source = section.section("files") else { return }
        guard source.isWhole, files.groupBy == nil else { return }
        base.problems.add(groups, "needs \"group_by\" under \"files\", which says what the groups are")
    }

    /// A directory has no copy, and what is never removed needs none.
    private func checkCopies() {
        guard let copies = section.section("archive_to"), let source = section.section("files") else { return }
        if source.isWhole, files.type != .file {
            let message = "is for files only; leave out \"type\", or write type: file"
            base.problems.add(copies.position, copies.path, message)
        }
        if let prefix = copies["prefix"], let text = prefix.text, text.utf8.last != UInt8(ascii: "/") {
            let message =
                "the path follows at once, as in \(prefix.shown)a.log.gz; end it with / where a folder is meant"
            base.warnings.add(prefix, Shown.message(message))
        }
        if section.isWhole, task.policy.compressOlderThan != nil, !removesAnything {
            let message = "nothing is ever copied: the task only compresses; say what it removes"
            base.warnings.add(copies.position, copies.path, message)
        }
    }

    private var removesAnything: Bool {
        let policy = task.policy
        return policy.remove != nil || policy.quota != nil || policy.keep.hasCounts || policy.allowRemoveAll
    }

    private func checkCompression() {
        guard let compress = section.section("compress"), let source = section.section("files") else { return }
        if source.isWhole, files.type != .file {
            let message = "is for files only; leave out \"type\", or write type: file"
            base.problems.add(compress.position, compress.path, message)
        }
        guard let own = task.policy.compressOlderThan, let other = task.policy.remove?.olderThan else { return }
        // Of calendar lengths the shorter one depends on the day.
        guard own.months == other.months, other.milliseconds <= own.milliseconds, compress["older_than"] != nil else {
            return
        }
        base.warnings.add(
            compress.position,
            compress.path,
            "nothing is ever compressed: what is older than \(own.text) is removed at \(other.text) already"
        )
    }
}
