extension CronExpression {
    private static let secondsPerMinute: Int64 = 60
    /// Every date comes again on every weekday within 40 years.
    private static let horizonYears: Int64 = 100

    /// The first time on the wall clock, at or after `local`, that is in all five sets; nil if there is none within a
    /// hundred years.
    ///
    /// - Parameter local: seconds since 1970-01-01T00:00:00 on the wall clock.
    func firstMatch(from local: Int64) -> Int64? {
        let minute = -(-local).flooredQuotient(Self.secondsPerMinute)
        let start = DayNumber(localSeconds: minute * Self.secondsPerMinute)
        let minuteOfDay = Int(minute - start.value * 1440)
        let today = start.date
        if months & (1 << UInt64(today.month)) != 0, matches(day: start),
            let match = firstMinuteOfDay(from: minuteOfDay)
        {
            return seconds(start, match)
        }
        guard let midnight = firstMinuteOfDay(from: 0), let day = firstDay(after: start) else { return nil }
        return seconds(day, midnight)
    }

    private func seconds(_ day: DayNumber, _ minuteOfDay: Int) -> Int64 {
        day.value * DayNumber.secondsPerDay + Int64(minuteOfDay) * Self.secondsPerMinute
    }

    private func firstMinuteOfDay(from start: Int) -> Int? {
        let (hour, minute) = (start / 60, start % 60)
        if hours & (1 << UInt64(hour)) != 0, let match = Self.firstBit(minutes, from: minute) {
            return hour * 60 + match
        }
        guard let next = Self.firstBit(hours, from: hour + 1), let first = Self.firstBit(minutes, from: 0) else {
            return nil
        }
        return next * 60 + first
    }

    private func firstDay(after start: DayNumber) -> DayNumber? {
        var (year, month, day) = start.date
        let last = year + Self.horizonYears
        var following = day + 1
        while year <= last {
            if months & (1 << UInt64(month)) != 0 {
                let first = DayNumber(year: year, month: month, day: 1)
                let length = Self.daysIn(month, of: year)
                day = following
                while day <= length {
                    let candidate = DayNumber(first.value + day - 1)
                    if matches(candidate, dayOfMonth: day, isLast: day == length) { return candidate }
                    day += 1
                }
            }
            following = 1
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        return nil
    }

    private func matches(day: DayNumber) -> Bool {
        let (year, month, number) = day.date
        return matches(day, dayOfMonth: number, isLast: number == Self.daysIn(month, of: year))
    }

    private func matches(_ day: DayNumber, dayOfMonth: Int64, isLast: Bool) -> Bool {
        // 1970-01-01 was a Thursday.
        let weekday = (day.value + 4) - (day.value + 4).flooredQuotient(7) * 7
        let isInMonth = daysOfMonth & (1 << UInt64(dayOfMonth)) != 0 || (includesLastDay && isLast)
        let isInWeek = weekdays & (1 << UInt64(weekday)) != 0
        return eitherDay ? isInMonth || isInWeek : isInMonth && isInWeek
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// The lowest value of a set that is at least `start`.
    private static func firstBit(_ bits: UInt64, from start: Int) -> Int? {
        guard start < 64 else { return nil }
        let rest = (bits >> UInt64(start)) << UInt64(start)
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }
}
