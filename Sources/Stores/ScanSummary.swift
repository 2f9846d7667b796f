package import Retention

/// What a scan came to besides its items.
package struct ScanSummary: Sendable {
    /// Problems beyond these are only counted.
    package static let mostProblems = 100

    /// Candidates.
    package var examined: Int
    package var skipped: [SkipReason: Int]
    /// Bytes on disk of everything below, where a quota asks for it.
    package var usedBytes: Int64
    /// Places that could not be looked at: the first ones, and how many in all.
    package var errors: [ScanProblem]
    package var errorCount: Int

    package init(
        examined: Int = 0,
        skipped: [SkipReason: Int] = [:],
        usedBytes: Int64 = 0,
        errors: [ScanProblem] = [],
        errorCount: Int = 0
    ) {
        self.examined = examined
        self.skipped = skipped
        self.usedBytes = usedBytes
        self.errors = errors
        self.errorCount = errorCount
    }

    package static func + (left: ScanSummary, right: ScanSummary) -> ScanSummary {
        ScanSummary(
            examined: left.examined + right.examined,
            skipped: left.skipped.merging(right.skipped, uniquingKeysWith: +),
            usedBytes: left.usedBytes + right.usedBytes,
            errors: Array((left.errors + right.errors).prefix(mostProblems)),
            errorCount: left.errorCount + right.errorCount
        )
    }
}

/// A place that could not be looked at.
package struct ScanProblem: Sendable, Equatable {
    /// For people.
    package var path: String
    package var message: String
    package var reason: FailureReason

    package init(path: String, message: String, reason: FailureReason) {
        self.path = path
        self.message = message
        self.reason = reason
    }
}
