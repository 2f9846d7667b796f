/// The hours of a day in which a cycle may work.
package struct Window: Sendable, Equatable {
    /// Minutes since midnight, 0...1440.
    package let fromMinute: Int
    /// Minutes since midnight, not part of the window; less than `fromMinute` = on the next day.
    package let toMinute: Int
    private let zone: ZoneTable

    /// - Parameter zone: IANA name of the zone whose wall clock counts; an unknown one counts as UTC.
    package init(fromMinute: Int, toMinute: Int, zone: String) {
        self.fromMinute = fromMinute
        self.toMinute = toMinute
        self.zone = ZoneTable(identifier: zone) ?? .utc
    }

    /// Whether the wall clock of the zone stands within the window.
    package func contains(_ instant: Instant) -> Bool {
        let second = instant.nanoseconds.flooredQuotient(1_000_000_000)
        return contains(secondOfDay: secondOfDay(second, zone.segments[zone.index(at: second)]))
    }

    /// When it closes, of an instant at which it is open; for one that never does, some days later.
    package func closes(after instant: Instant) -> Instant {
        var end = lasts(from: instant)
        // A change of the clock is no end; more of them than this do not come in a day.
        for _ in 0..<8 where contains(end) { end = lasts(from: end) }
        return end
    }

    /// Until when it surely stays as it is at `instant`, open or closed: the next of its ends on the wall clock, or the
    /// next change of that clock, whichever comes first.
    func lasts(from instant: Instant) -> Instant {
        let second = instant.nanoseconds.flooredQuotient(1_000_000_000)
        let index = zone.index(at: second)
        let present = secondOfDay(second, zone.segments[index])
        let ends = [fromMinute, toMinute].map { minute in
            let ahead = (Int64(minute) * 60 - present) % DayNumber.secondsPerDay
            return second + (ahead > 0 ? ahead : ahead + DayNumber.secondsPerDay)
        }
        return Instant(seconds: min(ends[0], ends[1], zone.end(of: index) ?? .max))
    }

    private func secondOfDay(_ second: Int64, _ segment: ZoneTable.Segment) -> Int64 {
        let local = second + segment.offset
        return local - local.flooredQuotient(DayNumber.secondsPerDay) * DayNumber.secondsPerDay
    }

    private func contains(secondOfDay: Int64) -> Bool {
        let minute = secondOfDay / 60
        return fromMinute <= toMinute
            ? minute >= fromMinute && minute < toMinute
            : minute >= fromMinute || minute < toMinute
    }
}
