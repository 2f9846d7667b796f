/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, saturating at the ends.
///
/// Nanoseconds, because file systems keep them and a version must be compared exactly. Sixty-four bits reach from
/// 1677 to 2262; a time beyond that (a hostile mtime) is held at the end of the range, which keeps the order.
public struct Instant: Hashable, Comparable, Sendable {
    /// Since the epoch.
    public var nanoseconds: Int64

    /// - Parameter nanoseconds: since the epoch.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant of a wall clock's reading; held at the end of the range beyond it.
    ///
    /// - Parameters:
    ///   - seconds: whole seconds since the epoch, any value.
    ///   - nanoseconds: 0..<1_000_000_000, added to `seconds`.
    @inlinable
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(nanoseconds)
        self.nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The earliest there is.
    public static let distantPast = Instant(nanoseconds: .min)
    /// The latest there is.
    public static let distantFuture = Instant(nanoseconds: .max)

    /// Seconds since the epoch, for metrics and logs.
    public var secondsSinceEpoch: Double { Double(nanoseconds) / 1e9 }

    /// Whether the left one is earlier.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The later instant; saturates.
    public func adding(nanoseconds delta: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
        return Instant(nanoseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }
}
