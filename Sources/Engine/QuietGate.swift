import Coordination
import Logging
import Retention
import Synchronization

/// Says whether a firing may begin: at once, once it is quiet, or at its last moment.
///
/// It looks once and does not wait: a firing that has to wait goes back into the queue. So it holds no worker, outlives
/// this process, goes by the configuration of each moment, and is begun by whichever replica finds that it is quiet.
final class QuietGate: Sendable {
    enum Answer: Equatable {
        case begins
        case waits(Duration)
        /// Its hours are over.
        case isOver
    }

    /// How it came that a firing which had waited was begun.
    enum End: String, CaseIterable {
        case quiet
        case late
        /// At its last moment, and nobody could tell.
        case unknown
    }

    private enum Look: Equatable {
        case quiet
        case busy(String)
        case unknown(String)
    }

    /// A firing that is further ahead is of a clock that was set back since.
    private static let maximumAheadSeconds = 60.0

    private let logger: Logger
    private let now: @Sendable () -> Instant
    /// Told once for each firing that had to wait, as it begins.
    private let began: @Sendable (_ cycle: String, _ end: End) -> Void
    /// By cycle, what was said of the firing that waits: it is said again when it changes.
    private let told = Mutex<[String: String]>([:])

    init(
        logger: Logger,
        now: @escaping @Sendable () -> Instant,
        began: @escaping @Sendable (_ cycle: String, _ end: End) -> Void
    ) {
        self.logger = logger
        self.now = now
        self.began = began
    }

    /// - Parameters:
    ///   - isScheduling: false = the schedule is stopped, so that nothing that waits begins.
    ///   - cancellation: ends a look early; then the answer is of no use.
    func answer(
        to job: Job,
        of cycle: CycleDefinition,
        isScheduling: Bool,
        _ cancellation: Cancellation
    ) async -> Answer {
        // What was begun goes on, whatever the hour or the load; so does what somebody has asked for.
        guard let quiet = cycle.quiet, job.begunAt == nil else { return .begins }
        // By the window that is in force: it may be another one than when the cycle fired.
        if let window = cycle.window, !window.contains(now()) {
            forget(cycle)
            return .isOver
        }
        let hasWaited = job.dueAt > job.enqueuedAt
        guard isScheduling else {
            return wait(cycle, job, "the schedule is stopped", .info, for: quiet.checkEverySeconds, until: nil)
        }
        let deadline = quiet.deadline(of: job.firedAt, at: now(), within: cycle.window)
        let rest = rest(until: deadline, of: job)
        // A firing that is made up for after its last moment waits no more, so nobody looks.
        if rest <= 0, !hasWaited { return .begins }
        let look = await look(quiet, cancellation)
        if cancellation.isCancelled { return .begins }
        let pause = min(rest, quiet.checkEverySeconds)
        switch look {
        case .quiet: return begin(cycle, hasWaited, .quiet, nil)
        case .busy(let reason) where rest <= 0: return begin(cycle, hasWaited, .late, reason)
        case .unknown(let reason) where rest <= 0: return begin(cycle, hasWaited, .unknown, reason)
        case .busy(let reason): return wait(cycle, job, reason, .info, for: pause, until: deadline)
        case .unknown(let reason): return wait(cycle, job, reason, .warning, for: pause, until: deadline)
        }
    }

    /// Seconds. Where the clock was set back, a firing would wait as long for its last moment.
    private func rest(until deadline: Instant, of job: Job) -> Double {
        let seconds = now().secondsSinceEpoch
        guard job.firedAt.secondsSinceEpoch - seconds <= Self.maximumAheadSeconds else { return 0 }
        return deadline.secondsSinceEpoch - seconds
    }

    private func look(_ quiet: QuietWait, _ cancellation: Cancellation) async -> Look {
        let end = ContinuousClock.now + QuietWait.patience
        return await Blocking.run {
            do {
                let disturbance = try quiet.disturbance { cancellation.isCancelled || ContinuousClock.now >= end }
                return disturbance.map(Look.busy) ?? .quiet
            } catch is CancellationError {
                return .unknown(LogWords.quietUnanswered(within: QuietWait.patience))
            } catch {
                return .unknown(LogWords.quietUnknown(error))
            }
        }
    }

    private func begin(_ cycle: CycleDefinition, _ hasWaited: Bool, _ end: End, _ reason: String?) -> Answer {
        forget(cycle)
        guard hasWaited else { return .begins }
        if let reason {
            say(.warning, cycle, LogWords.begins(although: reason), "cleanup_cycle_not_quiet")
        } else {
            say(.info, cycle, "begins: it is quiet now", "cleanup_cycle_quiet")
        }
        began(cycle.name, end)
        return .begins
    }

    private func wait(
        _ cycle: CycleDefinition,
        _ job: Job,
        _ reason: String,
        _ level: Logger.Level,
        for seconds: Double,
        until deadline: Instant?
    ) -> Answer {
        // Figures differ from look to look: it is said once of a firing, and again when it can or cannot be told.
        let key = "\(job.id) \(level)"
        let isNew = told.withLock { $0.updateValue(key, forKey: cycle.name) != key }
        say(isNew ? level : .debug, cycle, LogWords.waits(because: reason, until: deadline), "cleanup_cycle_waits")
        return .waits(.seconds(seconds))
    }

    private func forget(_ cycle: CycleDefinition) {
        _ = told.withLock { $0.removeValue(forKey: cycle.name) }
    }

    private func say(_ level: Logger.Level, _ cycle: CycleDefinition, _ words: String, _ action: String) {
        logger.log(level: level, "\(cycle.name) \(words)", metadata: ["action": "\(action)", "cycle": "\(cycle.name)"])
    }
}
