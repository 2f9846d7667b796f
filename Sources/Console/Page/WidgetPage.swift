/// `/cleanup/widget`: a few lines for another dashboard.
struct WidgetPage {
    struct Task {
        let name: String
        let policy: String
        let badge: OutcomeBadge
        let dryRun: Bool
        let off: Bool
    }

    let state: OutcomeBadge
    let notices: [String]
    let next: Moment?
    let dayItems: String
    let dayBytes: String
    let tasks: [Task]

    init(_ status: StatusDocument) {
        state = OverviewPage.state(status)
        notices = OverviewPage.notices(status)
        // RFC 3339 in UTC sorts as text.
        next = status.schedule.cycles.flatMap(\.next).min().map { Moment($0) }
        dayItems = Words.items(status.last24Hours.items)
        dayBytes = Words.bytes(status.last24Hours.bytes)
        tasks = status.tasks.map { task in
            let card = TaskCard(task)
            return Task(
                name: card.name,
                policy: card.policy,
                badge: card.badge,
                dryRun: card.dryRun,
                off: card.off != nil
            )
        }
    }
}
