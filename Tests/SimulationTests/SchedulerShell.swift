import Coordination
import Retention

@testable import Engine

enum SchedulerEvent {
    case timer(generation: Int)
    case leads(Int64?)
}

/// Carries out what a replica's `SchedulerMachine` says, one event after the other, as the service's `Scheduler` does.
extension World {
    // MARK: The lead

    func compete(_ replica: Replica) {
        guard !replica.isStopping else { return }
        var isOver = false
        let keeper = Keeper("leader", replica, self) { [self] notice in
            switch notice {
            case .gained(let epoch):
                replica.lastLead = epoch
                schedule(replica, .leads(epoch))
            case .ended where sabotage == .lossOfLeadUnnoticed: break
            case .ended: schedule(replica, .leads(nil))
            case .refused: break
            case .finished:
                guard !isOver else { return }
                isOver = true
                after(ttls(0.6, 1), of: replica) { [self] in compete(replica) }
            }
        }
        replica.lead = keeper
        keeper.start()
    }

    private func leadership(_ replica: Replica) -> Int64? {
        sabotage == .lossOfLeadUnnoticed ? replica.lastLead : replica.lead?.trustedEpoch
    }

    // MARK: Events

    func schedule(_ replica: Replica, _ event: SchedulerEvent) {
        replica.schedulerEvents.append(event)
        lookAtEvents(replica)
    }

    private func lookAtEvents(_ replica: Replica) {
        guard !replica.isScheduling, !replica.schedulerEvents.isEmpty else { return }
        let event = replica.schedulerEvents.removeFirst()
        var actions: [SchedulerMachine.Action] = []
        switch event {
        case .leads(_?): actions = replica.scheduler?.gained() ?? []
        case .leads(nil): replica.scheduler?.lost()
        case .timer(let generation):
            guard generation == replica.sleepGeneration else { return lookAtEvents(replica) }
            actions = replica.scheduler?.time(replica.wall.reading(at: now)) ?? []
        }
        replica.isScheduling = true
        carryOut(replica, actions) { [self] in
            replica.isScheduling = false
            sleepUntilNext(replica)
            lookAtEvents(replica)
        }
    }

    func sleepUntilNext(_ replica: Replica) {
        guard let machine = replica.scheduler, !replica.isStopping else { return }
        replica.sleepGeneration += 1
        let generation = replica.sleepGeneration
        let wait = machine.next.map { max(0, $0.nanoseconds - replica.wall.reading(at: now).nanoseconds) }
        let longest = machine.isWaiting ? ttl / 6 : 3 * ttl
        // Sleepers wake a little late.
        let delay = Int64(Double(min(wait ?? longest, longest)) / replica.clock.rate) + Span.second / 1000
        after(delay, of: replica) { [self] in schedule(replica, .timer(generation: generation)) }
    }

    private func carryOut(_ replica: Replica, _ actions: [SchedulerMachine.Action], then: @escaping () -> Void) {
        guard let action = actions.first else { return then() }
        let goOn = { [self] in carryOut(replica, Array(actions.dropFirst()), then: then) }
        switch action {
        case .readProgress: readProgress(replica, then: goOn)
        case .offer(let request): offer(replica, request, then: goOn)
        case .remember(let cycle, let instant, let hasJob):
            askState(replica) { [state] in
                state.fired(cycle, at: instant, hasJob: hasJob)
            } then: { _ in
                goOn()
            }
        case .miss(let cycle, let count, let reason):
            missed(replica, cycle, count, reason)
            goOn()
        }
    }

    private func readProgress(_ replica: Replica, then: @escaping () -> Void) {
        askState(replica) { [state] in
            state.progress
        } then: { [self] in
            guard case .success(let read) = $0 else { return then() }
            let isTakeOver = replica.scheduler?.awaitsProgress ?? false
            let now = replica.wall.reading(at: now)
            let actions = replica.scheduler?.progress(sabotage == .lastFiresNotRead ? [:] : read, now: now) ?? []
            if isTakeOver {
                oracle.takeOvers += 1
                for cycle in cycles where read[cycle.name]?.lastFire == nil { oracle.countedFrom[cycle.name] = now }
                replica.takeUps = [:]
                for case .offer(let request) in actions {
                    guard let last = read[request.cycle]?.lastFire else { continue }
                    replica.takeUps[request.id] = fires(of: request.cycle, after: last, until: now)
                }
            }
            carryOut(replica, actions, then: then)
        }
    }

    private func fires(of cycle: String, after last: Instant, until now: Instant) -> [Instant] {
        let schedule = cycles.first { $0.name == cycle }?.schedule
        return schedule?.fires(after: last, count: MissedFires.limit).filter { $0 <= now } ?? []
    }

    private func offer(_ replica: Replica, _ request: JobRequest, then: @escaping () -> Void) {
        guard let epoch = leadership(replica) else { return then() }
        if replica.lead?.trustedEpoch == nil { violation("\(replica.name) fires \(request.id), and does not lead") }
        replica.unanswered[request.cycle] = request
        askRedis(replica, timeout: ttl) { [self] _ in
            let request = disguised(request)
            let answer = queueStep { $0.enqueue(request, epoch: epoch, now: $1) }
            note("\(replica.name) offers \(request.id), epoch \(epoch): \(answer)")
            if answer == .enqueued { enqueued(request) } else { refused(request, answer) }
            return answer
        } then: { [self] in
            var answer: Enqueued?
            if case .success(let success) = $0 { answer = success }
            let actions = replica.scheduler?.answered(request, answer) ?? []
            for case .remember(let cycle, let instant, _) in actions {
                oracle.accounted[cycle, default: []].insert(instant)
            }
            if let answer { takenUp(replica, request, answer, actions) }
            if answer != nil { replica.unanswered[request.cycle] = nil }
            if answer == .stale { replica.lead?.stop() }
            carryOut(replica, actions, then: then)
        }
    }

    private func disguised(_ request: JobRequest) -> JobRequest {
        guard sabotage == .enqueueWithoutIdentity else { return request }
        var request = request
        request.id += "#\(identity())"
        return request
    }

    // MARK: Missed firings

    private func missed(_ replica: Replica, _ cycle: String, _ count: Int, _ reason: SchedulerMachine.Miss) {
        note("\(replica.name) missed \(count) of \(cycle): \(reason)")
        guard reason == .queueSilent, let request = replica.unanswered[cycle] else { return }
        oracle.accounted[cycle, default: []].formUnion([request.firedAt] + (replica.takeUps[request.id] ?? []))
    }

    /// Looks whether a new leader accounts for all that came to nothing before it.
    private func takenUp(
        _ replica: Replica,
        _ request: JobRequest,
        _ answer: Enqueued,
        _ actions: [SchedulerMachine.Action]
    ) {
        guard answer != .stale, let fires = replica.takeUps.removeValue(forKey: request.id), !fires.isEmpty else {
            return
        }
        var counted = 0
        for case .miss(_, let count, _) in actions { counted += count }
        // The last of them is no miss where it was there already.
        let expected = answer == .duplicate ? fires.count - 1 : fires.count
        if counted != expected {
            violation("\(counted) firings of \(request.cycle) counted as missed, not \(expected)")
        }
        oracle.madeUpFor += counted
        oracle.accounted[request.cycle, default: []].formUnion(fires)
    }
}
