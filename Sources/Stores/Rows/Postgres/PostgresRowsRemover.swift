import Clients
import Foundation
import Retention

/// Deletes in batches, oldest first, until nothing is due.
///
/// First pass: from the oldest on, or where `PostgresSweep` says so from the first page on, each batch beginning where
/// the one before ended, so that what is deleted already is not read again; what others hold is skipped. Last pass: all
/// that is still due, skipping; and when that finds nothing, waiting for locks, so that zero rows mean done.
final class PostgresRowsRemover: BatchRemover {
    /// A stretch waits for a row no longer than this, before the batch is done once more around it.
    private static let impatience: Duration = .milliseconds(100)
    /// To count what is left, and what cannot be read, may take no longer.
    static let countingTime: Duration = .seconds(2)
    /// In a row, without any progress.
    static let maximumConflicts = 30
    static let maximumTimeouts = 12
    /// Of rows that are waited for at once, so that one that is held does not keep many.
    private static let waitingLimit = 100
    /// Counted no further.
    static let remainingLimit = 10_000
    /// In a row: batches that chose rows of which none went, or that a constraint refused, or whose statement was stale.
    static let maximumStalls = 3

    let engine = "postgres"
    let server: PostgresServer
    let job: RowsJob
    let sql: PostgresBatchSQL
    /// What every transaction that removes has to pass; `nil` = none.
    let fence: PostgresFence?
    /// The fence has seen this run's epoch.
    var isAnnounced = false
    let random: @Sendable () -> Double
    let patience: Duration
    var pressureMemory = PostgresPressureMemory()
    var phase = Phase.first(from: nil)
    /// Batches that pick around locks before a stretch is tried again, and how many that will be the next time.
    var careful = (left: 0, next: 1)
    var conflicts = 0
    var timeouts = 0
    var stalls = 0
    var stales = 0
    /// Takes over where the database does not let some of the rows go: each by itself, so that the others do.
    var singly: RowsOwningRemover?
    /// Rows that a statement can do within its time.
    var ceiling = Int.max
    /// The size of the batch under way.
    var tried = 1

    enum Phase {
        /// The first pass; `from` is where the next batch begins.
        case first(from: String?)
        /// The first pass in the order of the pages; `from` is where the next batch begins.
        case pages(from: Int64, PostgresSweep)
        /// What was skipped, or came back.
        case last
        /// Nothing is due, or no more can be had.
        case done(isExhausted: Bool)
    }

    /// - Parameters:
    ///   - patience: how long to wait for a lock.
    ///   - random: 0..<1, for waits.
    init(
        server: PostgresServer,
        sql: PostgresBatchSQL,
        sweep: PostgresSweep?,
        fence: PostgresFence?,
        patience: Duration,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.server = server
        self.sql = sql
        self.fence = fence
        job = sql.job
        self.random = random
        self.patience = patience
        if let sweep { phase = .pages(from: 0, sweep) }
        if job.specification.action == .none { phase = .done(isExhausted: true) }
    }

    func removeBatch(limit: Int, isCancelled: () -> Bool) throws -> BatchResult {
        if let singly { return try singly.removeBatch(limit: limit, isCancelled: isCancelled) }
        var result = BatchResult()
        let limit = max(1, min(limit, ceiling))
        tried = limit
        switch phase {
        case .done(let isExhausted):
            result.isExhausted = isExhausted
        case .first(let low):
            try attempt(&result, isCancelled) { try first($0, from: low, limit: limit, &$1) }
        case .pages(let page, let sweep):
            try attempt(&result, isCancelled) { try pages($0, from: page, sweep, limit: limit, &$1) }
        case .last:
            try attempt(&result, isCancelled) { try last($0, limit: limit, &$1) }
        }
        if case .done(isExhausted: false) = phase { result.isGivenUp = true }
        return result
    }

    private var isUpdate: Bool { !job.assignments.isEmpty }

    // MARK: Passes

    /// What a batch found, beside its rows: what to do next, once it is committed.
    private struct Step {
        var counts = PostgresBatch.Counts()
        var next: Phase?
    }

    private func first(
        _ batch: PostgresBatch,
        from low: String?,
        limit: Int,
        _ result: inout BatchResult
    ) throws {
        let usesStretch = sql.hasStretches && careful.left == 0
        let step = try batch.run(lockTimeout: usesStretch ? min(Self.impatience, patience) : patience) {
            () throws -> Step in
            if usesStretch, let step = try stretch(batch, from: low, limit: limit) { return step }
            let counts = try batch.pick(sql.pick(.skip, .from(low), limit: limit))
            return Step(counts: counts, next: counts.chosen == 0 ? .last : .first(from: nextLow(counts, low)))
        }
        careful.left = max(0, careful.left - 1)
        if usesStretch { careful.next = 1 }
        try finish(step, &result)
    }

    /// Begins where the index, and so the order, serves; elsewhere each batch has to look at all rows anyhow.
    private func nextLow(_ counts: PostgresBatch.Counts, _ low: String?) -> String? {
        job.order?.isIndexed == true ? counts.last ?? low : nil
    }

    /// `nil`: more rows than fit have one and the same time, and have to be picked.
    private func stretch(_ batch: PostgresBatch, from low: String?, limit: Int) throws -> Step? {
        let high = try batch.text(sql.probe(from: low, limit: limit))
        if let high, high == low { return nil }
        let counts = try batch.stretch(sql.stretch(high.map { .between(low, $0) } ?? .from(low)), isUpdate: isUpdate)
        // Nothing in the stretch: only where all of it shares the first time of all, or somebody was faster.
        if counts.changed == 0, high != nil, low == nil { return nil }
        return Step(counts: counts, next: high == nil ? .last : .first(from: high))
    }

    /// A window held more than a batch may have, and is undone.
    private struct TooMany: Error {}

    private func pages(
        _ batch: PostgresBatch,
        from page: Int64,
        _ sweep: PostgresSweep,
        limit: Int,
        _ result: inout BatchResult
    ) throws {
        var sweep = sweep
        while true {
            let window = sweep.window(limit: limit)
            let place = PostgresBatchSQL.Place.pages(page, page + window)
            let isStretch = careful.left == 0
            do {
                let counts = try batch.run(lockTimeout: isStretch ? min(Self.impatience, patience) : patience) {
                    guard isStretch else { return try batch.pick(sql.pick(.skip, place, limit: limit)) }
                    let counts = try batch.stretch(sql.stretch(place), isUpdate: isUpdate)
                    if counts.changed > limit { throw TooMany() }
                    return counts
                }
                careful = (left: max(0, careful.left - 1), next: isStretch ? 1 : careful.next)
                // A full pick may have left something.
                let next = !isStretch && counts.chosen >= limit ? page : page + window
                return try finish(
                    Step(counts: counts, next: next < sweep.pages ? .pages(from: next, sweep) : .last),
                    &result
                )
            } catch is TooMany {
                guard window > 1 else {
                    phase = .first(from: nil)
                    return
                }
                sweep.foundDenser()
            }
        }
    }

    private func last(
        _ batch: PostgresBatch,
        limit: Int,
        _ result: inout BatchResult
    ) throws {
        var step = try batch.run(lockTimeout: patience) {
            Step(counts: try batch.pick(sql.pick(.skip, .everywhere, limit: limit)))
        }
        if step.counts.chosen == 0 {
            step = try batch.run(lockTimeout: patience) {
                Step(counts: try batch.pick(sql.pick(.wait, .everywhere, limit: min(limit, Self.waitingLimit))))
            }
            if step.counts.chosen == 0 { step.next = .done(isExhausted: true) }
        }
        try finish(step, &result)
        if case .done(true) = phase { try countUnreadable(batch, &result) }
    }

    private func finish(_ step: Step, _ result: inout BatchResult) throws {
        if job.assignments.isEmpty {
            result.deleted += step.counts.changed
        } else {
            result.updated += step.counts.changed
        }
        if step.counts.changed > 0 { conflicts = 0 }
        timeouts = 0
        stales = 0
        stalls = step.counts.chosen > 0 && step.counts.changed == 0 ? stalls + 1 : 0
        if stalls >= Self.maximumStalls { try goSingly() }
        if ceiling < Int.max / 2 { ceiling *= 2 }
        if let next = step.next { phase = next }
        if case .done(true) = phase { result.isExhausted = true }
    }

    /// Rows whose time cannot be read stay, and that is a failure. To look for them may take no longer than to wait for
    /// a lock, because no index serves that.
    private func countUnreadable(_ batch: PostgresBatch, _ result: inout BatchResult) throws {
        guard let unreadable = job.unreadable, let order = job.order else { return }
        let statement =
            "SELECT count(*) FROM "  // banned-ok: bounded by LIMIT
            + "(SELECT 1 FROM \(job.table.sql) AS \(job.table.alias) "
            + "WHERE \(unreadable.sql) LIMIT \(Self.remainingLimit)) AS r"
        do {
            let found = try batch.count(
                (statement, unreadable.values.map { PostgresValue($0) }),
                within: Self.countingTime
            )
            guard found > 0 else { return }
            result.failures[.integrity] = found
            result.message =
                "\(found) rows of \(job.table.written) hold no time in column \(order.column.name) that can be read"
        } catch let error as PostgresError where error.code == .statementTimeout {
            return
        }
    }
}
