import Retention

/// Reads the time that stands in a field of a hash.
enum KeyTime {
    /// Longer texts are no times.
    static let longest = 64

    /// RFC 3339, or seconds or milliseconds since 1970, which their size tells apart: seconds of the years 1973 to 5138.
    /// - Returns: `nil` for everything else, also for small numbers: a counter, or a zero for "never", is not old.
    static func parse(_ bytes: [UInt8]) -> Instant? {
        guard bytes.count <= longest, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        if let instant = number(text) { return instant }
        do {
            return try Timestamp.parse(text)
        } catch {
            // Whoever asks keeps the key, and says so.
            return nil
        }
    }

    private static func number(_ text: String) -> Instant? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, isDigits(whole), let value = Int64(whole) else { return nil }
        let digits = parts.count > 1 ? parts[1] : "0"
        guard isDigits(digits), let fraction = Int64((digits + "000000000").prefix(9)) else { return nil }
        switch value {
        case 100_000_000..<100_000_000_000:
            return Instant(seconds: value, nanoseconds: fraction)
        case 100_000_000_000..<100_000_000_000_000:
            return Instant(seconds: value / 1000, nanoseconds: value % 1000 * 1_000_000 + fraction / 1000)
        default: return nil
        }
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
