import Coordination
import Retention

/// One attempt at one task: lock, clock, plan, batches, end; as the service's `Attempt` and its executors do.
final class TaskRun {
    let task: SimulatedTask
    let job: JobRun
    unowned let world: World
    private let then: (_ hasFailed: Bool) -> Void
    var replica: Replica { job.replica }
    var keeper: Keeper?
    var epoch: Int64 = 0
    var plannedAt = Instant.distantPast
    var plan: [(index: Int, version: Int)] = []
    private let lastTry: Int64
    private var isClosed = false
    // The run's own books, and the truth.
    var counted = 0
    var removed = 0
    var isUnsure = false

    init(_ task: SimulatedTask, _ job: JobRun, _ world: World, then: @escaping (_ hasFailed: Bool) -> Void) {
        self.task = task
        self.job = job
        self.world = world
        self.then = then
        lastTry = world.now + 20 * world.ttl
    }

    func begin() {
        world.leapForAMoment(replica)
        plannedAt = replica.wall.reading(at: world.now)
        acquire()
    }

    // MARK: The lock

    private func acquire() {
        var isAnswered = false
        let keeper = Keeper(task.lock, replica, world) { [self] notice in
            switch notice {
            case .gained(let epoch):
                guard !isAnswered else { return }
                isAnswered = true
                self.epoch = epoch
                checkClock()
            case .refused(let refusal):
                guard !isAnswered else { return }
                isAnswered = true
                refused(refusal)
            case .ended, .finished: break
            }
        }
        self.keeper = keeper
        keeper.start()
        // What takes longer is worthless when it comes.
        world.after(world.ttl, of: replica) { [self] in
            guard !isAnswered else { return }
            isAnswered = true
            keeper.stop()
            then(true)
        }
    }

    private func refused(_ refusal: LeaseRefusal) {
        guard case .held(let holder) = refusal else { return then(true) }
        let waits = holder == replica.name || job.claim.job.stalls > 0 && world.now < lastTry
        guard waits, job.cause == nil else { return then(false) }
        world.after(world.ttl / 4, of: replica) { [self] in acquire() }
    }

    var isTrusted: Bool { keeper?.trustedEpoch == epoch }

    var isCancelled: Bool {
        job.cause != nil || !isTrusted && world.sabotage != .noTrustCheck
    }

    // MARK: The plan

    private func checkClock() {
        let reading = replica.reading(at: world.now)
        if world.sabotage != .instantUnchecked { plannedAt = replica.wall.reading(at: world.now) }
        let machine = world.sabotage == .clockMemoryShared ? 0 : replica.index
        let isBlind = world.sabotage == .leapBelieved
        world.askState(replica) { [world] in
            var trust = world.state.clocks[machine] ?? ClockTrust(trusted: reading)
            let leap = trust.admit(reading)
            world.state.clocks[machine] = trust
            return leap != nil && !isBlind
        } then: { [self] in
            guard case .success(let isRefused) = $0 else { return end(failed: true) }
            guard !isRefused else {
                world.oracle.leapsRefused += 1
                return end(failed: false)
            }
            record { [self] in makePlan() }
        }
    }

    /// Writes to the ledger, which refuses what comes from a holder who is too late.
    func record(then next: @escaping () -> Void) {
        world.askState(replica) { [world, task, epoch] in
            world.state.mark(of: task.lock) <= epoch || world.sabotage == .staleEpochAccepted
        } then: { [self] in
            guard case .success(true) = $0 else { return end(failed: true) }
            next()
        }
    }

    private func makePlan() {
        guard !isCancelled else { return end(failed: job.cause != .shutdown) }
        do {
            plan = try world.items.eligible(task.name, at: plannedAt).map { ($0, world.items.all[$0].version) }
        } catch {
            return world.violation("the judge refuses: \(error)")
        }
        world.note("\(replica.name) plans \(plan.map(\.index)) of \(task.name), epoch \(epoch)")
        // Somebody uses an item between the plan and its end.
        if let (index, _) = plan.randomElement(using: &world.random), world.isLikely(0.3) {
            world.after(world.ttls(0, 0.3)) { [world] in
                guard !world.items.all[index].isGone else { return }
                world.note("item \(index) is young again")
                world.items.all[index].born = world.now
                world.items.all[index].version += 1
            }
        }
        step()
    }

    // MARK: The end

    func end(failed: Bool) {
        guard !isClosed else { return }
        isClosed = true
        if !isUnsure, counted != removed {
            world.violation("a run of \(task.name) counted \(counted) items, and \(removed) went")
        }
        // The end is recorded if it can be; the lock is given back in any case.
        world.askState(replica) {
        } then: { [self] _ in
            keeper?.stop()
            then(failed)
        }
    }
}
