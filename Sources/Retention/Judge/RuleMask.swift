/// The rules of `keep` that hold an item.
struct RuleMask: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let last = RuleMask(rawValue: 1)
    static let within = RuleMask(rawValue: 1 << 6)

    /// The newest of its stretch.
    static func newest(of unit: CalendarUnit) -> RuleMask { RuleMask(rawValue: 2 << unit.bit) }

    /// The oldest of all, while the rule has room.
    static func oldest(for unit: CalendarUnit) -> RuleMask { RuleMask(rawValue: 1 << (7 + unit.bit)) }

    /// As a reason: `kept: last 10, daily (7)`.
    func reason(_ counts: Policy.Counts) -> String {
        var parts: [String] = []
        if contains(.last) { parts.append("last \(counts.last)") }
        for unit in CalendarUnit.allCases where contains(.newest(of: unit)) {
            parts.append("\(unit.ruleName) (\(unit.limit(in: counts)))")
        }
        if contains(.within), let within = counts.within { parts.append("within \(within.text)") }
        for unit in CalendarUnit.allCases where contains(.oldest(for: unit)) {
            parts.append("oldest while \(unit.ruleName) (\(unit.limit(in: counts))) has room")
        }
        return "kept: " + parts.joined(separator: ", ")
    }
}

extension CalendarUnit {
    /// Its place among the bits of the rules.
    fileprivate var bit: UInt16 {
        switch self {
        case .hour: 0
        case .day: 1
        case .week: 2
        case .month: 3
        case .year: 4
        }
    }
}

extension Policy.Counts {
    /// The rules as a list: `last 3, daily 7, within 30d`.
    var list: String {
        var parts: [String] = []
        if last > 0 { parts.append("last \(last)") }
        for unit in CalendarUnit.allCases where unit.limit(in: self) > 0 {
            parts.append("\(unit.ruleName) \(unit.limit(in: self))")
        }
        if let within { parts.append("within \(within.text)") }
        return parts.joined(separator: ", ")
    }

    /// No rule but `last`.
    var isLastOnly: Bool { last > 0 && self == Policy.Counts(last: last) }

    /// No more items than this are kept by counting; `within` aside. Saturates.
    var maximumKept: Int {
        let limits = CalendarUnit.allCases.map { $0.limit(in: self) }.filter { $0 > 0 }
        // One more: the oldest, while there is room.
        return (limits + [last, limits.isEmpty ? 0 : 1]).reduce(0) { sum, next in
            let (result, overflow) = sum.addingReportingOverflow(next)
            return overflow ? .max : result
        }
    }
}
