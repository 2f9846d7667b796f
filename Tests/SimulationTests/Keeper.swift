import Coordination

/// Carries out what one `LeaseMachine` says, as the service's `LeaseKeeper` does.
final class Keeper {
    enum Notice {
        case gained(epoch: Int64)
        case refused(LeaseRefusal)
        case ended(LeaseEnd)
        case finished
    }

    let identity: Int
    let lock: String
    let replica: Replica
    private unowned let world: World
    private let notify: (Notice) -> Void
    private let life: Int
    private var machine: LeaseMachine
    private var token: LockToken?
    /// What is left to do, while something is done.
    private var actions: [LeaseMachine.Action] = []
    private var isPerforming = false
    /// For the sabotaged: until when it trusts.
    private var wrongTrust: (epoch: Int64, until: Duration)?

    init(_ lock: String, _ replica: Replica, _ world: World, notify: @escaping (Notice) -> Void) {
        self.lock = lock
        self.replica = replica
        self.world = world
        self.notify = notify
        identity = world.identity()
        life = replica.life
        machine = LeaseMachine(timing: world.timing)
        replica.keepers.append(self)
    }

    private var now: Duration { .nanoseconds(replica.clock.reading(at: world.now)) }

    /// The epoch to act with at this moment; `nil` = the owner must not act.
    var trustedEpoch: Int64? {
        guard replica.life == life else { return nil }
        if let wrongTrust, now < wrongTrust.until { return wrongTrust.epoch }
        return machine.trustedEpoch(at: now)
    }

    func start() {
        world.askState(replica) { [world, lock] in
            world.state.mark(of: lock)
        } then: { [self] in
            switch $0 {
            case .success(let mark): send(.started(floor: mark))
            case .failure: send(.askFailed(LeaseFault(.state, "state", mayHaveHappened: false)))
            }
        }
    }

    func stop() { send(.stopped) }

    private func send(_ event: LeaseMachine.Event) {
        trustWrongly(event)
        actions += machine.handle(event, at: now, chance: world.chance())
        guard !isPerforming else { return }
        isPerforming = true
        while !actions.isEmpty { perform(actions.removeFirst()) }
        isPerforming = false
    }

    private func perform(_ action: LeaseMachine.Action) {
        switch action {
        case .ask(let floor): ask(floor)
        case .mark(let epoch): mark(epoch)
        case .renew: renew()
        case .release: release()
        case .wait(let end):
            let delay = replica.clock.trueTime(of: end.nanoseconds) - world.now
            world.after(delay, of: replica) { [self] in send(.timeReached) }
        case .gained(let epoch):
            world.note("\(replica.name) gained \(lock) epoch \(epoch)")
            world.gained(self, epoch)
            notify(.gained(epoch: epoch))
        case .refused(let refusal): notify(.refused(refusal))
        case .ended(let end):
            world.note("\(replica.name) lost \(lock): \(end)")
            notify(.ended(end))
        case .finished:
            replica.keepers.removeAll { $0 === self }
            notify(.finished)
        }
    }

    // MARK: Calls

    private func ask(_ floor: Int64) {
        let token = LockToken(replica: replica.name, attempt: world.identity())
        self.token = token
        let isFloorIgnored = world.sabotage == .epochReused
        world.askRedis(replica, timeout: world.timing.call.nanoseconds, needsMemory: isFree) { [world, lock] redis in
            redis.data.acquire(
                lock,
                token,
                ttl: world.ttl,
                floor: isFloorIgnored ? 0 : floor,
                now: redis.wall.nanoseconds(at: world.now)
            )
        } then: { [self] in
            switch $0 {
            case .success(.granted(let epoch)) where epoch > floor || isFloorIgnored: send(.granted(epoch: epoch))
            case .success(.granted): send(.askFailed(LeaseFault(.redis, "epoch", mayHaveHappened: true)))
            case .success(.held(let holder)): send(.held(by: holder.replica))
            case .failure(let fault):
                send(.askFailed(LeaseFault(.timeout, "redis", mayHaveHappened: fault.mayHaveHappened)))
            }
        }
    }

    /// A full server still says who holds the lock, and lets go on and release.
    private func isFree(_ redis: SimulatedRedis, _ now: Int64) -> Bool {
        (redis.data.locks[lock]?.expiresAt ?? .min) <= redis.wall.nanoseconds(at: now)
    }

    private func mark(_ epoch: Int64) {
        let isMarkIgnored = world.sabotage == .epochReused
        world.askState(replica) { [world, lock] in
            world.state.raise(lock, to: epoch)
        } then: { [self] in
            switch $0 {
            case .success(let mark?) where !isMarkIgnored: send(.outdated(mark: mark))
            case .success: send(.marked)
            case .failure: send(.markFailed(LeaseFault(.state, "state", mayHaveHappened: false)))
            }
        }
    }

    private func renew() {
        guard let token else { return }
        let timeout = world.timing.call.nanoseconds
        world.askRedis(replica, timeout: timeout, needsMemory: { _, _ in false }) { [world, lock] redis in
            redis.data.renew(lock, token, ttl: world.ttl, now: redis.wall.nanoseconds(at: world.now))
        } then: { [self] in
            switch $0 {
            case .success(let isOurs): send(.renewed(isOurs))
            case .failure: send(.renewFailed)
            }
        }
    }

    private func release() {
        guard let token else { return }
        let isComparing = world.sabotage != .releaseWithoutCompare
        let timeout = LeaseTiming.release.nanoseconds
        world.askRedis(replica, timeout: timeout, needsMemory: { _, _ in false }) { [lock] redis in
            redis.data.release(lock, token, comparing: isComparing)
        } then: { [self] in
            switch $0 {
            case .success: send(.released)
            case .failure: send(.releaseFailed)
            }
        }
    }

    // MARK: Sabotage

    private func trustWrongly(_ event: LeaseMachine.Event) {
        guard world.sabotage == .trustFromAnswer else { return }
        switch event {
        case .granted(let epoch): wrongTrust = (epoch, now + world.timing.trust)
        case .renewed(true): wrongTrust?.until = now + world.timing.trust
        case .renewed(false), .stopped, .outdated, .markFailed: wrongTrust = nil
        default: break
        }
    }
}
