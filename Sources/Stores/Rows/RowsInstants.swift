import Foundation
package import Retention

/// The cutoffs of a run, all counted from one instant: what SQL of the configuration may name.
package struct RowsInstants: Sendable, Equatable {
    let now: Instant
    /// Of `older_than`.
    let cutoff: Instant?
    /// now − grace.
    let graceCutoff: Instant
    let params: [String: Instant]

    /// - Parameters:
    ///   - task: for the error: a zone that is not known.
    ///   - olderThan: as it is in force; `nil` = the task has none, and `:cutoff` stands for nothing.
    ///   - params: by their names.
    ///   - zone: IANA zone of months and years.
    ///   - now: the instant of the plan.
    package init(
        task: String,
        olderThan: Age?,
        graceMilliseconds: Int64,
        params: [String: Age] = [:],
        zone name: String,
        now: Instant
    ) throws {
        guard let zone = TimeZone(identifier: name) else {
            throw StoreError(
                .denied,
                "Task \(task): the time zone \"\(name)\" is not known. Write an IANA name such as Europe/Berlin, or UTC."
            )
        }
        self.now = now
        cutoff = olderThan?.before(now, zone: zone)
        let grace = graceMilliseconds.multipliedReportingOverflow(by: -1_000_000)
        graceCutoff = now.adding(nanoseconds: grace.overflow ? .min : grace.partialValue)
        self.params = params.mapValues { $0.before(now, zone: zone) }
    }

    init(_ specification: RowsSpecification, now: Instant) throws {
        try self.init(
            task: specification.task,
            olderThan: specification.olderThan,
            graceMilliseconds: specification.graceMilliseconds,
            params: specification.params,
            zone: specification.zone,
            now: now
        )
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

    /// One of the names stands somewhere in the SQL, if only in a text or a comment.
    func mayBeNamed(in sql: String) -> Bool {
        let names = ["now", "cutoff", "grace_cutoff"] + Array(params.keys)
        return names.contains { name in sql.utf8.firstRange(of: ":\(name)".utf8) != nil }
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
