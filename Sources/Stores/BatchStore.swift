package import Retention

/// A store that chooses and removes by itself, many at a time: rows of a database.
///
/// Its plan is no list of items but a predicate in which every instant is fixed, and a count. A dry run holds only this
/// protocol, so that it has no way to change anything; `MutableBatchStore` adds the deleting.
package protocol BatchStore: Sendable {
    /// Fixes the predicate, and counts as far as asked, in a read-only transaction. Blocking.
    ///
    /// Throws `StoreError`: `.absent` for a table or column that is not there, `.denied` with `guard` set where the store
    /// itself refuses (cascades, no condition).
    func plan(_ request: BatchPlanRequest, isCancelled: @Sendable () -> Bool) throws -> BatchPlan

    /// Seconds by which the oldest due row is past its retention; 0 = none is due. One probe of an index. Blocking.
    func oldestOverdue(at now: Instant, isCancelled: @Sendable () -> Bool) throws -> Double

    /// Whether rows are set, and not deleted.
    var setsRows: Bool { get }

    /// What an operator should know: no index serves the order, dead rows pile up, the file cannot shrink. Blocking.
    func advice() throws -> [String]
}

/// A store that can also remove.
package protocol MutableBatchStore: BatchStore {
    /// Opens the deleting side for one run. Blocking; ends within some seconds once it is cancelled.
    ///
    /// Throws `StoreError`, also when the plan is not of this store; once it is cancelled, whatever it was broken off by.
    func openRemover(
        of plan: BatchPlan,
        run: String,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any BatchRemover
}

/// What to find out for a plan.
package struct BatchPlanRequest: Sendable, Equatable {
    package var now: Instant
    /// How far to count what is due; a dry run counts far, a real run only as far as its guards need.
    package var countLimit: Int
    /// Guards; the store finds the figures that they need without counting further than it must.
    package var limits: Limits

    package init(now: Instant, countLimit: Int, limits: Limits) {
        self.now = now
        self.countLimit = countLimit
        self.limits = limits
    }
}

/// What one run is going to remove: the predicate, frozen.
package struct BatchPlan: Sendable, Equatable {
    /// Encoded by the store that made it, with all instants and parameters in it; opaque to everybody else.
    package var predicate: [UInt8]
    /// The predicate for people, with its cutoff.
    package var sentence: String
    /// Due rows in `remove`, rows looked at in `examined`, what a floor or reference keeps is not counted.
    package var tally: Tally
    /// There are at least `tally.remove` due rows; counting ended there.
    package var isCountCut: Bool
    package var oldestOverdueSeconds: Double
    package var warnings: [String]
    /// A guard that refuses the plan, found by figures of the store's own.
    package var trip: Limits.Trip?

    package init(
        predicate: [UInt8],
        sentence: String,
        tally: Tally = Tally(),
        isCountCut: Bool = false,
        oldestOverdueSeconds: Double = 0,
        warnings: [String] = [],
        trip: Limits.Trip? = nil
    ) {
        self.predicate = predicate
        self.sentence = sentence
        self.tally = tally
        self.isCountCut = isCountCut
        self.oldestOverdueSeconds = oldestOverdueSeconds
        self.warnings = warnings
        self.trip = trip
    }
}

/// The deleting side of an open batch store; belongs to one thread.
package protocol BatchRemover {
    /// Name of the database engine, as in the label `engine`: `postgres` or `sqlite`.
    var engine: String { get }

    /// Removes (or sets) at most `limit` rows, in one transaction, oldest first. Blocking; a cancelled query is ended on
    /// the server and rolled back.
    ///
    /// Throws what ends the run: a lost connection that cannot be had again, a missing right. Whatever passes (a lock
    /// that somebody holds, a deadlock, a killed backend) is in the result.
    func removeBatch(limit: Int, isCancelled: () -> Bool) throws -> BatchResult

    /// How the database fares before the next batch. Blocking, cheap.
    func conditions(isCancelled: () -> Bool) throws -> BatchConditions

    /// Upkeep after the last batch (vacuum, pages given back), in bounded steps.
    /// - Parameter removed: rows that this run removed.
    /// - Returns: warnings for a person.
    func finish(removed: Int, isCancelled: () -> Bool) throws -> [String]
}

/// What one batch did; only what is committed.
package struct BatchResult: Sendable, Equatable {
    package var deleted = 0
    package var updated = 0
    /// Rows that stay as they are (`action: none`), and of which something that they own went: a budget of rows counts
    /// them.
    package var cleared = 0
    /// Things that the rows owned and that went, by their resource.
    package var owned: [String: Int] = [:]
    /// Bytes given back by things that the rows owned.
    package var freedBytes: Int64 = 0
    /// Rows that stay because something failed, by cause.
    package var failures: [FailureReason: Int] = [:]
    /// Waits for a lock that ended by the time-out.
    package var lockTimeouts = 0
    /// Connections that were lost and had again.
    package var retries = 0
    /// BEGIN to COMMIT.
    package var seconds: Double = 0
    /// Nothing is due any more; proven without skipping what others hold.
    package var isExhausted = false
    /// Something is due and stays: the store has given up on it, and asking again brings nothing.
    package var isGivenUp = false
    /// For a person: first of what failed.
    package var message: String?

    package init() {}

    package var rows: Int { deleted + updated }
}

/// How the database fares, between two batches.
package struct BatchConditions: Sendable, Equatable {
    /// Why to wait; `nil` = nothing holds back.
    package var pressure: BatchPressure?
    /// Seconds by which the worst replica lags; `nil` = nobody asks for it, or there is none.
    package var replicaLag: Double?
    /// Others use the database at this time, or may, where that cannot be told.
    package var isShared: Bool

    package init(pressure: BatchPressure? = nil, replicaLag: Double? = nil, isShared: Bool = false) {
        self.pressure = pressure
        self.replicaLag = replicaLag
        self.isShared = isShared
    }
}

/// Why a run holds back; the label values of `cleanup_db_throttle_seconds_total{cause}`.
package struct BatchPressure: Sendable, Equatable {
    package enum Cause: String, Sendable, CaseIterable {
        case lag, load, autovacuum, health, pause
    }

    package var cause: Cause
    /// The figure and its limit, for log and status.
    package var reason: String

    package init(_ cause: Cause, reason: String) {
        self.cause = cause
        self.reason = reason
    }
}
