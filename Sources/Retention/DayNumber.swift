/// A day as a number: days since 1970-01-01 in the Gregorian calendar, extended in both directions.
///
/// Algorithm: counting in eras of 400 years that start on 1 March, so that the leap day is the last of a year.
struct DayNumber: Equatable {
    static let secondsPerDay: Int64 = 86_400

    var value: Int64

    init(_ value: Int64) {
        self.value = value
    }

    /// - Parameter localSeconds: seconds since 1970-01-01T00:00:00 on the wall clock.
    init(localSeconds: Int64) {
        value = localSeconds.flooredQuotient(Self.secondsPerDay)
    }

    /// - Parameters:
    ///   - month: 1...12
    ///   - day: 1...31
    init(year: Int64, month: Int64, day: Int64) {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        value = era * 146_097 + dayOfEra - 719_468
    }

    var date: (year: Int64, month: Int64, day: Int64) {
        let shifted = value + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The same day of the month that many months earlier, or that month's last day where it has fewer.
    func minus(months: Int64) -> DayNumber {
        let (year, month, day) = date
        let count = year * 12 + (month - 1) - months
        let (targetYear, targetMonth) = (count.flooredQuotient(12), count - count.flooredQuotient(12) * 12 + 1)
        let first = DayNumber(year: targetYear, month: targetMonth, day: 1).value
        let next =
            targetMonth == 12
            ? DayNumber(year: targetYear + 1, month: 1, day: 1)
            : DayNumber(year: targetYear, month: targetMonth + 1, day: 1)
        return DayNumber(min(first + day, next.value) - 1)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    @inline(__always)
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((-1 - self) / divisor) - 1
    }
}
