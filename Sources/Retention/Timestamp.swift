package import Foundation

/// Times as RFC 3339 text, exactly and without a locale.
package enum Timestamp {
    /// The time in UTC, `2026-01-02T03:04:05Z`.
    ///
    /// - Parameter fractional: adds as many digits as the nanoseconds need (none for a whole second); otherwise the
    ///   second in which the instant lies.
    package static func format(_ instant: Instant, fractional: Bool = false) -> String {
        text(instant, offset: nil, fractional: fractional)
    }

    /// The time on the wall clock of a zone, `2026-01-02T04:04:05+01:00`; with `Z` where the zone is `UTC`.
    ///
    /// An offset with seconds (local mean time) is cut to minutes, the wall clock with it: the instant stays exact.
    /// - Parameter zone: IANA name; a name that is not known gives UTC, so check names first (``Schedule`` does).
    package static func format(_ instant: Instant, zone: String, fractional: Bool = false) -> String {
        guard zone != "UTC", let zone = TimeZone(identifier: zone) else {
            return format(instant, fractional: fractional)
        }
        let offset = zone.offsetSeconds(at: instant.nanoseconds.flooredQuotient(1_000_000_000))
        return text(instant, offset: offset / 60, fractional: fractional)
    }

    /// Reads `2026-01-02T03:04:05Z`: a fraction of up to nine digits, offsets such as `+05:30`, and as the RFC allows
    /// `t`, `z` and a blank in place of `T`. The leap second 23:59:60 UTC is the second that follows.
    ///
    /// - Throws: ``TimestampError``, also for times beyond what an ``Instant`` holds (1677 to 2262).
    package static func parse(_ text: String) throws(TimestampError) -> Instant {
        var parser = TimestampParser(text)
        return try parser.parse()
    }

    /// Reads a time without an offset, `2026-01-02T03:04:05.5`, as the wall clock of a zone shows it; of two such times
    /// (clocks set back) the later.
    ///
    /// - Throws: ``TimestampError``, also for a time with an offset.
    package static func parse(local text: String, zone: TimeZone) throws(TimestampError) -> Instant {
        let local = try parse(text + "Z").nanoseconds
        let seconds = local.flooredQuotient(1_000_000_000)
        // Wrapping, because the last whole second before the earliest instant is not one.
        let fraction = local &- seconds &* 1_000_000_000
        return Instant(seconds: zone.latestInstantSeconds(local: seconds), nanoseconds: fraction)
    }

    // MARK: Writing

    /// - Parameter offset: minutes ahead of UTC; nil for `Z`.
    private static func text(_ instant: Instant, offset: Int64?, fractional: Bool) -> String {
        let seconds = instant.nanoseconds.flooredQuotient(1_000_000_000)
        let local = seconds + (offset ?? 0) * 60
        let day = DayNumber(localSeconds: local)
        let date = day.date
        let time = local - day.value * DayNumber.secondsPerDay
        return String(unsafeUninitializedCapacity: 40) { buffer in
            var writer = Writer(buffer: buffer)
            writer.digits(date.year, 4)
            writer.digits(date.month, 2, after: "-")
            writer.digits(date.day, 2, after: "-")
            writer.digits(time / 3600, 2, after: "T")
            writer.digits(time / 60 % 60, 2, after: ":")
            writer.digits(time % 60, 2, after: ":")
            // Not `seconds * 1e9`: the first second begins before the first instant.
            let nanoseconds = (instant.nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
            if fractional { writer.fraction(nanoseconds) }
            guard let offset else {
                writer.byte("Z")
                return writer.count
            }
            writer.digits(abs(offset) / 60, 2, after: offset < 0 ? "-" : "+")
            writer.digits(abs(offset) % 60, 2, after: ":")
            return writer.count
        }
    }

    /// ASCII into a buffer that is large enough.
    private struct Writer {
        let buffer: UnsafeMutableBufferPointer<UInt8>
        var count = 0

        mutating func byte(_ scalar: Unicode.Scalar) {
            buffer[count] = UInt8(ascii: scalar)
            count += 1
        }

        mutating func digits(_ value: Int64, _ width: Int, after separator: Unicode.Scalar? = nil) {
            if let separator { byte(separator) }
            var rest = value
            for index in stride(from: count + width - 1, through: count, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            count += width
        }

        /// Without zeros at the end.
        mutating func fraction(_ nanoseconds: Int64) {
            guard nanoseconds > 0 else { return }
            var (value, width) = (nanoseconds, 9)
            while value % 10 == 0 { (value, width) = (value / 10, width - 1) }
            digits(value, width, after: ".")
        }
    }
}
