/// Reads the text of a date, timestamp or timestamptz as the server writes it with `DateStyle` ISO.
///
/// `2026-11-21`, `2026-11-21 07:31:00.123456`, `… 07:31:00+00`, `…+05:30`, `…-04:56:02`, `… BC`, `infinity`.
/// A text without a zone counts as UTC.
struct PostgresTimeParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// - Returns: microseconds since 1970; `nil` if it is no such text.
    static func unix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        if bytes.elementsEqual("infinity".utf8) { return .max }
        if bytes.elementsEqual("-infinity".utf8) { return .min }
        var parser = PostgresTimeParser(bytes: bytes)
        return parser.parse()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func parse() -> Int64? {
        guard let year = number(4...7), take("-"), let month = number(2...2), take("-"), let day = number(2...2),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds: Int64 = 0
        var fraction: Int64 = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: " "), !atBC {
            position += 1
            guard let hour = number(2...2), take(":"), let minute = number(2...2), take(":"),
                let second = number(2...2), hour <= 24, minute < 60, second <= 60
            else { return nil }
            seconds = hour * 3600 + minute * 60 + second
            if take(".") {
                guard let digits = microseconds() else { return nil }
                fraction = digits
            }
            guard let zone = zoneSeconds() else { return nil }
            seconds -= zone
        }
        let isBC = atBC
        guard position == bytes.count || isBC else { return nil }
        let days = CivilTime.days(year: isBC ? 1 - year : year, month: month, day: day)
        let (product, overflow) = (days * 86_400 + seconds).multipliedReportingOverflow(by: 1_000_000)
        let (sum, carry) = product.addingReportingOverflow(fraction)
        return overflow || carry ? .max - 1 : sum
    }

    private var atBC: Bool { bytes[position...].elementsEqual(" BC".utf8) }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func number(_ width: ClosedRange<Int>) -> Int64? {
        var value: Int64 = 0
        let start = position
        while position < bytes.count, position - start < width.upperBound,
            let digit = Self.digit(bytes[position])
        {
            value = value * 10 + digit
            position += 1
        }
        return position - start < width.lowerBound ? nil : value
    }

    private mutating func microseconds() -> Int64? {
        let start = position
        guard let digits = number(1...6) else { return nil }
        return (position - start..<6).reduce(digits) { value, _ in value * 10 }
    }

    private mutating func zoneSeconds() -> Int64? {
        let isEast = take("+")
        guard isEast || take("-") else { return 0 }
        guard let hours = number(2...2) else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] as [Int64] where take(":") {
            guard let value = number(2...2) else { return nil }
            seconds += value * unit
        }
        return isEast ? seconds : -seconds
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}
