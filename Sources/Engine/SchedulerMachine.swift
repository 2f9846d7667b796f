import Coordination
import Retention

/// Decides when which cycle gets a job; a value without a clock. `Scheduler` carries out what it says.
///
/// The timetable goes on whoever leads, so that each replica can tell when a task is due next; jobs are offered to the
/// queue by the leader alone. A firing of which the queue says nothing is offered again until the next one of its cycle,
/// and a job that the queue has lost is put in again.
struct SchedulerMachine: Sendable {
    /// What is to be done, in order.
    enum Action: Sendable, Equatable {
        /// Read how far the cycles have come, whoever led, and say so (`progress`); asked for again until then.
        case readProgress
        /// Put the job into the queue, and say what became of it (`answered`).
        case offer(JobRequest)
        /// Remember that the cycle was fired, with a job of its own or without.
        case remember(cycle: String, at: Instant, hasJob: Bool)
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
        /// The cycle's hours were over before it was looked at.
        case tooLate
    }

    /// An offer without an answer.
    private struct Offer {
        var request: JobRequest
        /// Firings before it that nobody saw to, itself included.
        var missed = 0
        /// The job was there already; this is for the case that the queue has lost it.
        var isRepeat = false
        /// It is fired because the service starts.
        var isAtStart = false
    }

    /// Seconds between two looks for lost jobs.
    private static let lookPause: Int64 = 60

    private(set) var cycles: [CycleDefinition]
    private(set) var leads = false
    private var timetable = Timetable()
    /// It leads, and does not know yet where the leader before left off.
    private(set) var awaitsProgress = false
    private var lastLook = Instant.distantPast
    /// By cycle.
    private var unsent: [String: Offer] = [:]
    private let startedAt: Instant

    init(cycles: [CycleDefinition], now: Instant) {
        self.cycles = cycles
        startedAt = Self.firing(at: now)
        timetable.replace(with: cycles, now: now)
    }

    /// When there is something to do next.
    var next: Instant? { timetable.next }

    /// Something was not answered, and should be tried again soon.
    var isWaiting: Bool { !unsent.isEmpty || awaitsProgress }

    func next(of cycle: String) -> Instant? { timetable.next(of: cycle) }

    // MARK: Events

    /// Other cycles are in force. One that is new counts its firings from now.
    mutating func replace(with cycles: [CycleDefinition], now: Instant) -> [Action] {
        let known = Set(self.cycles.map(\.name))
        self.cycles = cycles
        timetable.replace(with: cycles, now: now)
        guard leads, !awaitsProgress else { return [] }
        return cycles.filter { !known.contains($0.name) && !$0.isQuotaCheck }
            .map { .remember(cycle: $0.name, at: now, hasJob: false) }
    }

    mutating func gained() -> [Action] {
        leads = true
        awaitsProgress = true
        unsent = [:]
        return [.readProgress]
    }

    mutating func lost() {
        leads = false
        awaitsProgress = false
        unsent = [:]
    }

    /// How far the cycles have come. The leader takes up where the one before left off, and looks for lost jobs.
    mutating func progress(_ progress: [String: CycleProgress], now: Instant) -> [Action] {
        guard leads else { return [] }
        lastLook = now
        var actions: [Action] = []
        if awaitsProgress {
            awaitsProgress = false
            // What was due until now is taken up, even where the clock was set back over it.
            _ = timetable.advance(to: now)
            for cycle in cycles where cycle.isEnabled && !cycle.isQuotaCheck {
                actions += takeUp(cycle, progress[cycle.name]?.lastFire, now: now)
            }
        }
        for cycle in cycles where cycle.isEnabled && unsent[cycle.name] == nil {
            guard let lost = progress[cycle.name]?.openJob else { continue }
            actions.append(offer(cycle, lost, .catchUp, isRepeat: true))
        }
        return actions
    }

    /// The time has come to look.
    mutating func time(_ now: Instant) -> [Action] {
        // What is due before the progress is known is found missing by it.
        guard leads, !awaitsProgress else {
            _ = timetable.advance(to: now)
            return leads ? [.readProgress] : []
        }
        let again = unsent.values.sorted {
            ($0.request.firedAt, $0.request.cycle) < ($1.request.firedAt, $1.request.cycle)
        }
        var actions: [Action] = []
        let due = timetable.advance(to: now)
        for firing in due {
            guard let cycle = cycle(firing.cycle) else { continue }
            guard cycle.mayWork(at: now) else {
                actions.append(.remember(cycle: cycle.name, at: firing.at, hasJob: false))
                actions.append(.miss(cycle: cycle.name, count: 1, reason: .tooLate))
                continue
            }
            if let before = unsent[cycle.name], !before.isRepeat, !cycle.isQuotaCheck {
                actions.append(.miss(cycle: cycle.name, count: max(1, before.missed), reason: .queueSilent))
            }
            actions.append(offer(cycle, firing.at, .schedule))
        }
        let offered = Set(due.map(\.cycle))
        actions += again.filter { !offered.contains($0.request.cycle) }.map { .offer($0.request) }
        if now >= lastLook.adding(nanoseconds: Self.lookPause * 1_000_000_000) || now < lastLook {
            lastLook = now
            actions.append(.readProgress)
        }
        return actions
    }

    /// The queue's answer; `nil` = none, so that it is not known whether the job is there.
    mutating func answered(_ request: JobRequest, _ answer: Enqueued?) -> [Action] {
        guard leads, let answer else { return [] }
        var offer = Offer(request: request)
        if let waiting = unsent[request.cycle], waiting.request == request {
            offer = waiting
            unsent[request.cycle] = nil
        }
        // Looks at quotas come again within minutes, and are not made up for.
        guard answer != .stale, !request.isRoutine else { return [] }
        let hasJob = answer == .enqueued
        if offer.isRepeat { return hasJob ? [.remember(cycle: request.cycle, at: request.firedAt, hasJob: true)] : [] }
        return [.remember(cycle: request.cycle, at: request.firedAt, hasJob: hasJob)] + missed(offer, answer)
    }

    /// The queue will never take the job.
    mutating func refused(_ request: JobRequest) -> [Action] {
        guard leads, unsent[request.cycle]?.request == request else { return [] }
        unsent[request.cycle] = nil
        return [.miss(cycle: request.cycle, count: 1, reason: .queueSilent)]
    }

    // MARK: Helpers

    /// As exact as the state store remembers firings, so that the same one is offered again under the same identity.
    private static func firing(at instant: Instant) -> Instant {
        Instant(nanoseconds: instant.nanoseconds / 1_000_000 * 1_000_000)
    }

    private func cycle(_ name: String) -> CycleDefinition? { cycles.first { $0.name == name } }

    private func missed(_ offer: Offer, _ answer: Enqueued) -> [Action] {
        let cycle = offer.request.cycle
        switch answer {
        case .enqueued where offer.missed > 0:
            return [.miss(cycle: cycle, count: offer.missed, reason: .nobodyLed(isMadeUpFor: true))]
        case .duplicate where offer.missed > 1:
            // The last of them is the one that is there.
            return [.miss(cycle: cycle, count: offer.missed - 1, reason: .nobodyLed(isMadeUpFor: true))]
        case .busy where offer.isAtStart:
            // The firing of an earlier start, or one of the schedule, is still to be done, or at work: nothing is missed.
            return []
        case .busy(let id):
            return [.miss(cycle: cycle, count: max(1, offer.missed), reason: .busy(with: id))]
        case .enqueued, .duplicate, .stale:
            return []
        }
    }

    private mutating func takeUp(_ cycle: CycleDefinition, _ last: Instant?, now: Instant) -> [Action] {
        let missed = cycle.missedFires(since: last ?? now, until: now)
        if cycle.mayWork(at: now) {
            if let lastMissed = missed.last { return [offer(cycle, lastMissed, .catchUp, missed: missed.count)] }
            // Not when the lead changes hands: whoever led since this process began has done it.
            if cycle.runsAtStart, last.map({ $0 < startedAt }) ?? true {
                return [offer(cycle, Self.firing(at: now), .schedule, isAtStart: true)]
            }
        }
        // Counted once: the next leader counts from here.
        var actions: [Action] = []
        if missed.count > 0 || last == nil { actions.append(.remember(cycle: cycle.name, at: now, hasJob: false)) }
        if missed.count > 0 {
            actions.append(.miss(cycle: cycle.name, count: missed.count, reason: .nobodyLed(isMadeUpFor: false)))
        }
        return actions
    }

    private mutating func offer(
        _ cycle: CycleDefinition,
        _ instant: Instant,
        _ trigger: Trigger,
        missed: Int = 0,
        isRepeat: Bool = false,
        isAtStart: Bool = false
    ) -> Action {
        var request = JobRequest(
            cycle: cycle.name,
            firedAt: instant,
            trigger: trigger.rawValue,
            isRoutine: cycle.isQuotaCheck
        )
        // A time that comes again is another firing, which the queue must not take for the first.
        if timetable.stepsBack > 0, !isRepeat { request.id += "+\(timetable.stepsBack)" }
        request.maximumAttempts = cycle.isQuotaCheck ? 1 : cycle.retry.attempts
        request.backoffSeconds = cycle.retry.backoffSeconds
        unsent[cycle.name] = Offer(
            request: request,
            missed: missed,
            isRepeat: isRepeat,
            isAtStart: isAtStart
        )
        return .offer(request)
    }
}

/// How far a cycle has come, as the state store remembers it.
struct CycleProgress: Sendable, Equatable {
    /// The last firing that somebody saw to; `nil` = none.
    var lastFire: Instant?
    /// The firing whose job was put in and has not ended; `nil` = none.
    var openJob: Instant?
}

extension CycleDefinition {
    /// Whether it may work at this hour.
    fileprivate func mayWork(at instant: Instant) -> Bool { window?.contains(instant) ?? true }
}
