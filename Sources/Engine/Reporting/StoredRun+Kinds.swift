import Retention
package import State

extension StoredRun {
    /// It has begun to do something, or to look: plans that wait, or that nobody applied, are recorded among the runs.
    package var isRun: Bool {
        guard record.isOfPlan else { return true }
        return end?.hasActed ?? false
    }

    /// It looked at a quota, between the runs of the task's own cycles.
    package var isOfQuota: Bool { record.cycle.map { CycleDefinition.isQuotaCheck($0) } ?? false }

    /// A look at a quota that found nothing to do, which is no run in the metrics either.
    package var isIdleLook: Bool {
        guard isOfQuota, let end, end.outcome == .success else { return false }
        let counts = end.counts
        return [counts.deleted, counts.updated, counts.compressed, counts.failed, counts.gone, counts.changed]
            .allSatisfy { $0 == 0 }
    }
}

extension RunEnd {
    /// It has done something; of plans that nobody applied that is never so.
    package var hasActed: Bool {
        outcome != .cancelled || [counts.deleted, counts.updated, counts.compressed, counts.failed].contains { $0 > 0 }
    }
}

extension RunRecord {
    /// It was planned to be applied later; `requestedBy` is the plan then.
    package var isOfPlan: Bool { trigger == Trigger.plan.rawValue }
}
