/// What a simulation settles at: the range of its last quarter, and whether that differs from the quarter before.
package struct SimulationSummary: Sendable, Equatable {
    package enum Trend: String, Sendable {
        /// The mean number of items is that of the quarter before, within one item or 5 %.
        case steady
        case growing, shrinking
    }

    /// There at the end.
    package let items: Int
    package let bytes: Int64
    /// Times of the oldest and the newest of these.
    package let oldest: Instant?
    package let newest: Instant?
    /// Days of the last quarter; at least 1.
    package let lastDays: Int
    package let itemRange: ClosedRange<Int>
    package let byteRange: ClosedRange<Int64>
    package let trend: Trend

    package init(_ result: SimulationResult) {
        let quarter = max(1, (result.days.count - 1) / 4)
        let last = result.days.suffix(quarter)
        let survivors = result.lives.filter { $0.removedAt == nil }
        items = survivors.count
        bytes = survivors.reduce(0) { $0.addingSaturated($1.bytes) }
        // By time already.
        oldest = survivors.first?.time
        newest = survivors.last?.time
        lastDays = quarter
        itemRange = (last.map(\.items).min() ?? 0)...(last.map(\.items).max() ?? 0)
        byteRange = (last.map(\.bytes).min() ?? 0)...(last.map(\.bytes).max() ?? 0)
        trend = Self.trend(from: result.days.dropLast(quarter).suffix(quarter), to: last)
    }

    private static func trend(from before: ArraySlice<SimulatedDay>, to last: ArraySlice<SimulatedDay>) -> Trend {
        let (old, new) = (mean(before), mean(last))
        guard abs(new - old) > max(1, old * 0.05) else { return .steady }
        return new > old ? .growing : .shrinking
    }

    private static func mean(_ days: ArraySlice<SimulatedDay>) -> Double {
        days.reduce(0) { $0 + Double($1.items) } / Double(max(1, days.count))
    }
}
