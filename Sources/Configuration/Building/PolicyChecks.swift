import Retention

/// What must hold between the keys of a task; of a section that is not whole nothing is said.
struct PolicyChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration

    /// - Parameter problemsBefore: how many there were before the policy was built; if there are more now, the policy
    ///   is not the one that the file means, and its refusals would be noise.
    func run(problemsBefore: Int) {
        checkRemove()
        checkGroups()
        checkCompression()
        checkCounts()
        guard section.isWhole, base.problems.count == problemsBefore else { return }
        for refusal in Judge.validate(task.policy) {
            let (position, path) = section.place(of: refusal.key)
            base.problems.add(position, path, Shown.message(refusal.message))
        }
    }

    /// Of no conditions all hold.
    private func checkRemove() {
        guard let remove = section.section("remove"), remove.isWhole, remove.entries.isEmpty else { return }
        let message = "states no condition, which would take everything; write for example older_than: 7d"
        base.problems.add(remove.position, remove.path, message)
    }

    private func checkGroups() {
        guard let groups = section.section("keep")?["groups"], let files = section.section("files") else { return }
        guard files.isWhole, task.files.groupBy == nil else { return }
        let message = "needs \"group_by\" under \"files\", which says what the groups are"
        base.problems.add(groups, message)
    }

    private func checkCompression() {
        guard let compress = section.section("compress"), let files = section.section("files") else { return }
        if files.isWhole, task.files.type != .file {
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

    /// A count of nothing is most likely a variable that was set wrongly.
    private func checkCounts() {
        let mayKeepNothing = task.policy.allowRemoveAll && task.policy.hasMatch
        guard let keep = section.section("keep"), keep.isWhole, !mayKeepNothing else { return }
        let given = ["last", "hourly", "daily", "weekly", "monthly", "yearly"].filter { keep[$0] != nil }
        guard !given.isEmpty, task.policy.keep.counts.isEmpty, let first = keep[given[0]] else { return }
        base.problems.add(first, "keeps nothing: every count here is 0; write at least 1, or leave the counts out")
    }
}
