import Console
import Coordination
import Engine
import Retention
import State

/// The last runs of each task, read from the history at most once in a few seconds however often it is asked, and anew
/// once a run of this process has begun or ended. Those of other replicas may be seen as late as that.
actor RecentRuns {
    private static let lifetime = Duration.seconds(2)
    private static let shown = 30
    /// Plans that nobody applied are recorded among the runs; so many records are looked through for `shown` runs.
    private static let looked = 200
    private static let day: Int64 = 24 * 3600 * 1_000_000_000

    /// Of one task.
    struct Task: Sendable {
        var figures = TaskFigures()
        /// Running, or ended last; and of those the last that was not dry.
        var last: StoredRun?
        var lastReal: StoredRun?
        /// Of these two, those that were committed with rows, as far as that is known.
        var batches: [RunID: Int] = [:]
        var last24Hours = Freed()
        /// Oldest first.
        var points: [TaskDocument.Point] = []
        /// Of the last run that failed, if none has succeeded since.
        var lastError: String?
    }

    private let state: any StateStore
    private let accounting: Accounting
    private let active: ActiveRuns
    private var known: [String: Task] = [:]
    private var readAt: ContinuousClock.Instant?
    private var turns = 0
    /// Those who wait for a reading that is under way; `nil` = none is.
    private var waiting: [CheckedContinuation<Void, Never>]?

    init(state: any StateStore, accounting: Accounting, active: ActiveRuns) {
        self.state = state
        self.accounting = accounting
        self.active = active
    }

    /// Throws `ConsoleError`.
    func read(_ tasks: [String], at now: Instant) async throws -> [String: Task] {
        while waiting != nil { await withCheckedContinuation { waiting?.append($0) } }
        let turns = active.turns
        let isFresh = readAt.map { ContinuousClock.now - $0 < Self.lifetime } ?? false
        if isFresh, turns == self.turns, tasks.allSatisfy({ known[$0] != nil }) { return known }
        let (state, accounting) = (state, accounting)
        let fresh: [String: Task]
        waiting = []
        defer {
            for one in waiting ?? [] { one.resume() }
            waiting = nil
        }
        do {
            fresh = try await Blocking.run { try Self.read(tasks, at: now, state, accounting) }
        } catch {
            throw ConsoleError.noHistory(error)
        }
        known = fresh
        readAt = .now
        self.turns = turns
        return fresh
    }

    private static func read(
        _ tasks: [String],
        at now: Instant,
        _ state: any StateStore,
        _ accounting: Accounting
    ) throws -> [String: Task] {
        let figures = try accounting.figures()
        var result: [String: Task] = [:]
        for name in tasks {
            let all = try state.runs(task: name, before: nil, limit: looked)
            // A plan that waits to be applied, or was given up, has done nothing. One that was applied counts from then.
            let runs = Array(all.filter(\.isRun).sorted { $0.lastSign > $1.lastSign }.prefix(shown))
            result[name] = Task(
                figures: figures[name] ?? TaskFigures(),
                last: runs.first,
                lastReal: runs.first { !$0.record.dryRun },
                points: runs.reversed().compactMap { TaskDocument.Point($0) },
                lastError: lastError(of: runs)
            )
        }
        try sum(from: now.adding(nanoseconds: -day), state, &result)
        let documented = result.values.flatMap { [$0.last, $0.lastReal].compactMap(\.self) }
        let batches = try state.batchCounts(of: documented.map(\.record.id))
        for name in tasks { result[name]?.batches = batches }
        return result
    }

    private static func lastError(of runs: [StoredRun]) -> String? {
        for run in runs where !run.record.dryRun {
            guard let end = run.end else { continue }
            switch end.outcome {
            case .failed, .partial, .refused: return end.message ?? end.outcome.rawValue
            case .success: return nil
            case .cancelled, .skipped, .unavailable: continue
            }
        }
        return nil
    }

    private static func sum(from start: Instant, _ state: any StateStore, _ tasks: inout [String: Task]) throws {
        var sums: [String: RunSums] = [:]
        try state.eachRun(endedIn: Period(from: start, to: .distantFuture)) { run in
            sums[run.record.task, default: RunSums()].add(run)
        }
        for (task, sum) in sums { tasks[task]?.last24Hours = Freed(items: sum.items, bytes: sum.bytes) }
    }
}

extension StoredRun {
    /// When it was heard of last: its end, or its beginning.
    fileprivate var lastSign: Instant { end?.endedAt ?? record.startedAt }
}

extension TaskDocument.Point {
    /// `nil` = it has not ended.
    fileprivate init?(_ run: StoredRun) {
        guard let end = run.end else { return nil }
        self.init(
            id: run.record.id.description,
            outcome: end.outcome.rawValue,
            dryRun: run.record.dryRun,
            deleted: run.record.dryRun ? end.counts.remove : end.counts.deleted + end.counts.updated,
            bytes: run.record.dryRun ? end.counts.plannedBytes : end.counts.freedBytes,
            endedAt: Timestamp.format(end.endedAt)
        )
    }
}
