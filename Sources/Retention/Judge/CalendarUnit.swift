/// A natural stretch of the calendar, of which a rule keeps the newest item each. Its raw value is its name in SQL.
package enum CalendarUnit: String, CaseIterable, Sendable {
    case hour, day, week, month, year

    /// The number of the stretch that a moment lies in; later stretches have larger numbers.
    ///
    /// - Parameter localSeconds: seconds since 1970-01-01T00:00:00 on the wall clock. An hour that a clock set back
    ///   repeats is one hour.
    func number(localSeconds: Int64) -> Int64 {
        switch self {
        case .hour: return localSeconds.flooredQuotient(3600)
        case .day: return DayNumber(localSeconds: localSeconds).value
        // ISO 8601: weeks start on Monday, and 1970-01-01 was a Thursday.
        case .week: return (DayNumber(localSeconds: localSeconds).value + 3).flooredQuotient(7)
        case .month:
            let date = DayNumber(localSeconds: localSeconds).date
            return date.year * 12 + date.month - 1
        case .year: return DayNumber(localSeconds: localSeconds).date.year
        }
    }

    /// As a rule of `keep` is called.
    var ruleName: String {
        switch self {
        case .hour: "hourly"
        case .day: "daily"
        case .week: "weekly"
        case .month: "monthly"
        case .year: "yearly"
        }
    }

    /// How many stretches its rule keeps an item of; 0 = there is no such rule.
    package func limit(in counts: Policy.Counts) -> Int {
        switch self {
        case .hour: counts.hourly
        case .day: counts.daily
        case .week: counts.weekly
        case .month: counts.monthly
        case .year: counts.yearly
        }
    }
}

/// The newest item of each of the newest `limit` stretches that have items.
struct CalendarRule: Sendable {
    let unit: CalendarUnit
    let limit: Int
    /// Ascending by number.
    private(set) var stretches: [(number: Int64, newest: Rank)] = []

    init(unit: CalendarUnit, limit: Int) {
        self.unit = unit
        self.limit = limit
    }

    /// Every stretch that has items is kept, and more would be.
    var hasRoom: Bool { stretches.count < limit }

    mutating func observe(_ time: Instant, localSeconds: Int64, _ path: @autoclosure () -> [UInt8]) {
        let number = unit.number(localSeconds: localSeconds)
        if stretches.count == limit, number < stretches[0].number { return }
        let index = position(of: number)
        if index < stretches.count, stretches[index].number == number {
            guard time >= stretches[index].newest.time else { return }
            stretches[index].newest = max(stretches[index].newest, Rank(time: time, path: path()))
            return
        }
        stretches.insert((number, Rank(time: time, path: path())), at: index)
        if stretches.count > limit { stretches.removeFirst() }
    }

    private func position(of number: Int64) -> Int {
        var (low, high) = (0, stretches.count)
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
