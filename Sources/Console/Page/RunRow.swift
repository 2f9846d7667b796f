/// A run of one task, in a table.
struct RunRow {
    let id: String
    let task: String
    let badge: OutcomeBadge
    let dryRun: Bool
    let started: Moment
    /// Absent until it has ended.
    let duration: String?
    /// What made it begin, in words.
    let trigger: String
    /// The plan that it carries out.
    let plan: String?
    let who: String?
    let examined: String
    /// What is or would be removed.
    let remove: String
    /// What would be compressed.
    let compress: String?
    /// Updated rows are among them.
    let deleted: String
    /// `Deleted`, or `Updated`.
    let done: String
    let isSealed: Bool
    let compressed: String?
    let updated: String?
    let keep: String
    let failed: String?
    let changed: String?
    let gone: String?
    let inUse: String?
    let bytes: String
    let failure: String?
    let message: String?
    let isRunning: Bool
    let itemsPruned: Bool

    init(_ run: RunDocument) {
        func some(_ count: Int) -> String? { count > 0 ? Words.number(count) : nil }
        id = run.id
        task = run.task
        badge = OutcomeBadge(run)
        dryRun = run.dryRun
        started = Moment(run.startedAt)
        duration = run.state == .ended ? Self.duration(run.durationSeconds) : nil
        trigger = Self.trigger(run)
        plan = run.plan
        who = run.requestedBy
        examined = Words.number(run.examined)
        remove = Words.number(run.remove)
        compress = some(run.compress)
        deleted = Words.number(run.deleted + run.updated)
        done = run.updated > 0 && run.deleted == 0 ? "Updated" : "Deleted"
        isSealed = run.state == .sealed
        (compressed, updated) = (some(run.compressed), some(run.updated))
        keep = Words.number(run.keep)
        (failed, changed, gone, inUse) = (some(run.failed), some(run.changed), some(run.gone), some(run.inUse))
        bytes = Words.bytes(run.bytes)
        failure = run.failure
        message = run.message.map { Printable.visible($0) }
        isRunning = run.state == .running
        itemsPruned = run.itemsPruned
    }

    private static func duration(_ seconds: Double) -> String { seconds < 1 ? "< 1 s" : Words.duration(seconds) }

    private static func trigger(_ run: RunDocument) -> String {
        let words =
            switch run.trigger {
            case "schedule": "schedule"
            case "catch_up": "schedule, late"
            case "command_line": "command line"
            case "api": "by hand"
            case "plan": "confirmed plan"
            default: run.trigger
            }
        return run.cycle.map { "\(words), \($0)" } ?? words
    }
}
