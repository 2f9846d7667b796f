import Foundation
import Logging
import Stores

/// Holds a run back while its database is under pressure, and says why.
struct PressureWatch {
    /// Seconds between two looks.
    private static let interval = 1.0

    let task: String
    let metrics: EngineMetrics
    let logger: Logger
    /// While this file exists, the run waits.
    let holdFile: String?
    /// Others used the database at the last look.
    private(set) var isShared = false
    private var nextLook: ContinuousClock.Instant?
    private var cause: BatchPressure.Cause?

    init(task: String, holdFile: String?, metrics: EngineMetrics, logger: Logger) {
        self.task = task
        self.holdFile = holdFile
        self.metrics = metrics
        self.logger = logger
    }

    /// Blocking; ends when nothing holds back any more, or when the run is cancelled.
    /// - Returns: whether the run may go on. Throws what the store throws.
    mutating func waitUntilFree(of remover: any BatchRemover, _ cancellation: Cancellation) throws -> Bool {
        while !cancellation.isCancelled {
            let now = ContinuousClock.now
            let hold = heldByFile
            if hold == nil, let nextLook, now < nextLook, cause == nil { return true }
            let pressure = try hold ?? look(remover, cancellation)
            nextLook = ContinuousClock.now + .seconds(Self.interval)
            say(pressure)
            guard let pressure else { return true }
            let start = ContinuousClock.now
            cancellation.wait(seconds: Self.interval)
            metrics.throttled(task, pressure.cause, seconds: (ContinuousClock.now - start) / .seconds(1))
        }
        return false
    }

    private mutating func look(_ remover: any BatchRemover, _ cancellation: Cancellation) throws -> BatchPressure? {
        let conditions = try remover.conditions { cancellation.isCancelled }
        isShared = conditions.isShared
        if let lag = conditions.replicaLag { metrics.lagged(task, seconds: lag) }
        return conditions.pressure
    }

    /// Somebody holds the task by its file, in the middle of a run.
    private var heldByFile: BatchPressure? {
        guard let holdFile, access(holdFile, F_OK) == 0 else { return nil }
        return BatchPressure(.pause, reason: "\(holdFile) exists")
    }

    /// Logged when it changes, not each second.
    private mutating func say(_ pressure: BatchPressure?) {
        guard pressure?.cause != cause else { return }
        cause = pressure?.cause
        logger.info(
            "\(task): \(pressure.map { "held back: \($0.reason)" } ?? "goes on; nothing holds it back any more")",
            metadata: [
                "action": pressure == nil ? "cleanup_resumed" : "cleanup_throttled", "task": "\(task)",
                "cause": "\(pressure?.cause.rawValue ?? "none")",
            ]
        )
    }
}
