/// `/cleanup/plans/ID`: a sealed plan, to be confirmed.
struct PlanPage {
    struct Task {
        let task: String
        let policy: String?
        /// Its items stand in a list; otherwise it is a rule with a count.
        let isListed: Bool
        /// The list goes on beyond what is shown.
        let isCut: Bool
        /// `removed`, or `updated`.
        let done: String
        let shown: String
        let run: String
        let examined: String
        let remove: String
        let compress: String?
        let keep: String
        let bytes: String
        let list: ItemList
    }

    let id: String
    let digest: String
    let created: Moment
    let who: String?
    let expires: Moment
    let applied: Moment?
    let appliedBy: String?
    let tasks: [Task]
    /// What the button says: `Delete 12 items, 3.4 MiB`.
    let act: String
    /// There is nothing that could be applied.
    let isEmpty: Bool
    let isExpired: Bool

    /// - Parameter lists: by run.
    init(_ plan: PlanDocument, lists: [String: ItemList]) {
        id = plan.id
        digest = plan.digest
        created = Moment(plan.createdAt)
        who = plan.createdBy
        expires = Moment(plan.expiresAt)
        applied = plan.appliedAt.map { Moment($0) }
        appliedBy = plan.appliedBy
        tasks = plan.tasks.map { task in
            Task(
                task: task.task,
                policy: task.policy,
                isListed: task.listed,
                isCut: lists[task.run]?.more != nil,
                done: task.updates ? "updated" : "removed",
                shown: Words.number(lists[task.run]?.items?.rows.count ?? 0),
                run: task.run,
                examined: Words.number(task.examined),
                remove: Words.number(task.remove),
                compress: task.compress > 0 ? Words.number(task.compress) : nil,
                keep: Words.number(task.keep),
                bytes: Words.bytes(task.bytes),
                list: lists[task.run] ?? ItemList(ItemsDocument(items: [], next: nil), search: nil)
            )
        }
        act = Self.act(plan)
        isExpired = plan.expired
        isEmpty = plan.tasks.allSatisfy { $0.remove + $0.compress == 0 }
    }

    private static func act(_ plan: PlanDocument) -> String {
        let (remove, compress) = plan.tasks.reduce((0, 0)) { ($0.0 + $1.remove, $0.1 + $1.compress) }
        let bytes = plan.tasks.reduce(Int64(0)) { $0 + $1.bytes }
        let isListed = plan.tasks.allSatisfy(\.listed)
        let what = isListed ? "\(Words.items(remove)), \(Words.bytes(bytes))" : "at most \(Words.items(remove))"
        let verb =
            plan.tasks.allSatisfy(\.updates) ? "Update" : plan.tasks.contains(where: \.updates) ? "Change" : "Delete"
        let deletes = remove > 0 ? "\(verb) \(what)" : nil
        let compresses = compress > 0 ? "compress \(Words.items(compress))" : nil
        let text = [deletes, compresses].compactMap { $0 }.joined(separator: "; ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
