import Coordination
import Engine

/// Takes jobs and tells that they go on, as the service's `Worker` does.
extension World {
    private static let maximumJobs = 2

    func look(_ replica: Replica) {
        let pause = Double(ttl) * 0.8 * Double(1 + replica.jobs.count) * (0.75 + chance() / 2)
        after(Int64(pause), of: replica) { [self] in look(replica) }
        takeJob(replica)
    }

    func takeJob(_ replica: Replica) {
        guard !replica.isStopping, replica.jobs.count < Self.maximumJobs else { return }
        let token = "\(replica.name)/\(identity())"
        askRedis(replica, timeout: timing.call.nanoseconds) { [self] _ -> JobClaim? in
            let stalls = redis.data.queue.stalledTotal
            let claim = queueStep { $0.claim(worker: replica.name, token: token, now: $1) }
            oracle.stalls += redis.data.queue.stalledTotal - stalls
            if let claim {
                oracle.claims[claim.job.id] = token
                note("\(replica.name) takes \(claim.job.id), attempt \(claim.job.attempts), stalls \(claim.job.stalls)")
            }
            return claim
        } then: { [self] in
            if case .success(let claim?) = $0 { JobRun(claim, replica, self).begin() }
        }
    }

    func beat(_ replica: Replica) {
        replica.isBeating = !replica.jobs.isEmpty
        guard replica.isBeating else { return }
        after(ttl / 3, of: replica) { [self] in beat(replica) }
        let claims = replica.jobs.map(\.claim)
        askRedis(replica, timeout: timing.call.nanoseconds) { [self] _ in
            queueStep { $0.beat(claims, now: $1) }
        } then: { [self] in
            guard case .success(let lost) = $0 else { return }
            for job in replica.jobs where lost.contains(job.claim.job.id) && claims.contains(job.claim) {
                note("\(replica.name) is told that \(job.claim.job.id) was taken from it")
                job.cancel(.lockLost)
            }
        }
    }
}

/// One claim of a job: its tasks one after the other, and its end.
final class JobRun {
    enum Cause {
        case shutdown, lockLost
    }

    private enum End {
        case done, interrupted
        case failed(tasks: [String])
    }

    let claim: JobClaim
    let replica: Replica
    private unowned let world: World
    private(set) var cause: Cause?
    private var failed: [String] = []

    init(_ claim: JobClaim, _ replica: Replica, _ world: World) {
        self.claim = claim
        self.replica = replica
        self.world = world
    }

    /// The first cause stays.
    func cancel(_ cause: Cause) { self.cause = self.cause ?? cause }

    func begin() {
        replica.jobs.append(self)
        if !replica.isBeating { world.beat(replica) }
        if replica.isStopping { cancel(.shutdown) }
        let cycle = world.cycles.first { $0.name == claim.job.cycle }
        next((claim.job.tasks ?? cycle?.tasks ?? [])[...])
    }

    private func next(_ names: ArraySlice<String>) {
        guard cause == nil, let name = names.first, let task = world.tasks.first(where: { $0.name == name }) else {
            return settle(
                cause == .shutdown ? .interrupted : failed.isEmpty ? .done : .failed(tasks: failed),
                until: world.now + 2 * world.ttl
            )
        }
        TaskRun(task, self, world) { [self] hasFailed in
            if hasFailed { failed.append(name) }
            next(names.dropFirst())
        }.begin()
    }

    private func settle(_ end: End, until last: Int64) {
        let chance = world.chance()
        let losses = world.redis.losses
        world.askRedis(replica, timeout: world.timing.call.nanoseconds) { [world] redis in
            let claim = self.presented(redis)
            let isBelieved = world.queueStep { queue, now in
                switch end {
                case .done: queue.complete(claim, now: now)
                case .interrupted: queue.giveBack(claim)
                case .failed(let tasks):
                    queue.fail(claim, error: "failed", tasks: tasks, chance: chance, now: now) != .lost
                }
            }
            world.note("\(self.replica.name) ends \(claim.job.id): \(end), believed: \(isBelieved)")
            if isBelieved { world.believed(self.claim) }
            return isBelieved
        } then: { [self] in
            switch $0 {
            case .success(let isBelieved):
                if isBelieved, case .done = end { world.completed(claim, losses: losses) }
                guard isBelieved, case .done = end else { return close() }
                world.askState(replica) { [state = world.state, claim] in
                    state.ended(claim.job.cycle, firedAt: claim.job.firedAt)
                } then: { [self] _ in
                    close()
                }
            case .failure:
                guard !replica.isStopping, world.now < last else { return close() }
                world.after(world.ttl / 2, of: replica) { [self] in settle(end, until: last) }
            }
        }
    }

    /// What is shown to the queue.
    private func presented(_ redis: SimulatedRedis) -> JobClaim {
        guard world.sabotage == .completionWithoutToken, let job = redis.data.queue.job(claim.job.id),
            let token = job.claim
        else { return claim }
        return JobClaim(job: claim.job, token: token)
    }

    private func close() {
        replica.jobs.removeAll { $0 === self }
        world.takeJob(replica)
    }
}
