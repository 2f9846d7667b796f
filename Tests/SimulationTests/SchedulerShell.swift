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
        case .readLastFires: readLastFires(replica, then: goOn)
        case .offer(let request): offer(replica, request, then: goOn)
        case .remember(let cycle, let instant):
            askState(replica) { [state] in
                state.fired(cycle, at: instant)
            } then: { _ in
                goOn()
            }
        case .miss(let cycle, let count, let reason):
            missed(replica, cycle, count, reason)
            goOn()
        }
    }

    private func readLastFires(_ replica: Replica, then: @escaping () -> Void) {
        askState(replica) { [state] in
            state.lastFires
        } then: { [self] in
            guard case .success(let read) = $0 else { return then() }
            oracle.takeOvers += 1
            let now = replica.wall.reading(at: now)
            let fires = sabotage == .lastFiresNotRead ? [:] : read
            let actions = replica.scheduler?.lastFires(fires, now: now) ?? []
            takenUp(actions, last: read, now: now)
            carryOut(replica, actions, then: then)
        }
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
            for case .remember(let cycle, let instant) in actions {
                oracle.accounted[cycle, default: []].insert(instant)
            }
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
        oracle.accounted[cycle, default: []].insert(request.firedAt)
    }

    /// Looks whether a new leader accounts for all that came to nothing before it.
    private func takenUp(_ actions: [SchedulerMachine.Action], last: [String: Instant], now: Instant) {
        for cycle in cycles where last[cycle.name] == nil { oracle.countedFrom[cycle.name] = now }
        for case .miss(let name, let count, .nobodyLed(isMadeUpFor: true)) in actions {
            guard let schedule = cycles.first(where: { $0.name == name })?.schedule, let since = last[name] else {
                continue
            }
            let fires = schedule.fires(after: since, count: count + 1).filter { $0 <= now }
            if fires.count != count { violation("\(count) firings of \(name) counted as missed, not \(fires.count)") }
            oracle.madeUpFor += count
            oracle.accounted[name, default: []].formUnion(fires)
        }
    }
}
