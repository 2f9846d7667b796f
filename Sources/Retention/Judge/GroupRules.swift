import Foundation

/// What the rules of `keep` need to know of one group, gathered in one pass over its items.
struct GroupRules: Sendable {
    /// More than this many times of the oldest items are not worth their memory.
    private static let maximumOldTimes = 100_000

    private let counts: Policy.Counts
    private var last: Largest<Rank>
    private var calendars: [CalendarRule]
    private var newest = Instant.distantPast
    private var oldest: Rank?
    private var count = 0
    /// The complements of the times of the oldest items, so that the largest are the oldest.
    private var oldTimes: Largest<Int64>

    init(_ counts: Policy.Counts) {
        self.counts = counts
        last = Largest(limit: max(0, counts.last))
        calendars = CalendarUnit.allCases.compactMap { unit in
            let limit = unit.limit(in: counts)
            return limit > 0 ? CalendarRule(unit: unit, limit: limit) : nil
        }
        let kept = counts.maximumKept
        oldTimes = Largest(limit: counts.within == nil && kept < Self.maximumOldTimes ? kept + 1 : 0)
    }

    /// Takes note of an item that is not of the future.
    mutating func observe(_ time: Instant, zone: TimeZone, _ path: @autoclosure () -> [UInt8]) {
        count += 1
        newest = max(newest, time)
        last.insert(time, path())
        oldTimes.insert(~time.nanoseconds)
        guard !calendars.isEmpty else { return }
        if oldest.map({ time <= $0.time }) ?? true {
            let rank = Rank(time: time, path: path())
            oldest = oldest.map { min($0, rank) } ?? rank
        }
        let seconds = time.nanoseconds.flooredQuotient(1_000_000_000)
        let local = seconds + zone.offsetSeconds(at: seconds)
        for index in calendars.indices { calendars[index].observe(time, localSeconds: local, path()) }
    }

    /// The items that the rules keep.
    func kept(zone: TimeZone) -> KeptItems {
        guard count > 0 else { return KeptItems() }
        var masks: [Rank: RuleMask] = [:]
        for rank in last.heap { masks[rank, default: []].insert(.last) }
        for rule in calendars {
            for stretch in rule.stretches { masks[stretch.newest, default: []].insert(.newest(of: rule.unit)) }
            if rule.hasRoom, let oldest, masks[oldest]?.contains(.newest(of: rule.unit)) != true {
                masks[oldest, default: []].insert(.oldest(for: rule.unit))
            }
        }
        return KeptItems(
            masks,
            withinCutoff: counts.within?.before(newest, zone: zone),
            surplusSince: surplusSince
        )
    }

    /// An instant from which on something here has been to be removed, for all that the times tell: the newest item
    /// settled what is there now, and of more items than the rules can keep one was too many.
    private var surplusSince: Instant {
        guard let complement = oldTimes.threshold else { return newest }
        return min(newest, Instant(nanoseconds: ~complement))
    }
}

/// The items of one group that the rules of `keep` hold, ready to be asked.
struct KeptItems: Sendable {
    /// Ascending.
    private let times: [Instant]
    private let ranks: [Rank]
    private let masks: [RuleMask]
    private let withinCutoff: Instant?
    /// See `GroupRules`; `nil` = the group has no items.
    let surplusSince: Instant?

    init() {
        self.init([:], withinCutoff: nil, surplusSince: nil)
    }

    init(_ kept: [Rank: RuleMask], withinCutoff: Instant?, surplusSince: Instant?) {
        ranks = kept.keys.sorted()
        times = ranks.map(\.time)
        masks = ranks.map { kept[$0] ?? [] }
        self.withinCutoff = withinCutoff
        self.surplusSince = surplusSince
    }

    /// The rules that hold an item; empty = none does.
    func mask(_ time: Instant, _ path: @autoclosure () -> [UInt8]) -> RuleMask {
        var result: RuleMask = []
        if let withinCutoff, time >= withinCutoff { result.insert(.within) }
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        guard low < times.count, times[low] == time else { return result }
        let path = path()
        while low < times.count, times[low] == time {
            if ranks[low].path == path { result.formUnion(masks[low]) }
            low += 1
        }
        return result
    }
}
