import Retention

/// What tests of simulations begin with.
enum SimulateWorld {
    static let day: Int64 = 86_400
    static let start = Instant(seconds: 1_767_225_600)  // 2026-01-01T00:00:00Z, a Thursday

    static func span(_ days: Int) throws -> SimulationSpan { try SimulationSpan(start: start, days: days) }

    /// An item of ten bytes each day.
    static func daily(_ span: SimulationSpan) throws -> SimulationGrowth {
        try SimulationGrowth(every: Age(parsing: "1d"), size: 10, in: span)
    }

    /// Items of so many seconds of age, by name.
    static func items(_ ages: [(String, Int64)]) -> [TestItem] {
        ages.map { TestItem(path: $0.0, time: start.adding(nanoseconds: -$0.1 * 1_000_000_000)) }
    }
}
