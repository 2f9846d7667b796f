import Retention

/// Removes rows with what they own: the things first, then the row, so that nothing is ever left without a name.
///
/// A row of which something could not be removed stays for the next run, and is passed over in this one.
final class RowsOwningRemover: BatchRemover {
    /// Rows of one transaction: their locks are held while files go.
    private static let mostRows = 200
    /// Rows that stay, before the run leaves the order of age so as not to meet them again and again.
    private static let mostRefused = 200
    /// Looks in a row that found only rows which others hold.
    private static let mostWaits = 30

    private let base: any BatchRemover
    private let claims: any RowsClaims
    private let job: RowsJob
    private let owned: [RowsOwned]
    private let removals: [RowsOwned.Remove]
    /// By identity; each is counted once.
    private var refused: Set<[String]> = []
    /// Each row is visited once, in the order of its identity: with `action: none`, as rows stay due, and where many are
    /// refused.
    private var visitsOnce: Bool
    private var position: [String]?
    private var waits = 0
    /// Ends the run, once what was done before it is told.
    private var ending: (any Error)?

    /// Blocking. Throws `StoreError` when a place of owned things is not there.
    init(
        _ job: RowsJob,
        owned: [RowsOwned],
        base: any BatchRemover,
        claims: any RowsClaims,
        isCancelled: () -> Bool
    ) throws {
        self.job = job
        self.owned = owned
        self.base = base
        self.claims = claims
        visitsOnce = job.specification.action == .none
        removals = try owned.map { try $0.open(isCancelled) }
    }

    var engine: String { base.engine }

    func conditions(isCancelled: () -> Bool) throws -> BatchConditions { try base.conditions(isCancelled: isCancelled) }

    func finish(removed: Int, isCancelled: () -> Bool) throws -> [String] {
        try base.finish(removed: removed, isCancelled: isCancelled)
    }

    func removeBatch(limit: Int, isCancelled: () -> Bool) throws -> BatchResult {
        if let ending { throw ending }
        let start = ContinuousClock.now
        var result = BatchResult()
        // Met once more from the beginning, those that were refused are passed over.
        if refused.count >= Self.mostRefused { visitsOnce = true }
        let asked = min(limit, Self.mostRows) + (visitsOnce ? 0 : refused.count)
        let known = refused
        var last: [String]?
        let outcome: RowsClaimOutcome
        do {
            outcome = try withoutActuallyEscaping(isCancelled) { isCancelled in
                try claims.claim(
                    limit: asked,
                    beyond: position,
                    pages: visitsOnce,
                    isCancelled: isCancelled
                ) { rows in
                    last = rows.last?.identity
                    return rows.map { clear($0, &result, isCancelled) }
                }
            }
        } catch {
            // Things are gone, although their rows are not: that has to be told first.
            guard !result.owned.isEmpty || !result.failures.isEmpty else { throw error }
            ending = error
            result.seconds = (ContinuousClock.now - start) / .seconds(1)
            return result
        }
        for (row, why) in outcome.kept {
            let detail = why ?? RowsWords.notLetGo
            refuse(row, ItemResult(.failed, failure: .conflict, detail: detail), &result)
        }
        // What was undone comes again. Rows that are passed for good need no memory.
        if visitsOnce, outcome.found > 0 { (position, refused) = (last ?? position, known) }
        count(outcome, asked, &result)
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        return result
    }

    private func count(_ outcome: RowsClaimOutcome, _ asked: Int, _ result: inout BatchResult) {
        if job.specification.action == .delete { result.deleted += outcome.changed }
        if !job.assignments.isEmpty { result.updated += outcome.changed }
        result.lockTimeouts += outcome.lockTimeouts
        result.retries += outcome.retries
        // Fewer than were asked for are all that there are.
        let isAtEnd = visitsOnce ? outcome.found == 0 : outcome.found < asked && outcome.changed == 0
        guard isAtEnd else {
            waits = 0
            return
        }
        guard outcome.held > 0 else {
            result.isExhausted = true
            return
        }
        waits += 1
        guard waits >= Self.mostWaits else {
            pause(.milliseconds(200), { false })
            return
        }
        result.failures[.conflict, default: 0] += outcome.held
        result.message = result.message ?? RowsWords.held(outcome.held, of: job.table.written)
        result.isExhausted = true
    }

    /// - Returns: whether everything that the row owns is gone.
    private func clear(_ row: RowsClaimed, _ result: inout BatchResult, _ isCancelled: () -> Bool) -> Bool {
        guard !refused.contains(row.identity), !isCancelled() else { return false }
        var hasLost = false
        defer { if job.specification.action == .none, hasLost { result.cleared += 1 } }
        for (index, remove) in removals.enumerated() {
            for name in RowsClaimed.names(in: row.owned[index]) {
                let one = remove(name, isCancelled)
                result.freedBytes += one.freedBytes
                switch one.outcome {
                case .deleted:
                    hasLost = true
                    // A delete marker leaves the contents where they are.
                    if one.isForGood { result.owned[owned[index].resource, default: 0] += 1 }
                case .gone:
                    continue
                case .notTried:
                    return false
                case .pending, .compressed, .updated, .changed, .inUse, .failed:
                    refuse(row, one, &result)
                    return false
                }
            }
        }
        return true
    }

    private func refuse(_ row: RowsClaimed, _ why: ItemResult, _ result: inout BatchResult) {
        refused.insert(row.identity)
        result.failures[why.failure ?? .conflict, default: 0] += 1
        result.message = result.message ?? RowsWords.stays(of: job.table.written, why.detail ?? "\(why.outcome)")
    }
}
