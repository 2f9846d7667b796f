/// A task in a few lines: what it does, how it fares, and what can be done about it.
struct TaskCard {
    struct Storage {
        let used: String
        let limit: String
        let percent: Int
        let usedBytes: Int64
        let limitBytes: Int64
        /// From where on the meter warns.
        let highBytes: Int64

        init(_ storage: TaskDocument.Storage) {
            used = Words.bytes(storage.usedBytes)
            limit = Words.bytes(storage.limitBytes)
            percent = Int((Double(storage.usedBytes) / Double(max(storage.limitBytes, 1)) * 100).rounded())
            usedBytes = storage.usedBytes
            limitBytes = max(storage.limitBytes, 1)
            highBytes = limitBytes / 10 * 9
        }
    }

    let name: String
    let resource: String
    let connection: String
    let policy: String
    let badge: OutcomeBadge
    let lastRun: Moment?
    let lastRunID: String?
    let lastMessage: String?
    /// Where that is newer than the last real one.
    let lastDryRun: Moment?
    let lastDryRunID: String?
    let lastDryRunOutcome: String
    let lastSuccess: Moment?
    let nextRun: Moment?
    /// Why it does not run; absent = it does.
    let off: String?
    let dryRun: Bool
    /// `3d 4h (12 items)`; absent = nothing is due for longer than it should be, or that is not known.
    let overdue: String?
    let notOverdue: String
    let dayItems: String
    let dayBytes: String
    let storage: Storage?
    let chart: RunChart?

    init(_ task: TaskDocument) {
        name = task.name
        resource = task.resource
        connection = task.connection
        policy = task.policy
        let real = task.lastRealRun
        badge =
            task.running
            ? OutcomeBadge(word: "running", style: "busy")
            : real.map { OutcomeBadge($0) } ?? OutcomeBadge(word: "never ran", style: "calm")
        lastRun = (real?.endedAt ?? real?.startedAt).map { Moment($0) }
        lastRunID = real?.id
        lastMessage = (real?.message).map { Printable.visible($0) }
        let dry = task.lastRun.flatMap { $0.dryRun ? $0 : nil }
        lastDryRun = (dry?.endedAt ?? dry?.startedAt).map { Moment($0) }
        lastDryRunID = dry?.id
        lastDryRunOutcome = dry?.outcome ?? "goes on"
        lastSuccess = task.lastSuccessAt.map { Moment($0) }
        nextRun = task.nextRunAt.map { Moment($0) }
        off = task.enabled ? nil : task.disabledReason ?? "switched off"
        dryRun = task.dryRun
        overdue = Self.overdue(task)
        notOverdue = task.overdueSeconds == nil ? "not known yet" : "no"
        dayItems = Words.items(task.last24Hours.items)
        dayBytes = Words.bytes(task.last24Hours.bytes)
        storage = task.storage.map { Storage($0) }
        chart = RunChart(task.recent)
    }

    private static func overdue(_ task: TaskDocument) -> String? {
        guard let seconds = task.overdueSeconds, seconds >= 1 else { return nil }
        return Words.duration(seconds) + (task.overdueItems.map { " (\(Words.items($0)))" } ?? "")
    }
}
