import Coordination
import Retention

/// One attempt at one task: lock, clock, plan, batches, end; as the service's `Attempt` and its executors do.
final class TaskRun {
    private static let batch = 2

    private enum Batch {
        case removed([Int])
        case fenced
    }

    private let task: SimulatedTask
    private let job: JobRun
    private unowned let world: World
    private let then: (_ hasFailed: Bool) -> Void
    private var replica: Replica { job.replica }
    private var keeper: Keeper?
    private var epoch: Int64 = 0
    private var plannedAt = Instant.distantPast
    private var plan: [(index: Int, version: Int)] = []
    private let lastTry: Int64
    private var isClosed = false
    // The run's own books, and the truth.
    private var counted = 0
    private var removed = 0
    private var isUnsure = false

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

    private var isTrusted: Bool { keeper?.trustedEpoch == epoch }

    private var isCancelled: Bool {
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
    private func record(then next: @escaping () -> Void) {
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

    // MARK: Batches

    private func step() {
        guard !isCancelled else { return end(failed: job.cause != .shutdown) }
        guard !plan.isEmpty || task.isFenced else { return end(failed: false) }
        record { [self] in
            guard !isCancelled else { return end(failed: job.cause != .shutdown) }
            if !isTrusted { world.violation("\(replica.name) begins a batch of \(task.name) without a trusted lock") }
            world.oracle.batches += 1
            if task.isFenced { rows() } else { files(Self.batch) }
        }
    }

    /// Rows go in one transaction, which may come late.
    private func rows() {
        world.askState(replica) { [world, task, epoch, plannedAt] () -> Batch in
            let isAdmitted = world.items.admits(epoch, on: task.name) || world.sabotage == .staleEpochAccepted
            guard isAdmitted else {
                world.oracle.fenced += 1
                return .fenced
            }
            if let keeper = self.keeper { world.acted(keeper, epoch) }
            do {
                let due = try world.items.eligible(task.name, at: plannedAt)
                let batch = Array(due.prefix(Self.batch))
                for index in batch { self.remove(index) }
                return .removed(batch)
            } catch {
                world.violation("the judge refuses: \(error)")
                return .fenced
            }
        } then: { [self] in
            switch $0 {
            case .failure:
                isUnsure = true
                end(failed: true)
            case .success(.fenced): end(failed: true)
            case .success(.removed(let batch)):
                counted += batch.count
                // Until one finds nothing.
                if batch.isEmpty { end(failed: false) } else { pause { [self] in step() } }
            }
        }
    }

    /// Files go one by one; each is looked at again. Between the look at the lock and a deletion the process may be stopped.
    private func files(_ left: Int) {
        guard left > 0, !plan.isEmpty else { return pause { [self] in step() } }
        let (index, version) = plan.removeFirst()
        world.after(Int64(world.chance() * 5e7), of: replica) { [self] in
            let item = world.items.all[index]
            let isUnchanged = !item.isGone && item.version == version
            if isUnchanged || !item.isGone && world.sabotage == .noCheckAtDeletion {
                remove(index)
                counted += 1
            } else if world.sabotage == .plannedCounted {
                counted += 1
            }
            files(left - 1)
        }
    }

    private func remove(_ index: Int) {
        world.note("\(replica.name) deletes item \(index) of \(task.name), epoch \(epoch)")
        world.delete(index)
        removed += 1
    }

    private func pause(_ next: @escaping () -> Void) {
        world.after(Int64(world.chance() * Double(world.ttl) * 0.6), of: replica, next)
    }

    // MARK: The end

    private func end(failed: Bool) {
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
