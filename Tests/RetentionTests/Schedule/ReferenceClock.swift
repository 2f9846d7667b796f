import Foundation

/// What a wall clock shows through a stretch of real time, minute by minute, and what a daemon that looks at it each
/// minute would run; written after Debian's cron(8), without any of the code that is tested.
struct ReferenceClock {
    /// One real minute.
    struct Minute {
        /// Minutes since 1970-01-01T00:00Z.
        var real: Int
        /// What the wall clock shows.
        var shown: Reading
        /// The minutes of the wall clock whose fixed times have their turn now.
        var fixed: [Reading]
    }

    /// A minute on a wall clock, taken apart.
    struct Reading {
        var minute: Int
        var hour: Int
        var day: Int
        var month: Int
        var weekday: Int
        var isLastDay: Bool

        /// - Parameter minutes: since 1970-01-01T00:00 on the wall clock; not before 1970.
        init(minutes: Int) {
            (minute, hour) = (minutes % 60, minutes / 60 % 24)
            let days = minutes / 1440
            weekday = (days + 4) % 7
            var (year, rest) = (1970, days)
            while rest >= Self.length(ofYear: year) {
                rest -= Self.length(ofYear: year)
                year += 1
            }
            month = 1
            while rest >= Self.length(ofMonth: month, year) {
                rest -= Self.length(ofMonth: month, year)
                month += 1
            }
            day = rest + 1
            isLastDay = day == Self.length(ofMonth: month, year)
        }

        private static func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }

        private static func length(ofYear year: Int) -> Int { isLeap(year) ? 366 : 365 }

        private static func length(ofMonth month: Int, _ year: Int) -> Int {
            [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }
    }

    let minutes: [Minute]

    /// - Parameter range: real minutes since 1970-01-01T00:00Z; no change of the offset within three hours before it.
    init(zone: TimeZone, range: Range<Int>) {
        let threeHours = 180
        var minutes: [Minute] = []
        var reached = Self.local(zone, range.lowerBound - 1)
        for real in range {
            let local = Self.local(zone, real)
            let skipped = local - reached - 1
            var fixed: [Int] = []
            if abs(skipped) >= threeHours {
                (reached, fixed) = (local, [local])
            } else if skipped >= 0 {
                fixed = Array((reached + 1)...local)
                reached = local
            }
            minutes.append(
                Minute(real: real, shown: Reading(minutes: local), fixed: fixed.map(Reading.init(minutes:)))
            )
        }
        self.minutes = minutes
    }

    /// The real minutes at which an expression fires.
    func fires(_ expression: ReferenceExpression) -> [Int] {
        var result: [Int] = []
        for minute in minutes {
            let isDue =
                expression.isWildcard
                ? expression.contains(minute.shown) : minute.fixed.contains(where: expression.contains)
            if isDue { result.append(minute.real) }
        }
        return result
    }

    /// Minutes since 1970-01-01T00:00 on the wall clock at a real minute.
    static func local(_ zone: TimeZone, _ real: Int) -> Int {
        real + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(real) * 60)) / 60
    }

    /// The real minutes, from 1970 to 2037, at which the offset of a zone changes.
    static func changes(_ zone: TimeZone) -> [Int] {
        var result: [Int] = []
        let (start, end, step) = (1440 * 7, 68 * 525_960, 1440 * 3)
        for low in stride(from: start, to: end, by: step) where difference(zone, low) != difference(zone, low + step) {
            var (before, after) = (low, low + step)
            while after - before > 1 {
                let middle = (before + after) / 2
                if difference(zone, middle) == difference(zone, low) { before = middle } else { after = middle }
            }
            result.append(after)
        }
        return result
    }

    private static func difference(_ zone: TimeZone, _ real: Int) -> Int { local(zone, real) - real }
}
