import Coordination
import Retention

/// What is known of the simulated world by nobody in it, and what must hold there.
final class Oracle {
    /// What went wrong. The first ends the world.
    var violations: [String] = []

    // Leases.
    /// Who gained or acted with each epoch of each lock.
    var epochs: [String: [Int64: Int]] = [:]
    var holders: [String: [Keeper]] = [:]
    /// How often two trusted one lock at once.
    var overlaps = 0
    var gains = 0
    var leadGainedAt: Int64 = -1

    // Items.
    var lastActed: [String: Int64] = [:]
    var deletions = 0
    /// Batches that the store of rows refused.
    var fenced = 0
    var batches = 0

    // Jobs. What a server that has lost writes forgets is forgotten here.
    var losses = 0
    var ended: [String: JobState] = [:]
    var claims: [String: String] = [:]
    var firings: Set<String> = []
    var completions: [String: Int] = [:]
    var enqueuedAt: [String: Int64] = [:]
    var endedTotal = 0
    var stalls = 0
    var duplicates = 0

    // Firings, by cycle.
    /// From then on each firing is accounted for.
    var countedFrom: [String: Instant] = [:]
    var accounted: [String: Set<Instant>] = [:]
    var takeOvers = 0
    var madeUpFor = 0
    var leapsRefused = 0
}

// MARK: Leases

extension World {
    /// A lease was granted, and its mark was raised.
    func gained(_ keeper: Keeper, _ epoch: Int64) {
        oracle.gains += 1
        uses(keeper, epoch)
        if keeper.lock == "leader" { oracle.leadGainedAt = now }
        var trusting = oracle.holders[keeper.lock, default: []].filter { $0.trustedEpoch != nil }
        if let other = trusting.first {
            oracle.overlaps += 1
            if !redis.hasForgotten {
                violation("\(keeper.replica.name) and \(other.replica.name) both trust \(keeper.lock)")
            }
        }
        trusting.append(keeper)
        oracle.holders[keeper.lock] = trusting
    }

    /// An epoch belongs to one holder for ever.
    func uses(_ keeper: Keeper, _ epoch: Int64) {
        if let other = oracle.epochs[keeper.lock]?[epoch], other != keeper.identity {
            violation("epoch \(epoch) of \(keeper.lock) was given out twice")
        }
        oracle.epochs[keeper.lock, default: [:]][epoch] = keeper.identity
    }
}

// MARK: Items

extension World {
    /// An item goes at this instant.
    func delete(_ index: Int) {
        let age = Double(now - items.all[index].born) / 1e9
        if !items.isEligible(index, at: now, allowance: allowance) {
            violation("item \(index) of \(items.all[index].task) was deleted at an age of \(age) s")
        }
        items.all[index].isGone = true
        oracle.deletions += 1
    }

    /// A store that compares has let a batch act.
    func acted(_ keeper: Keeper, _ epoch: Int64) {
        uses(keeper, epoch)
        if let last = oracle.lastActed[keeper.lock], epoch < last {
            violation("epoch \(epoch) acted on \(keeper.lock) after \(last)")
        }
        oracle.lastActed[keeper.lock] = max(epoch, oracle.lastActed[keeper.lock] ?? 0)
    }
}

// MARK: Jobs

extension World {
    /// One step of the queue, and what may not come of it.
    /// - Parameter permitted: this one may begin anew.
    func queueStep<Answer>(
        _ step: (inout QueueMachine, Instant) -> Answer,
        permits permitted: String? = nil
    ) -> Answer {
        if oracle.losses != redis.losses { forgetJobs() }
        let answer = step(&redis.data.queue, redis.wall.reading(at: now))
        for (id, record) in redis.data.queue.changes.sorted(by: { $0.key < $1.key }) {
            guard let job = record?.job else { continue }
            let isOver = job.state == .completed || job.state == .failed
            if let end = oracle.ended[id] {
                if job.state != end, id != permitted { violation("job \(id) had ended as \(end), and is \(job.state)") }
            } else if isOver {
                oracle.ended[id] = job.state
                oracle.endedTotal += 1
                note("job \(id) is \(job.state): \(job.lastError ?? "")")
            }
        }
        return answer
    }

    private func forgetJobs() {
        oracle.losses = redis.losses
        let known = redis.data.queue.jobs(Set(JobState.allCases), offset: 0, limit: 1000)
        let states = known.map { ($0.id, $0.state) }
        oracle.ended = Dictionary(states, uniquingKeysWith: { $1 }).filter { $1 == .completed || $1 == .failed }
        oracle.claims = Dictionary(known.map { ($0.id, $0.claim ?? "") }, uniquingKeysWith: { $1 })
        oracle.firings = Set(known.map { Self.firing($0.request) })
        oracle.completions = [:]
    }

    /// The time of a clock that was set back comes again, and is another firing.
    static func firing(_ request: JobRequest) -> String {
        let again = request.id.prefix { $0 != "#" }.drop { $0 != "+" }
        return "\(request.cycle)@\(request.firedAt.nanoseconds)\(again)"
    }

    func enqueued(_ request: JobRequest) {
        let isNew = oracle.firings.insert(Self.firing(request)).inserted
        if !isNew { violation("the queue took the firing \(Self.firing(request)) twice") }
        oracle.enqueuedAt[request.id] = now
    }

    /// What the queue did not take has changed nothing.
    func refused(_ request: JobRequest, _ answer: Enqueued) {
        if answer == .duplicate { oracle.duplicates += 1 }
        let changes = redis.data.queue.changes.values.filter { $0?.job != nil }
        if !changes.isEmpty { violation("\(request.id) was refused as \(answer), and changed the queue") }
    }

    /// An operator gives a failed job all its attempts again.
    func retry(_ id: String) {
        guard queueStep({ $0.retry(id, now: $1) }, permits: id) else { return }
        note("\(id) is tried again by hand")
        oracle.ended[id] = nil
        oracle.completions[id] = nil
    }

    /// A worker was told that it has completed the job.
    func completed(_ claim: JobClaim, losses: Int) {
        guard losses == redis.losses else { return }
        oracle.completions[claim.job.id, default: 0] += 1
        if oracle.completions[claim.job.id] != 1 { violation("job \(claim.job.id) was completed twice") }
    }

    /// The queue believed a worker.
    func believed(_ claim: JobClaim) {
        let last = oracle.claims[claim.job.id]
        if last != claim.token { violation("job \(claim.job.id) was ended by a claim that it is not with") }
    }
}
