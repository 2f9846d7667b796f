import Clients
import Foundation
import Retention
import Synchronization

/// The functions with which statements read times, which SQLite itself has no type for.
///
/// A time is a number of microseconds since 1970, or NULL for what is none. Every function rounds so that nothing seems
/// older than it is.
enum SQLiteTimes {
    static let collationName = "cleanupd_time"

    /// Compares texts as times where both are some, else by their bytes; times without a zone are of this one.
    static func collation(timezone: String) -> SQLiteCollation {
        let zone = SQLiteZone(timezone)
        return SQLiteCollation(collationName) { left, right in
            if let first = microseconds(left, zone), let second = microseconds(right, zone) {
                return first == second ? 0 : first < second ? -1 : 1
            }
            return left.lexicographicallyPrecedes(right) ? -1 : left.elementsEqual(right) ? 0 : 1
        }
    }

    private static func microseconds(_ bytes: UnsafeRawBufferPointer, _ zone: SQLiteZone?) -> Int64? {
        guard let text = SQLiteTimeText(bytes),
            let seconds = text.offset.map({ text.localSeconds - $0 }) ?? zone?.seconds(local: text.localSeconds)
        else { return nil }
        return seconds * 1_000_000 + text.microseconds
    }

    /// For the statements of one connection.
    static func functions() -> [SQLiteFunction] {
        let zones = SQLiteZones()
        return [
            SQLiteFunction("cleanupd_iso", argumentCount: 2) { arguments in
                guard case .text(let bytes) = arguments[0] else { return .null }
                return microseconds(bytes, zones[arguments[1]]).map { .integer($0) } ?? .null
            },
            SQLiteFunction("cleanupd_epoch", argumentCount: 1) { number($0[0], factor: 1_000_000) },
            SQLiteFunction("cleanupd_epoch_ms", argumentCount: 1) { number($0[0], factor: 1_000) },
            SQLiteFunction("cleanupd_stretch", argumentCount: 3) { arguments in
                guard case .text(let unit) = arguments[0], case .integer(let time) = arguments[1],
                    let zone = zones[arguments[2]]
                else { return .null }
                return stretch(unit, time, zone).map { .integer($0) } ?? .null
            },
            SQLiteFunction("cleanupd_minus", argumentCount: 4) { arguments in
                guard case .integer(let time) = arguments[0], case .integer(let months) = arguments[1],
                    case .integer(let milliseconds) = arguments[2], let zone = zones[arguments[3]]
                else { return .null }
                let age = Age(months: Int(months), milliseconds: milliseconds, text: "")
                let (nanoseconds, overflow) = time.multipliedReportingOverflow(by: 1_000)
                let instant = Instant(nanoseconds: overflow ? (time < 0 ? .min : .max) : nanoseconds)
                return .integer(floored(age.before(instant, zone: zone.zone).nanoseconds, 1_000))
            },
        ]
    }

    /// Seconds or milliseconds since 1970, as a number or as the text of one. Beyond what microseconds can say it is held
    /// at the end, which keeps the order; infinite is no time.
    private static func number(_ argument: SQLiteArguments.Argument, factor: Int64) -> SQLiteFunction.Result {
        switch argument {
        case .integer(let value):
            let (product, overflow) = value.multipliedReportingOverflow(by: factor)
            return .integer(overflow ? (value < 0 ? .min : .max) : product)
        case .real(let value): return number(value, factor: factor)
        case .text(let bytes):
            // An exact integer stays exact.
            guard let text = String(validating: bytes, as: UTF8.self) else { return .null }
            if let value = Int64(text) { return number(.integer(value), factor: factor) }
            guard text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2e || $0 == 0x2d }),
                let value = Double(text)
            else { return .null }
            return number(value, factor: factor)
        case .null, .blob: return .null
        }
    }

    private static func number(_ value: Double, factor: Int64) -> SQLiteFunction.Result {
        guard value.isFinite else { return .null }
        let product = (value * Double(factor)).rounded(.up)
        return .integer(Int64(exactly: product) ?? (value < 0 ? .min : .max))
    }

    private static func stretch(_ unit: UnsafeRawBufferPointer, _ time: Int64, _ zone: SQLiteZone) -> Int64? {
        let seconds = floored(time, 1_000_000)
        let local = seconds + zone.offset(at: seconds)
        let day = floored(local, 86_400)
        // ISO 8601: weeks start on Monday, and 1970-01-01 was a Thursday.
        switch CalendarUnit(rawValue: String(decoding: unit, as: UTF8.self)) {
        case .hour: return floored(local, 3600)
        case .day: return day
        case .week: return floored(day + 3, 7)
        case .month:
            let date = date(day)
            return date.year * 12 + date.month - 1
        case .year: return date(day).year
        case nil: return nil
        }
    }

    /// The inverse of `SQLiteTimeText.dayNumber`.
    private static func date(_ day: Int64) -> (year: Int64, month: Int64) {
        let shifted = day + 719_468
        let era = floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-1 - value) / divisor) - 1
    }
}

/// Zones by name, as the functions get it: again and again the same.
private final class SQLiteZones: Sendable {
    private struct Known {
        var name: [UInt8] = []
        var zone: SQLiteZone?
    }

    private let last = Mutex(Known())

    /// `nil` for a name that is not known, which no statement of ours has.
    subscript(_ argument: SQLiteArguments.Argument) -> SQLiteZone? {
        guard case .text(let bytes) = argument else { return nil }
        return last.withLock { last in
            if last.name.elementsEqual(bytes) { return last.zone }
            last = Known(name: Array(bytes), zone: SQLiteZone(String(decoding: bytes, as: UTF8.self)))
            return last.zone
        }
    }
}
