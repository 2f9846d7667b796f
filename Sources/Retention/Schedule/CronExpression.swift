/// Five sets of values, and whether a day must be in both sets of days or in either.
///
/// The day fields work as in Vixie cron: when neither begins with `*` (nor is `?`), a day that is in either of them
/// fires; otherwise a day must be in both. So `0 0 1 * mon` fires on the first and on each Monday, and
/// `0 0 */2 * mon` on Mondays with an odd date.
struct CronExpression: Equatable, Sendable {
    let minutes: UInt64
    let hours: UInt64
    let daysOfMonth: UInt64
    let months: UInt64
    let weekdays: UInt64
    /// The last day of a month fires, whatever its number.
    let includesLastDay: Bool
    /// A day in either set of days fires; otherwise it must be in both.
    let eitherDay: Bool
    /// The minute or hour field begins with `*`: it follows the wall clock as it is, through changes of the offset.
    let isWildcard: Bool

    /// - Parameter text: five fields between blanks, or `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`,
    ///   `@yearly`, `@annually`.
    init(parsing text: String) throws(ScheduleError) {
        let words = Self.words(text)
        guard let first = words.first else {
            throw ScheduleError(.empty, "The cron expression is empty. Write five fields, such as \"0 2 * * *\".")
        }
        try self.init(fields: first.hasPrefix("@") ? Self.macro(words, in: text) : words, text: text)
    }

    private init(fields: [String], text: String) throws(ScheduleError) {
        try Self.checkCount(fields, text)
        func parse(_ field: CronField, _ index: Int) throws(ScheduleError) -> CronFieldParser.Values {
            try CronFieldParser(field: field, text: fields[index], expression: text).parse()
        }
        let minute = try parse(.minute, 0)
        let hour = try parse(.hour, 1)
        let dayOfMonth = try parse(.dayOfMonth, 2)
        let month = try parse(.month, 3)
        let weekday = try parse(.weekday, 4)
        minutes = minute.bits
        hours = hour.bits
        daysOfMonth = dayOfMonth.bits
        months = month.bits
        weekdays = weekday.bits
        includesLastDay = dayOfMonth.includesLastDay
        eitherDay = !dayOfMonth.isWildcard && !weekday.isWildcard
        isWildcard = minute.isWildcard || hour.isWildcard
        guard hasPossibleDate else {
            throw ScheduleError(
                .impossibleDate,
                expression: text,
                "names a date that does not exist: no month of \(ScheduleError.quoted(fields[3])) has a day of "
                    + "\(ScheduleError.quoted(fields[2])). Write L for the last day of a month."
            )
        }
    }

    // MARK: Reading

    private static func words(_ text: String) -> [String] {
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        return text.utf8.split { blanks.contains($0) }.map { String(Substring($0)) }
    }

    private static func macro(_ words: [String], in text: String) throws(ScheduleError) -> [String] {
        let name = words[0].lowercased()
        let fields: String? =
            switch name {
            case "@hourly": "0 * * * *"
            case "@daily", "@midnight": "0 0 * * *"
            case "@weekly": "0 0 * * 0"
            case "@monthly": "0 0 1 * *"
            case "@yearly", "@annually": "0 0 1 1 *"
            default: nil
            }
        if let fields, words.count == 1 { return Self.words(fields) }
        let problem =
            switch name {
            case "@reboot": "has no time. To run when the service starts, write at_start: true beside the schedule."
            case "@every": "is no cron expression. For an interval write every: 1h in place of schedule."
            default:
                "is not known. Write five fields, or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, "
                    + "@annually alone."
            }
        throw ScheduleError(.macro, expression: text, problem)
    }

    private static func checkCount(_ fields: [String], _ text: String) throws(ScheduleError) {
        guard fields.count != 5 else { return }
        let names = "minute, hour, day-of-month, month, weekday"
        let hint =
            fields.count == 6
            ? "Seconds and years are not supported; for less than a minute write every: 30s in place of schedule."
            : "Write \"0 2 * * *\" for every day at 02:00."
        let count = "has \(fields.count) field\(fields.count == 1 ? "" : "s") and must have five (\(names))."
        throw ScheduleError(.fieldCount, expression: text, "\(count) \(hint)")
    }

    /// Half an expression that can never hold is a slip, even where the weekday would still fire.
    private var hasPossibleDate: Bool {
        if includesLastDay { return true }
        return (1...12).contains { month in
            let longest = [4, 6, 9, 11].contains(month) ? 30 : month == 2 ? 29 : 31
            return months & (1 << UInt64(month)) != 0 && (1...longest).contains { daysOfMonth & (1 << UInt64($0)) != 0 }
        }
    }
}
