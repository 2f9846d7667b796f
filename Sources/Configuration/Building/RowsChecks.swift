import Retention

/// What must hold between the keys of a task on rows.
struct RowsChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration
    let rows: TaskConfiguration.RowsSource
    /// The cycles that it stands in.
    let cycles: [Cycle]

    func run() {
        refuseKeysOfFiles()
        checkColumns()
        guard section.isWhole else { return }
        checkConditions()
        checkKeep()
        checkAction()
        checkStatement()
        checkByHandOnly()
    }

    private func refuseKeysOfFiles() {
        for key in ["idle_for", "without_ttl"] {
            if let entry = section.section("remove")?[key] { base.problems.add(entry, Message.keysOnly) }
        }
        for reference in (section.section("keep")?.list("referenced_by") ?? []).compactMap(\.section) {
            guard let entry = reference["keys"] ?? reference["field"] else { continue }
            base.problems.add(entry, "protects no rows; of rows write a query")
        }
        base.refuse(["keep.labels", "keep.tags"], in: section, Message.notFor("rows"))
        base.refuse(["quota"], in: section, "is for tasks on files and records")
        let own = ["compress", "archive_to", "unsafe_allow_remove_all"].compactMap { section[$0] }
        let parts = [("remove", "size_over"), ("keep", "match"), ("keep", "open"), ("limits", "max_bytes")]
        let others = (parts + [("budget", "bytes")]).compactMap { section.section($0)?[$1] }
        for entry in own + others { base.problems.add(entry, Message.filesOnly) }
    }

    /// What a row owns stands in a column; only records have pointers.
    private func checkColumns() {
        for owned in section.list("owns").compactMap(\.section) {
            guard let entry = owned.section("files")?["path"] ?? owned.section("objects")?["key"] else { continue }
            guard let column = entry.text else { continue }
            do {
                _ = try Kind.column.parse(column)
            } catch {
                base.problems.add(entry, error.message)
            }
        }
    }

    private func checkConditions() {
        guard let remove = section.section("remove") else { return }
        if let age = remove["older_than"], rows.time.isEmpty {
            base.problems.add(age, "needs \"time\" under \"rows\": without it a row has no age")
        }
        if let expired = remove["expired"], task.removal.expired, rows.expires == nil {
            base.problems.add(
                expired,
                "needs \"expires\" under \"rows\": the column of the time at which a row expires"
            )
        }
        if let orphan = remove["orphan"], task.removal.orphan, rows.orphanOf == nil, task.referencedBy.isEmpty {
            base.problems.add(
                orphan,
                "needs \"orphan_of\" under \"rows\" or \"referenced_by\" under \"keep\", which say what is still named"
            )
        }
    }

    private func checkKeep() {
        guard let keep = section.section("keep"), task.policy.keep.hasCounts else { return }
        if rows.time.isEmpty {
            let message = "counts rows from the newest on; that needs \"time\" under \"rows\""
            base.problems.add(keep.position, keep.path, message)
        }
        if let groups = keep["groups"], rows.groupBy == nil {
            base.problems.add(groups, "needs \"group_by\" under \"rows\", which says what the groups are")
        }
    }

    private func checkAction() {
        guard let action = section["action"] else { return }
        switch task.action {
        case .none where task.owns.isEmpty:
            base.problems.add(action, "does nothing without \"owns\": then nothing goes")
        case .set(let assignments) where assignments.allSatisfy({ $0.value == .now }):
            let message =
                "sets nothing but now(), so that no row could be told from one that is done; set a value besides"
            base.problems.add(action.section?["set"] ?? action, message)
        default: break
        }
    }

    /// What says which rows go, rather than which are looked at.
    private func checkStatement() {
        let isBounded = !SQLText(rows.condition ?? "").parameters.isEmpty
        let isStated = task.statesRemoval || hasCounts || isBounded || !task.filters.isEmpty
        guard !isStated, !task.allowsAllRows, section["remove"] == nil else { return }
        // Of a task that owns objects, allow speaks of these.
        let advice =
            "write for example remove: { older_than: 30d }"
            + (task.ownsObjects ? "" : ", or allow: { unconditional: true } if all of them are to go")
        let message =
            rows.condition == nil
            ? "states nothing to remove, which would take all rows of the table; \(advice)"
            : "states nothing to remove: \"where\" says which rows are looked at, but binds no instant (:now,"
                + " :grace_cutoff, params); \(advice)"
        base.problems.add(section.position, section.path, message)
    }

    /// Also such as keep nothing, which is reported elsewhere.
    private var hasCounts: Bool {
        let names = Grammar.counts.keys.map(\.name) + ["groups"]
        return section.section("keep").map { keep in names.contains { keep[$0] != nil } } ?? false
    }

    private func checkByHandOnly() {
        guard task.isByHandOnly, let cycle = cycles.first else { return }
        base.problems.add(
            section.position,
            section.path,
            "has filters and no \"remove\", so that it runs by hand only, but stands in the cycle \"\(cycle.name)\";"
                + " take it out there, or state under \"remove\" what goes"
        )
    }
}
