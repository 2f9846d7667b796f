/// `/cleanup`: the service, what goes on, what comes next, and all tasks.
struct OverviewPage {
    struct Cycle {
        let name: String
        let schedule: String
        let zone: String?
        let tasks: String
        let off: Bool
        let next: [Moment]

        init(_ cycle: ScheduleDocument.Cycle) {
            name = cycle.name
            schedule = cycle.schedule ?? "at start"
            zone = cycle.schedule == nil ? nil : cycle.timezone
            tasks = cycle.tasks.joined(separator: ", ")
            off = !cycle.enabled
            next = cycle.next.map { Moment($0) }
        }
    }

    struct Connection {
        let name: String
        let kind: String
        let optional: Bool
    }

    let state: OutcomeBadge
    /// Why it is not ready.
    let notReady: String?
    /// Why nothing is deleted, where that is so.
    let notices: [String]
    let version: String
    let host: String
    let pid: String
    let started: Moment
    let replica: String
    let leader: Bool
    /// Another replica, as far as this one knows.
    let otherLeader: String?
    let dayItems: String
    let dayBytes: String
    let lastRun: Moment?
    let active: [ProgressView]
    let isScheduling: Bool
    let cycles: [Cycle]
    let tasks: [TaskCard]
    let file: String
    let connections: [Connection]

    init(_ status: StatusDocument) {
        let service = status.service
        state = Self.state(status)
        notReady = service.notReady
        notices = Self.notices(status)
        version = service.version
        host = service.host
        pid = "\(service.pid)"
        started = Moment(service.startedAt)
        replica = service.replica
        leader = service.leader
        otherLeader = service.leader ? nil : service.leaderName.map { Printable.visible($0) }
        dayItems = Words.items(status.last24Hours.items)
        dayBytes = Words.bytes(status.last24Hours.bytes)
        lastRun = status.lastRunAt.map { Moment($0) }
        active = status.active.map { ProgressView($0) }
        isScheduling = status.schedule.running
        cycles = status.schedule.cycles.map { Cycle($0) }
        tasks = status.tasks.map { TaskCard($0) }
        file = status.configuration.file
        connections = status.configuration.connections.map {
            Connection(name: $0.name, kind: $0.kind, optional: $0.optional)
        }
    }

    static func state(_ status: StatusDocument) -> OutcomeBadge {
        if status.service.notReady != nil { return OutcomeBadge(word: "not ready", style: "bad") }
        return status.active.isEmpty
            ? OutcomeBadge(word: "ready", style: "good") : OutcomeBadge(word: "running", style: "busy")
    }

    static func notices(_ status: StatusDocument) -> [String] {
        var notices: [String] = []
        if !status.enabled { notices.append("Switched off: plans are made and reported, nothing is deleted.") }
        if status.dryRun { notices.append("Dry run: plans are made and reported, nothing is deleted.") }
        if !status.schedule.running {
            notices.append(
                "The schedule is stopped: nothing fires, also after a restart. Jobs that are in the queue already still run."
            )
        }
        return notices
    }
}
