import Foundation
import Retention

extension Policy {
    /// Whether an item may go by this policy that would stay by the other: the ages and counts that a run can replace.
    func removesMore(than other: Policy, at now: Instant) -> Bool {
        if let own = remove?.olderThan, let age = other.remove?.olderThan,
            own.before(now, zone: .gmt) > age.before(now, zone: .gmt)
        {
            return true
        }
        if keep.counts.last < other.keep.counts.last { return true }
        return other.keep.groups.contains { group, counts in (keep.groups[group]?.last ?? 0) < counts.last }
    }
}
