import Foundation
import Logging
import Retention

/// Writes log lines to standard error: text for people, or one JSON object a line.
struct LogOutput: LogHandler {
    enum Format: String, Sendable {
        case text, json
    }

    let format: Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let own = event.metadata { fields.merge(own) { $1 } }
        let now = Timestamp.format(Self.now())
        let line = format == .json ? json(event, now, fields) : text(event, now, fields)
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private func text(_ event: LogEvent, _ time: String, _ fields: Logger.Metadata) -> String {
        let level = event.level.rawValue.uppercased().padding(toLength: 8, withPad: " ", startingAt: 0)
        let rest = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted("\($0.value)"))" }
        let message = DisplayName.printable("\(event.message)".utf8)
        return "\(time) \(level) [cleanup] \(message) \(rest.joined(separator: " "))"
    }

    private func json(_ event: LogEvent, _ time: String, _ fields: Logger.Metadata) -> String {
        var members = [
            ("time", JSONString.quoted(time)), ("level", JSONString.quoted(event.level.rawValue)),
            ("message", JSONString.quoted("\(event.message)")),
        ]
        members += fields.sorted { $0.key < $1.key }.map { ($0.key, JSONString.quoted("\($0.value)")) }
        return JSONText.object(members)
    }

    /// A value with spaces, quotes or control characters cannot pretend to be another field or line.
    private static func quoted(_ value: String) -> String {
        let safe = DisplayName.printable(value.utf8)
        let isPlain = !safe.isEmpty && !safe.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isPlain ? safe : "\"" + safe.replacing("\"", with: "\\\"") + "\""
    }

    private static func now() -> Instant { SystemClock.now() }
}

/// The one place that reads the clocks of the machine.
enum SystemClock {
    /// Both clocks; `nil` where the kernel does not tell which start of the machine this is.
    static func reading() -> ClockReading? {
        guard let boot = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") else { return nil }
        var time = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
        return ClockReading(
            wall: now().secondsSinceEpoch,
            sinceBoot: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9,
            boot: String(decoding: boot.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        )
    }

    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
