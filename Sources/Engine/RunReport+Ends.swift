import Coordination
import Foundation
import Retention
import State
import Stores

extension RunReport {
    /// Takes over what a plan came to; places that could not be looked at make the run partial.
    mutating func take(_ result: Planner.Result) {
        tally = result.tally
        usedBytes = result.scan.usedBytes
        skipped = result.scan.skipped
        skipped[.young, default: 0] += result.tally.young
        skipped[.atLeast, default: 0] += result.tally.atLeast
        skipped[.budget, default: 0] += result.tally.deferred
        skipped[.inUse, default: 0] += result.heldOpen
        overdueItems = result.tally.remove + result.tally.deferred
        oldestOverdueSeconds = Double(result.oldestOverdueNanoseconds) / 1e9
        problems = result.scan.errors.map(\.message)
        problemCount = result.scan.errorCount
        if problemCount > 0 {
            outcome = .partial
            failure = .backend
            message = "\(problemCount) places could not be looked at; first: \(problems.first ?? "")"
        }
    }

    /// A quota that what may go does not bring down far enough makes the run partial; a preview warns of it.
    mutating func measure(by quota: Policy.Quota, isShown: Bool) {
        guard usedBytes > quota.maxBytes else { return }
        let left = usedBytes - tally.removeBytes
        guard left > quota.freeToBytes else { return }
        let finding =
            "The quota cannot be met: \(ByteSize.format(usedBytes)) are used, \(ByteSize.format(tally.removeBytes)) may go, "
            + "and \(ByteSize.format(left)) are left where \(ByteSize.format(quota.freeToBytes)) are wanted. The rest is kept "
            + "by rules, waits for a budget, or is nothing that this task removes: look at the plan, or raise quota.max."
        guard !isShown else { return warnings.append(finding) }
        outcome = .partial
        failure = failure ?? .config
        message = message.map { "\($0) \(finding)" } ?? finding
    }

    /// Takes over what a plan by predicate came to.
    mutating func take(_ plan: BatchPlan) {
        tally = plan.tally
        isCountCut = plan.isCountCut
        skipped[.budget, default: 0] += plan.tally.deferred
        overdueItems = plan.tally.remove + plan.tally.deferred
        oldestOverdueSeconds = plan.oldestOverdueSeconds
        warnings = plan.warnings
        sentence = plan.sentence
        trip = plan.trip
    }

    /// What the outcomes of items make of the run.
    mutating func conclude(_ cancellation: Cancellation) {
        if counts.failed > 0 {
            outcome = .partial
            failure = failure ?? .backend
            message = message ?? "\(counts.failed) items failed; the log names each with its cause."
        }
        if tally.deferred > 0 {
            message = message ?? "\(tally.deferred) items are due beyond the run's budget; they wait for the next run."
        }
        _ = endedEarly(cancellation)
    }

    /// A warning of a task on rows.
    static func restUnknown(_ error: any Error) -> String {
        "How much is still due could not be looked up, so that the last figures stand: \(error)"
    }

    /// Of an item, where the store says nothing itself.
    static let refusedByStore =
        "The store refused what a former holder of the lock asked for; the replica that holds it now goes on."

    /// A run that was cancelled, stopped or out of time says so.
    mutating func endedEarly(_ cancellation: Cancellation) -> Bool {
        switch cancellation.reason {
        case .none: return false
        case .requested: outcome = .cancelled
        case .shutdown, .ledger: outcome = .partial
        case .deadline:
            outcome = .partial
            failure = .timeout
        case .lockLost:
            outcome = .failed
            failure = .lockLost
            message =
                "The lock of \(task) could not be renewed, so that another replica may act: the run stopped. "
                + "What was done is recorded; look at Redis (or the state's database), and at pauses of this process."
        }
        message = message ?? "Ended early (\(cancellation.reason.words)); the rest is left to the next run."
        return true
    }

    /// A look at the quota that met a run of this very process, which looks at the quota itself: nothing to warn of.
    var gaveWay: Bool { isQuotaCheck && isHeldHere }

    /// A task whose turn did not come before its cycle ended.
    static func notBegun(_ task: String, dryRun: Bool, _ cancellation: Cancellation) -> RunReport {
        var report = RunReport(id: "", task: task, dryRun: dryRun)
        report.outcome = .cancelled
        report.isNotBegun = true
        report.message = "Not begun: the cycle ended first (\(cancellation.reason.words)); the next one takes it up."
        return report
    }

    /// A guard refused the plan: nothing is touched.
    mutating func refuse(_ trip: Limits.Trip) {
        outcome = .refused
        failure = .guard
        self.trip = trip
        message = trip.message
    }

    /// An error that ended the run, as an outcome.
    mutating func describe(_ error: any Error, isOptional: Bool) {
        message = "\(error)"
        outcome = .failed
        failure = .backend
        switch error {
        case let error as LockError:
            guard case .held = error else { return }
            outcome = .skipped
            failure = nil
            isLocked = true
        case let error as StateError where error.code == .fenced:
            failure = .lockLost
            fencedBy = .state
        case let error as StoreError where error.code == .fenced:
            failure = .lockLost
            fencedBy = .connection
        case let error as StoreError where error.code == .missing && isOptional:
            outcome = .unavailable
            failure = nil
        case let error as StoreError where error.code == .absent:
            outcome = isOptional ? .unavailable : .skipped
            failure = nil
            isAbsent = true
        case let error as StoreError where error.code == .denied:
            refuse(Limits.Trip(guard: error.guardName ?? .rootDenied, message: error.message))
        case let error as PolicyRefusal:
            refuse(Limits.Trip(guard: .emptyPolicy, message: "\(error)"))
        default:
            break
        }
    }
}

extension RunEnd {
    /// The report as the ledger keeps it.
    init(_ report: RunReport, endedAt: Instant) {
        var counts = RunCounts()
        counts.examined = report.tally.examined
        counts.remove = report.tally.remove
        counts.compress = report.tally.compress
        counts.keep = report.tally.staying
        counts.plannedBytes = report.tally.removeBytes
        counts.deleted = report.counts.deleted
        counts.compressed = report.counts.compressed
        counts.updated = report.counts.updated
        counts.gone = report.counts.gone
        counts.changed = report.counts.changed
        counts.inUse = report.counts.inUse
        counts.failed = report.counts.failed
        counts.freedBytes = report.counts.freedBytes
        self.init(
            outcome: report.outcome,
            failure: report.failure,
            counts: counts,
            durationSeconds: report.durationSeconds,
            message: report.message,
            endedAt: endedAt
        )
    }
}
