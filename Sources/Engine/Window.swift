import Foundation
package import Retention

/// The hours of a day in which a cycle may work.
package struct Window: Sendable, Equatable {
    /// Minutes since midnight, 0...1440.
    package var fromMinute: Int
    /// Minutes since midnight, not part of the window; less than `fromMinute` = on the next day.
    package var toMinute: Int
    /// IANA name.
    package var zone: String

    package init(fromMinute: Int, toMinute: Int, zone: String) {
        self.fromMinute = fromMinute
        self.toMinute = toMinute
        self.zone = zone
    }

    /// Whether the wall clock of the zone stands within the window. An unknown zone counts as UTC.
    package func contains(_ instant: Instant) -> Bool {
        let timeZone = TimeZone(identifier: zone) ?? .gmt
        let seconds = Int64(instant.secondsSinceEpoch.rounded(.down))
        let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: instant.secondsSinceEpoch))
        let minute = Int(((seconds + Int64(offset)) % 86_400 + 86_400) % 86_400) / 60
        return fromMinute <= toMinute
            ? (fromMinute..<toMinute).contains(minute)
            : minute >= fromMinute || minute < toMinute
    }
}
