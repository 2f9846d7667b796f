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
