/// A job, in a table.
struct JobRow {
    let id: String
    /// As a path has it.
    let path: String
    let cycle: String
    let badge: OutcomeBadge
    /// What a job waits for that was never begun.
    let waits: String?
    let trigger: String
    let fired: Moment
    let enqueued: Moment
    let due: Moment
    let started: Moment?
    let ended: Moment?
    let attempts: String
    let stalls: Int
    let worker: String?
    let lastError: String?
    let supersededBy: String?
    let tasks: String?
    let mayRetry: Bool
    let mayRun: Bool
    let mayRemove: Bool

    init(_ job: JobDocument) {
        id = job.id
        path = PageQuery.escaped(job.id)
        cycle = job.cycle
        badge = OutcomeBadge(word: job.state, style: Self.style(of: job.state))
        waits = job.isPostponed ? "waits until it is quiet" : nil
        trigger = job.trigger
        fired = Moment(job.firedAt)
        enqueued = Moment(job.enqueuedAt)
        due = Moment(job.dueAt)
        started = job.startedAt.map { Moment($0) }
        ended = job.endedAt.map { Moment($0) }
        attempts = "\(job.attempts) of \(job.maximumAttempts)"
        stalls = job.stalls
        worker = job.worker
        lastError = job.lastError.map { Printable.visible($0) }
        supersededBy = job.supersededBy
        tasks = job.tasks?.joined(separator: ", ")
        mayRetry = job.state == "failed"
        mayRun = job.state == "delayed"
        mayRemove = job.state != "active"
    }

    private static func style(of state: String) -> String {
        switch state {
        case "completed": "good"
        case "failed": "bad"
        case "active": "busy"
        case "delayed": "warn"
        default: "calm"
        }
    }
}
