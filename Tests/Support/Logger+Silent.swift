package import Logging

extension Logger {
    /// For tests that nothing said can fail (others: `RecordedLog`).
    package static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
