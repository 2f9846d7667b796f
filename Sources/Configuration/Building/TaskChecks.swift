import Retention

/// What must hold between the keys of a task; of a section that is not whole nothing is said.
struct TaskChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration
    /// The cycles that it stands in.
    let cycles: [Cycle]
    /// What the names of our own keys begin with.
    let keyPrefix: String

    /// - Parameter problemsBefore: how many there were before the policy was built; if there are more now, the policy
    ///   is not the one that the file means, and its refusals would be noise.
    func run(problemsBefore: Int) {
        checkRemove()
        checkCounts()
        checkSetting()
        checkReferences()
        ParameterChecks(base: base, section: section, task: task).run()
        switch task.source {
        case .files(let files): FilesChecks(base: base, section: section, task: task, files: files).run()
        case .rows(let rows): RowsChecks(base: base, section: section, task: task, rows: rows, cycles: cycles).run()
        case .keys(let keys):
            KeysChecks(base: base, section: section, task: task, keys: keys, keyPrefix: keyPrefix).run()
        case .objects(let objects): ObjectsChecks(base: base, section: section, task: task, objects: objects).run()
        case .containers: ContainersChecks(base: base, section: section, task: task).run()
        case .records(let records): RecordsChecks(base: base, section: section, task: task, records: records).run()
        }
        guard section.isWhole, base.problems.count == problemsBefore else { return }
        for refusal in Judge.validate(judged) {
            let (position, path) = section.place(of: refusal.key)
            base.problems.add(position, path, Shown.message(refusal.message))
        }
    }

    /// The policy with a stand-in for conditions that it does not hold, so that it is not refused for stating nothing.
    private var judged: Policy {
        var policy = task.policy
        let isStated =
            switch task.source {
            case .files, .keys, .objects, .containers, .records: task.statesRemoval
            // Whether rows state something is checked already.
            case .rows: task.statesRemoval || !policy.keep.hasCounts
            }
        if isStated {
            var remove = policy.remove ?? Policy.Remove()
            remove.sizeOver = remove.sizeOver ?? 0
            policy.remove = remove
        }
        return policy
    }

    /// Of no conditions all hold.
    private func checkRemove() {
        guard let remove = section.section("remove"), remove.isWhole, !task.statesRemoval else { return }
        let what = remove.entries.isEmpty ? "states no condition" : "states no condition but what is switched off"
        let message = "\(what), which would take everything; write for example older_than: 7d"
        base.problems.add(remove.position, remove.path, message)
    }

    /// A count of nothing is most likely a variable that was set wrongly.
    private func checkCounts() {
        let mayKeepNothing = task.policy.allowRemoveAll && task.policy.hasMatch
        guard let keep = section.section("keep"), keep.isWhole, !mayKeepNothing else { return }
        let given = ["last", "hourly", "daily", "weekly", "monthly", "yearly"].filter { keep[$0] != nil }
        guard !given.isEmpty, task.policy.keep.counts.isEmpty, let first = keep[given[0]] else { return }
        base.problems.add(first, "keeps nothing: every count here is 0; write at least 1, or leave the counts out")
    }

    /// A setting is one cycle's.
    private func checkSetting() {
        guard case .setting? = task.removal.olderThan, let entry = section.section("remove")?["older_than"] else {
            return
        }
        if cycles.isEmpty {
            base.warnings.add(entry, "the task stands in no cycle, so that nothing sets it: the default always holds")
        } else if cycles.count > 1 {
            base.problems.add(
                entry,
                "is a setting of the task's cycle, but the task stands in \"\(cycles[0].name)\" and"
                    + " \"\(cycles[1].name)\", which may be set differently; keep it in one of them, or write an age"
            )
        }
    }

    private func checkReferences() {
        guard let references = section.section("references"), references.isWhole, !task.removal.orphan else { return }
        base.warnings.add(
            references.position,
            references.path,
            "has no effect without remove.orphan: elsewhere references only protect, and any answer is believed"
        )
    }
}

extension TaskConfiguration {
    /// Something under `remove`, or `orphan_of`, says what goes.
    var statesRemoval: Bool {
        policy.remove?.olderThan != nil || policy.remove?.sizeOver != nil || removal.expired
            || !removal.listedBy.isEmpty || removal.orphan || policy.remove?.idleFor != nil
            || policy.remove?.withoutTTL == true
    }
}
