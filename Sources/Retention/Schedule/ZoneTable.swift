import Foundation

/// The offsets of a time zone from 1677 to 2262, read once, and what a fixed time means at each change of them.
///
/// Each stretch of time with one offset is a segment. A change of less than three hours (daylight saving) does not lose
/// or repeat a fixed time; a larger one (a zone that moves across the date line) is a correction of the clock, and the
/// new time counts at once. These are the rules of Debian's cron(8), which this applies to every change of the offset.
struct ZoneTable: Equatable, Sendable {
    struct Segment: Sendable {
        /// First second, since 1970-01-01T00:00:00Z.
        var start: Int64
        /// What the wall clock is ahead of UTC, in seconds.
        var offset: Int64
        /// On the wall clock: fixed times before it have had their turn. Before the segment's own first local second
        /// where the clock was put forward, after it where the clock was put back.
        var fixedTimesFrom: Int64
    }

    private static let correctionSeconds: Int64 = 3 * 3600

    /// The first and the last second that an instant can hold.
    private static let first = Int64.min / 1_000_000_000 - 1
    static let last = Int64.max / 1_000_000_000

    let identifier: String
    let segments: [Segment]

    init?(identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.identifier = identifier
        segments = Self.segments(of: zone)
    }

    private init(utc: Void) {
        identifier = "UTC"
        segments = [Segment(start: Self.first, offset: 0, fixedTimesFrom: Self.first)]
    }

    static let utc = ZoneTable(utc: ())

    static func == (left: ZoneTable, right: ZoneTable) -> Bool { left.identifier == right.identifier }

    /// The index of the segment that holds `second`.
    func index(at second: Int64) -> Int {
        var (low, high) = (0, segments.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].start <= second { low = middle } else { high = middle }
        }
        return low
    }

    /// The first second that is no longer in the segment; nil for the last one.
    func end(of index: Int) -> Int64? { index + 1 < segments.count ? segments[index + 1].start : nil }

    private static func segments(of zone: TimeZone) -> [Segment] {
        let offset = zone.offsetSeconds(at: first)
        var segments = [Segment(start: first, offset: offset, fixedTimesFrom: first + offset)]
        var instant = Date(timeIntervalSince1970: Double(first))
        while let change = zone.nextDaylightSavingTimeTransition(after: instant), change > instant {
            instant = change
            let start = Int64(change.timeIntervalSince1970.rounded(.up))
            guard start <= last else { break }
            let offset = zone.offsetSeconds(at: start)
            let previous = segments[segments.count - 1]
            // A change of the name alone is none.
            guard offset != previous.offset else { continue }
            let isCorrection = abs(offset - previous.offset) >= correctionSeconds
            // Where the wall clock had come to. No zone has two changes within a day, so no older segment matters.
            let from = start + (isCorrection ? offset : previous.offset)
            segments.append(Segment(start: start, offset: offset, fixedTimesFrom: from))
        }
        return segments
    }
}
