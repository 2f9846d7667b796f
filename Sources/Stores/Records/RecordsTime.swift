import Clients
import Foundation
import Retention

/// Reads the time that stands in a field of a record.
enum RecordsTime {
    /// Longer texts are no times.
    private static let longest = 64

    /// - Returns: `nil` for everything that is no time; where the format is not given also for small numbers: a counter,
    ///   or a zero for "never", is not old.
    static func parse(_ field: JSONField, _ format: RowsSpecification.TimeFormat?, zone: TimeZone) -> Instant? {
        switch field {
        case .string(let text) where text.utf8.count <= longest:
            switch format {
            case .iso: return iso(text, zone)
            case .epoch: return number(text).flatMap { instant($0, perSecond: 1) }
            case .epochMilliseconds: return number(text).flatMap { instant($0, perSecond: 1000) }
            case nil: return number(text).map(bySize) ?? iso(text, zone)
            }
        case .number(let text) where text.utf8.count <= longest:
            switch format {
            case .iso: return nil
            case .epoch: return number(text).flatMap { instant($0, perSecond: 1) }
            case .epochMilliseconds: return number(text).flatMap { instant($0, perSecond: 1000) }
            case nil: return number(text).flatMap(bySize)
            }
        default: return nil
        }
    }

    private static func iso(_ text: String, _ zone: TimeZone) -> Instant? {
        do throws(TimestampError) {
            return try Timestamp.parse(text)
        } catch {
            do throws(TimestampError) {
                return try Timestamp.parse(local: text, zone: zone)
            } catch {
                // Whoever asks keeps the record, and says so.
                return nil
            }
        }
    }

    /// Seconds of the years 1973 to 5138, or milliseconds.
    private static func bySize(_ value: Decimal) -> Instant? {
        if (100_000_000..<100_000_000_000).contains(value) { return instant(value, perSecond: 1) }
        if (100_000_000_000..<100_000_000_000_000).contains(value) { return instant(value, perSecond: 1000) }
        return nil
    }

    /// As JSON writes numbers: `1700000000.25`, `1.7e9`.
    private static func number(_ text: String) -> Decimal? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
            let value = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")), value.isFinite
        else { return nil }
        return value
    }

    /// - Returns: `nil` beyond what an instant holds: that is no time.
    private static func instant(_ value: Decimal, perSecond: Int64) -> Instant? {
        var nanoseconds = value * Decimal(1_000_000_000 / perSecond)
        guard nanoseconds > Decimal(Int64.min), nanoseconds < Decimal(Int64.max) else { return nil }
        var rounded = Decimal()
        NSDecimalRound(&rounded, &nanoseconds, 0, .down)
        return Int64("\(rounded)").map(Instant.init(nanoseconds:))
    }
}
