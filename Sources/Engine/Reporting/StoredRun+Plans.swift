import Retention
package import State

extension StoredRun {
    /// It has begun to do something, or to look: plans that wait, or that nobody applied, are recorded among the runs.
    package var isRun: Bool {
        guard record.isOfPlan else { return true }
        return end?.hasActed ?? false
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
