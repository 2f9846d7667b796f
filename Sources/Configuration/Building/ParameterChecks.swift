import Retention

/// Which names the SQL of a task may have: in conditions of rows, and in the queries of references. One without a value
/// would fail at each run.
struct ParameterChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration

    func run() {
        guard let known else { return }
        for entry in entries {
            let parameters = SQLText(entry.text ?? "").parameters
            for problem in problems(with: parameters, known) { base.problems.add(entry, problem) }
        }
        for entry in protecting where SQLText(entry.text ?? "").bounds.otherThanLower.contains("now") {
            base.problems.add(
                entry,
                "\":now\" is the instant of the plan, and what is referred to since then must stay, too: write it as a lower "
                    + "bound only, behind > or >= (until > :now), in a query without NOT, outer joins, counts or anything else that could turn "
                    + "it round, and leave an upper one out"
            )
        }
    }

    /// `nil` = what `params` are is not known, because they are wrong.
    private var known: [String]? {
        guard let source = section.section("rows") else { return Kind.instants }
        guard source["params"] != nil || source.isWhole else { return nil }
        return Kind.instants + (source.table("params")?.declared ?? [])
    }

    private var entries: [Entry] {
        let source = section.section("rows")
        let lists = section.section("remove")?.list("listed_by") ?? []
        return [source?["where"], source?["reason"]].compactMap(\.self) + lists.compactMap { $0.section?["query"] }
            + protecting
    }

    /// Queries that say what stays. They are asked once more before the first deletion, as of the plan: an upper bound would
    /// leave out what was written meanwhile.
    private var protecting: [Entry] {
        (section.section("keep")?.list("referenced_by") ?? []).compactMap { $0.section?["query"] }
    }

    private func problems(with parameters: [String], _ known: [String]) -> [String] {
        let hasCutoff = task.removal.olderThan != nil || section.section("remove")?.isWhole == false
        let isMissing = parameters.contains("cutoff") && !hasCutoff
        let cutoff = isMissing ? ["\":cutoff\" has no value without remove.older_than; write an age there"] : []
        let unknown = Set(parameters).subtracting(known)
        return cutoff
            // More than a few are no slips of the finger.
            + parameters.lazy.filter(unknown.contains).prefix(5).map { name in
                let suggestion = EditDistance.suggestion(for: name, among: known)
                let list = known.prefix(20).map { ":\($0)" }.joined(separator: ", ")
                return
                    "\":\(Shown.text(name))\" has no value\(suggestion.isEmpty ? "; known here: \(list)" : suggestion)"
            }
    }
}
