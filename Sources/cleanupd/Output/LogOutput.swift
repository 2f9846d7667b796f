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
        StandardError.write(line + "\n")
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
