/// `/cleanup/jobs`: the queue.
struct JobsPage {
    struct Filter {
        let href: String
        let label: String
        let isCurrent: Bool
    }

    static let states = ["waiting", "active", "delayed", "completed", "failed"]
    static let limit = 50

    let filters: [Filter]
    let waiting: String
    let active: String
    let delayed: String
    let dead: String
    let paused: Bool
    /// Something will change soon.
    let isBusy: Bool
    let jobs: [JobRow]
    let more: PageQuery?

    init(_ page: JobsDocument, states: Set<String>, offset: Int) {
        waiting = Words.number(page.waiting)
        active = Words.number(page.active)
        delayed = Words.number(page.delayed)
        dead = Words.number(page.dead)
        paused = page.paused
        isBusy = page.waiting + page.active > 0 && !page.paused
        jobs = page.jobs.map { JobRow($0) }
        filters =
            [Filter(href: "/cleanup/jobs", label: "all", isCurrent: states.isEmpty)]
            + Self.states.map {
                Filter(href: "/cleanup/jobs?state=\($0)", label: $0, isCurrent: states.contains($0))
            }
        let isFull = page.jobs.count == Self.limit
        more = isFull ? PageQuery(states.sorted().map { ("state", $0) } + [("offset", "\(offset + Self.limit)")]) : nil
    }
}

/// A job, in a table.
struct JobRow {
    let id: String
    /// As a path has it.
    let path: String
    let cycle: String
    let badge: OutcomeBadge
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
