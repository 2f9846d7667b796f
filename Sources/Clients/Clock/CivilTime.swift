/// Dates of the proleptic Gregorian calendar in UTC, for texts that servers write. Pure.
enum CivilTime {
    private static let secondsOfDay: Int64 = 86_400

    /// Seconds since 1970; `nil` for a day or an hour that is none. A leap second is the one after it.
    static func seconds(_ date: (year: Int64, month: Int64, day: Int64), _ time: (Int64, Int64, Int64)) -> Int64? {
        let (hour, minute, second) = time
        guard (1...12).contains(date.month), (1...31).contains(date.day) else { return nil }
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second) else { return nil }
        let days = days(year: date.year, month: date.month, day: date.day)
        // The 31st of a month of 30 days would be the 1st of the next.
        guard self.date(fromDays: days) == date else { return nil }
        return days * secondsOfDay + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970-01-01 of a date; year 0 is 1 BC.
    ///
    /// Years are counted from March, so that the leap day is the last. Periods of 400 years have 146,097 days.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).floored(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day, counted from 1970-01-01.
    static func date(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).floored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Nanoseconds since 1970; `nil` beyond what 64 bits hold.
    static func nanoseconds(_ seconds: Int64, _ fraction: Int64) -> Int64? {
        let (scaled, isTooGreat) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isSumTooGreat) = scaled.addingReportingOverflow(fraction)
        return isTooGreat || isSumTooGreat ? nil : sum
    }

    /// Digits with zeros before them.
    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// The quotient towards minus infinity, and a remainder that is never negative.
    func floored(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
