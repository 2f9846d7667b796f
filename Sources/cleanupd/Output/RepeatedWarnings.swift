import Logging
import Synchronization

/// Warnings that come again and again while something lasts: each is shown once a minute, the others at debug.
final class RepeatedWarnings: Sendable {
    private static let pause = Duration.seconds(60)

    private let logger: Logger
    private let shown = Mutex<[String: ContinuousClock.Instant]>([:])

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// - Parameter subject: what is the same each time, however the message tells it.
    func warn(about subject: String, _ message: String, metadata: Logger.Metadata) {
        let now = ContinuousClock.now
        let isNew = shown.withLock { shown in
            shown = shown.filter { now - $0.value < Self.pause }
            guard shown[subject] == nil else { return false }
            shown[subject] = now
            return true
        }
        logger.log(level: isNew ? .warning : .debug, "\(message)", metadata: metadata)
    }
}
