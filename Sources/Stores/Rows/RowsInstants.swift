import Foundation
import Retention

/// The cutoffs of a run, all counted from one instant.
struct RowsInstants {
    let now: Instant
    /// Of `older_than`.
    let cutoff: Instant?
    /// now − grace.
    let graceCutoff: Instant
    let params: [String: Instant]

    init(_ specification: RowsSpecification, now: Instant) throws {
        guard let zone = TimeZone(identifier: specification.zone) else {
            throw StoreError(
                .denied,
                "Task \(specification.task): the time zone \"\(specification.zone)\" is not known. "
                    + "Write an IANA name such as Europe/Berlin, or UTC."
            )
        }
        self.now = now
        cutoff = specification.olderThan?.before(now, zone: zone)
        let grace = specification.graceMilliseconds.multipliedReportingOverflow(by: -1_000_000)
        graceCutoff = now.adding(nanoseconds: grace.overflow ? .min : grace.partialValue)
        params = specification.params.mapValues { $0.before(now, zone: zone) }
    }

    /// What a name in SQL of the configuration stands for.
    func named(_ name: String) -> Instant? {
        switch name {
        case "now": now
        case "cutoff": cutoff
        case "grace_cutoff": graceCutoff
        default: params[name]
        }
    }
}

extension Instant {
    /// Microseconds since 1970, rounded up: for what counts whole microseconds, "before" this is the same as before the
    /// instant.
    package var microsecondsUp: Int64 { quotientUp(1_000) }

    /// In units of so many nanoseconds, rounded up.
    package func quotientUp(_ unit: Int64) -> Int64 {
        let quotient = nanoseconds / unit
        return nanoseconds > quotient * unit ? quotient + 1 : quotient
    }
}
