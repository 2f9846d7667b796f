/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, saturating at the ends.
///
/// Nanoseconds, because file systems keep them and a version must be compared exactly. Sixty-four bits reach from
/// 1677 to 2262; a time beyond that (a hostile mtime) is held at the end of the range, which keeps the order.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// - Parameters:
    ///   - seconds: whole seconds since the epoch, any value.
    ///   - nanoseconds: 0..<1_000_000_000, added to `seconds`.
    @inlinable
    package init(seconds: Int64, nanoseconds: Int64 = 0) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(nanoseconds)
        self.nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }

    package static let distantPast = Instant(nanoseconds: .min)
    package static let distantFuture = Instant(nanoseconds: .max)

    /// Seconds since the epoch, for metrics and logs.
    package var secondsSinceEpoch: Double { Double(nanoseconds) / 1e9 }

    @inlinable
    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The later instant; saturates.
    package func adding(nanoseconds delta: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
        return Instant(nanoseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }
}
