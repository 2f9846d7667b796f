import Foundation
import Synchronization

/// A time zone that is asked millions of times: days on which its offset does not change are remembered.
final class SQLiteZone: Sendable {
    /// Days remembered; a table that spans more is read from the start again.
    private static let capacity = 100_000

    let zone: TimeZone
    private let isUTC: Bool
    /// Offsets by the number of the day in UTC; `nil` = it changes within the day.
    private let days = Mutex<[Int64: Int64?]>([:])

    /// `nil` for a name that is not known.
    init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
        isUTC = name == "UTC"
    }

    /// What the wall clock is ahead of UTC, in seconds.
    func offset(at seconds: Int64) -> Int64 {
        if isUTC { return 0 }
        let day = (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400
        let known: Int64?? = days.withLock { $0[day] }
        if let known { return known ?? ask(seconds) }
        let (first, last) = (ask(day * 86_400), ask(day * 86_400 + 86_399))
        days.withLock { days in
            if days.count >= Self.capacity { days.removeAll(keepingCapacity: true) }
            days.updateValue(first == last ? first : nil, forKey: day)
        }
        return first == last ? first : ask(seconds)
    }

    /// The moment at which the wall clock shows `local`: the later of two, so that no row seems older than it is; where
    /// the clock jumped over it, the later reading as well.
    func seconds(local: Int64) -> Int64 {
        if isUTC { return local }
        let (early, late) = (local - offset(at: local - 86_400), local - offset(at: local + 86_400))
        if early == late { return early }
        let real = [early, late].filter { $0 + offset(at: $0) == local }
        return real.max() ?? max(early, late)
    }

    private func ask(_ seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }
}
