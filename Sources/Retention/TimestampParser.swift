/// Reads one RFC 3339 time from left to right.
struct TimestampParser {
    private let text: String
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func parse() throws(TimestampError) -> Instant {
        let day = try date()
        try skip("Tt ")
        let (seconds, isLeap) = try time()
        let nanoseconds = try fraction()
        let utc = day.value * DayNumber.secondsPerDay + seconds - (try offset())
        guard index == bytes.count else { throw malformed() }
        // The second named 60 is the one after 59, and only the last of a day in UTC has it.
        guard !isLeap || utc % DayNumber.secondsPerDay == 0 else {
            throw noSuchTime("has a second 60, which only 23:59 UTC can have")
        }
        let (whole, overflow) = utc.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return try edge(utc, nanoseconds) }
        let (sum, carry) = whole.addingReportingOverflow(nanoseconds)
        guard !carry else { throw outOfRange() }
        return Instant(nanoseconds: sum)
    }

    // MARK: Parts

    private mutating func date() throws(TimestampError) -> DayNumber {
        let year = try number(4)
        try skip("-")
        let month = try number(2)
        try skip("-")
        let day = try number(2)
        guard (1...12).contains(month), day >= 1 else { throw noSuchTime("has a date that does not exist") }
        let result = DayNumber(year: year, month: month, day: day)
        guard result.date.month == month, result.date.day == day else {
            throw noSuchTime("has a date that does not exist")
        }
        return result
    }

    private mutating func time() throws(TimestampError) -> (seconds: Int64, isLeap: Bool) {
        let hour = try number(2)
        try skip(":")
        let minute = try number(2)
        try skip(":")
        let second = try number(2)
        guard hour <= 23, minute <= 59, second <= 60 else { throw noSuchTime("has a time of day that does not exist") }
        return (hour * 3600 + minute * 60 + second, second == 60)
    }

    private mutating func fraction() throws(TimestampError) -> Int64 {
        guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return 0 }
        index += 1
        let start = index
        var value: Int64 = 0
        while let digit {
            guard index - start < 9 else {
                throw TimestampError(.tooFine, text, "has more than nine digits of a second. Write at most nine.")
            }
            value = value * 10 + digit
            index += 1
        }
        guard index > start else { throw malformed() }
        for _ in (index - start)..<9 { value *= 10 }
        return value
    }

    /// Seconds ahead of UTC.
    private mutating func offset() throws(TimestampError) -> Int64 {
        guard index < bytes.count else { throw malformed() }
        let sign = bytes[index]
        index += 1
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw malformed() }
        let hours = try number(2)
        try skip(":")
        let minutes = try number(2)
        guard hours <= 23, minutes <= 59 else { throw noSuchTime("has an offset that does not exist") }
        return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    /// The first second begins before the first instant, which is in the middle of it.
    private func edge(_ utc: Int64, _ nanoseconds: Int64) throws(TimestampError) -> Instant {
        let (next, overflow) = (utc + 1).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = next.addingReportingOverflow(nanoseconds - 1_000_000_000)
        guard !overflow, !carry else { throw outOfRange() }
        return Instant(nanoseconds: sum)
    }

    // MARK: Bytes

    private var digit: Int64? {
        guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
        return Int64(bytes[index] - UInt8(ascii: "0"))
    }

    private mutating func number(_ width: Int) throws(TimestampError) -> Int64 {
        var value: Int64 = 0
        for _ in 0..<width {
            guard let digit else { throw malformed() }
            value = value * 10 + digit
            index += 1
        }
        return value
    }

    private mutating func skip(_ choices: String) throws(TimestampError) {
        guard index < bytes.count, choices.utf8.contains(bytes[index]) else { throw malformed() }
        index += 1
    }

    // MARK: Refusals

    private func malformed() -> TimestampError {
        TimestampError(
            .malformed,
            text,
            "is not of the form of RFC 3339. Write 2026-01-02T03:04:05Z, or 2026-01-02T03:04:05+01:00."
        )
    }

    private func noSuchTime(_ problem: String) -> TimestampError {
        TimestampError(.noSuchTime, text, "\(problem). Write a time such as 2026-01-02T03:04:05Z.")
    }

    private func outOfRange() -> TimestampError {
        TimestampError(.outOfRange, text, "is out of range. Write a time between the years 1678 and 2261.")
    }
}
