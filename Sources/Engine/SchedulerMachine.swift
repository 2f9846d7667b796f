import Coordination
import Retention

/// Decides when which cycle gets a job; a value without a clock. `Scheduler` carries out what it says.
///
/// The timetable goes on whoever leads, so that each replica can tell when a task is due next; jobs are offered to the
/// queue by the leader alone. A firing of which the queue says nothing is offered again until the next one of its cycle.
struct SchedulerMachine: Sendable {
    /// What is to be done, in order.
    enum Action: Sendable, Equatable {
        /// Read when the cycles were fired last, by whoever led, and say so (`lastFires`); asked for again until then.
        case readLastFires
        /// Put the job into the queue, and say what became of it (`answered`).
        case offer(JobRequest)
        /// Remember that the cycle was fired.
        case remember(cycle: String, at: Instant)
        /// Firings that came to nothing, to be counted and told.
        case miss(cycle: String, count: Int, reason: Miss)
    }

    enum Miss: Sendable, Equatable {
        /// Nobody scheduled; `false` = and it may not be made up for now.
        case nobodyLed(isMadeUpFor: Bool)
        /// The job before is still there.
        case busy(with: String)
        /// The queue took nothing all the time.
        case queueSilent
    }

    private(set) var cycles: [CycleDefinition]
    private(set) var leads = false
    private var timetable = Timetable()
    /// It leads, and does not know yet where the leader before left off.
    private var awaitsLastFires = false
    /// Offers without an answer, by cycle.
    private var unsent: [String: JobRequest] = [:]
    private let startedAt: Instant

    init(cycles: [CycleDefinition], now: Instant) {
        self.cycles = cycles
        startedAt = now
        timetable.replace(with: cycles, now: now)
    }

    /// When there is something to do next.
    var next: Instant? { timetable.next }

    /// Something was not answered, and should be tried again soon.
    var isWaiting: Bool { !unsent.isEmpty || awaitsLastFires }

    func next(of cycle: String) -> Instant? { timetable.next(of: cycle) }

    // MARK: Events

    mutating func replace(with cycles: [CycleDefinition], now: Instant) {
        self.cycles = cycles
        timetable.replace(with: cycles, now: now)
    }

    mutating func gained() -> [Action] {
        leads = true
        awaitsLastFires = true
        unsent = [:]
        return [.readLastFires]
    }

    mutating func lost() {
        leads = false
        awaitsLastFires = false
        unsent = [:]
    }

    /// The leader takes up where the one before left off. A cycle without an entry was never fired.
    mutating func lastFires(_ fires: [String: Instant], now: Instant) -> [Action] {
        guard leads, awaitsLastFires else { return [] }
        awaitsLastFires = false
        // What is due by now is found missing below; a clock that was set back since shows again what was passed over.
        _ = timetable.advance(to: now)
        var actions: [Action] = []
        for cycle in cycles where cycle.isEnabled && !cycle.isQuotaCheck {
            actions += takeUp(cycle, last: fires[cycle.name], now: now)
        }
        return actions
    }

    /// The time has come to look.
    mutating func time(_ now: Instant) -> [Action] {
        // What is due before the last firings are known is found missing by them.
        guard leads, !awaitsLastFires else {
            _ = timetable.advance(to: now)
            return leads ? [.readLastFires] : []
        }
        let due = timetable.advance(to: now)
        var actions: [Action] = []
        for firing in due {
            guard let cycle = cycle(firing.cycle), cycle.mayWork(at: now) else { continue }
            if unsent.removeValue(forKey: cycle.name) != nil, !cycle.isQuotaCheck {
                actions.append(.miss(cycle: cycle.name, count: 1, reason: .queueSilent))
            }
            actions.append(offer(cycle, firing.at, .schedule))
        }
        let offered = Set(due.map(\.cycle))
        let again = unsent.values.filter { !offered.contains($0.cycle) }
        actions += again.sorted { ($0.firedAt, $0.cycle) < ($1.firedAt, $1.cycle) }.map { .offer($0) }
        return actions
    }

    /// The queue's answer; `nil` = none, so that it is not known whether the job is there.
    mutating func answered(_ request: JobRequest, _ answer: Enqueued?) -> [Action] {
        guard leads, let answer else { return [] }
        if unsent[request.cycle] == request { unsent[request.cycle] = nil }
        let remember = Action.remember(cycle: request.cycle, at: request.firedAt)
        switch answer {
        case .enqueued, .duplicate: return [remember]
        case .busy(let id):
            // A look at a quota that comes while another goes on is none that was missed.
            return request.isRoutine
                ? [remember] : [remember, .miss(cycle: request.cycle, count: 1, reason: .busy(with: id))]
        case .stale: return []
        }
    }

    // MARK: Helpers

    private func cycle(_ name: String) -> CycleDefinition? { cycles.first { $0.name == name } }

    private mutating func takeUp(_ cycle: CycleDefinition, last: Instant?, now: Instant) -> [Action] {
        let missed = cycle.missedFires(since: last ?? now, until: now)
        var actions: [Action] = []
        if missed.count > 0 {
            let isMadeUpFor = cycle.mayWork(at: now)
            actions.append(.miss(cycle: cycle.name, count: missed.count, reason: .nobodyLed(isMadeUpFor: isMadeUpFor)))
        }
        // Counted once: the next leader counts from here.
        if missed.count > 0 || last == nil { actions.append(.remember(cycle: cycle.name, at: now)) }
        guard cycle.mayWork(at: now) else { return actions }
        if let lastMissed = missed.last {
            actions.append(offer(cycle, lastMissed, .catchUp))
        } else if cycle.runsAtStart, last.map({ $0 < startedAt }) ?? true {
            // Not when the lead changes hands: whoever led since this process began has done it.
            actions.append(offer(cycle, now, .schedule))
        }
        return actions
    }

    private mutating func offer(_ cycle: CycleDefinition, _ instant: Instant, _ trigger: Trigger) -> Action {
        var request = JobRequest(
            cycle: cycle.name,
            firedAt: instant,
            trigger: trigger.rawValue,
            isRoutine: cycle.isQuotaCheck
        )
        request.maximumAttempts = cycle.isQuotaCheck ? 1 : cycle.retry.attempts
        request.backoffSeconds = cycle.retry.backoffSeconds
        unsent[cycle.name] = request
        return .offer(request)
    }
}

extension CycleDefinition {
    /// Whether it may work at this hour.
    fileprivate func mayWork(at instant: Instant) -> Bool { window?.contains(instant) ?? true }
}
