import Retention

/// The records of a queue, and the lines that they stand in. Remembers what the current step has changed, to undo it.
struct QueueTable: Sendable {
    /// When a delayed job comes due, and which of several at one time comes first.
    struct Due: Comparable, Sendable {
        var at: Instant
        var id: String

        static func < (left: Due, right: Due) -> Bool { (left.at, left.id) < (right.at, right.id) }
    }

    private(set) var records: [String: QueueRecord] = [:]
    private(set) var counts: [JobState: Int] = [:]
    private(set) var active: Set<String> = []
    private var delayedIds: Set<String> = []
    private(set) var completed = EndedJobs()
    private(set) var failed = EndedJobs()
    /// The live job of each cycle.
    private(set) var live: [String: String] = [:]
    private var waiting = LazyHeap<Int64>()
    private var delayed = LazyHeap<Due>()
    private var gone = LazyHeap<Instant>()
    private var lastPlace: Int64 = 0
    /// What this step has changed, as it was before.
    private var before: [String: QueueRecord?] = [:]

    func job(_ id: String) -> Job? { records[id]?.job }

    // MARK: Steps

    mutating func beginStep() { before.removeAll(keepingCapacity: true) }

    /// What this step has changed, as it is now; `nil` = removed.
    var changes: [String: QueueRecord?] {
        before.reduce(into: [:]) { changes, entry in
            let now = records[entry.key]
            if now != entry.value { changes.updateValue(now, forKey: entry.key) }
        }
    }

    mutating func undoStep() {
        for (id, record) in before { place(record, for: id) }
        beginStep()
    }

    // MARK: Changes

    /// Saves a job, at its place or at the end of all.
    mutating func save(_ job: Job, atEnd: Bool = false) {
        if !atEnd, case .job(_, let place) = records[job.id] {
            set(.job(job, place: place), for: job.id)
        } else {
            lastPlace += 1
            set(.job(job, place: lastPlace), for: job.id)
        }
    }

    mutating func set(_ record: QueueRecord?, for id: String) {
        if before[id] == nil { before.updateValue(records[id], forKey: id) }
        place(record, for: id)
    }

    /// Notes a sign of life, which nobody needs to store.
    mutating func touch(_ id: String, at now: Instant) {
        guard case .job(var job, let place) = records[id] else { return }
        job.heartbeatAt = now
        records[id] = .job(job, place: place)
    }

    private mutating func place(_ record: QueueRecord?, for id: String) {
        if case .job(let job, let place) = records[id] { leave(job, place) }
        records[id] = record
        switch record {
        case .job(let job, let place): enter(job, place)
        case .gone(let instant): gone.insert(id, key: instant)
        case nil: break
        }
    }

    private mutating func enter(_ job: Job, _ place: Int64) {
        lastPlace = max(lastPlace, place)
        counts[job.state, default: 0] += 1
        if job.state.isLive { live[job.cycle] = job.id }
        switch job.state {
        case .waiting: waiting.insert(job.id, key: place)
        case .active: active.insert(job.id)
        case .delayed:
            delayedIds.insert(job.id)
            delayed.insert(job.id, key: Due(at: job.dueAt, id: job.id))
        case .completed: completed.insert(job.id, place: place)
        case .failed: failed.insert(job.id, place: place)
        }
    }

    private mutating func leave(_ job: Job, _ place: Int64) {
        counts[job.state, default: 0] -= 1
        if live[job.cycle] == job.id { live[job.cycle] = nil }
        switch job.state {
        case .waiting:
            // Entries of jobs that were removed are forgotten when they come to the front, or here.
            waiting.compact(live: counts[.waiting, default: 0]) { Self.waits($0, in: records) && $0.id != job.id }
        case .delayed:
            delayedIds.remove(job.id)
            delayed.compact(live: counts[.delayed, default: 0]) { Self.isDelayed($0, in: records) && $0.id != job.id }
        case .active: active.remove(job.id)
        case .completed: completed.remove(job.id, place: place)
        case .failed: failed.remove(job.id, place: place)
        }
    }

    // MARK: Lines

    /// The job that has waited longest.
    mutating func firstWaiting() -> Job? {
        waiting.first { Self.waits($0, in: records) }.flatMap { job($0.id) }
    }

    /// The delayed job that is due first.
    mutating func firstDelayed() -> Job? {
        delayed.first { Self.isDelayed($0, in: records) }.flatMap { job($0.id) }
    }

    /// Jobs that were postponed, and are due after `instant`, in the order in which they are.
    func postponed(beyond instant: Instant) -> [Job] {
        delayedIds.compactMap { job($0) }
            .filter { $0.attempts == 0 && $0.dueAt > instant }
            .sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
    }

    /// The identity that went first.
    mutating func firstGone() -> (id: String, at: Instant)? {
        gone.first { records[$0.id] == .gone(at: $0.key) }.map { ($0.id, $0.key) }
    }

    /// Active jobs in the order in which they stood in line.
    var activeInOrder: [Job] {
        active.compactMap { id -> (Int64, Job)? in
            if case .job(let job, let place) = records[id] { (place, job) } else { nil }
        }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private static func waits(_ entry: LazyHeap<Int64>.Entry, in records: [String: QueueRecord]) -> Bool {
        guard case .job(let job, let place) = records[entry.id] else { return false }
        return job.state == .waiting && place == entry.key
    }

    private static func isDelayed(_ entry: LazyHeap<Due>.Entry, in records: [String: QueueRecord]) -> Bool {
        guard let job = records[entry.id]?.job else { return false }
        return job.state == .delayed && job.dueAt == entry.key.at
    }
}
