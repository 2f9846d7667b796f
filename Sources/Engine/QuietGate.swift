import Coordination
import Logging
import Retention

/// Holds a firing back until it is quiet, or until its last moment has come.
struct QuietGate: Sendable {
    /// Between two looks at whether the job was cancelled.
    private static let slice = Duration.seconds(1)
    /// A look that takes longer is given up: whoever is that slow to answer is not quiet.
    private static let patience = Duration.seconds(10)

    let logger: Logger
    let now: @Sendable () -> Instant
    /// Told once for each firing that began: whether its last moment had come.
    let passed: @Sendable (_ cycle: String, _ isLate: Bool) -> Void

    /// Returns when the firing may begin, or when the job was cancelled.
    func wait(_ cycle: CycleDefinition, firedAt: Instant, _ cancellation: Cancellation) async {
        guard let quiet = cycle.quiet else { return }
        let deadline = quiet.deadline(of: firedAt, within: cycle.window)
        // Counted from here by a clock that nobody sets.
        let begin = ContinuousClock.now
        let left = Duration.seconds(deadline.secondsSinceEpoch - now().secondsSinceEpoch)
        var told: String?
        while !cancellation.isCancelled {
            guard let disturbance = await look(quiet, cancellation) else {
                if told != nil { say(.info, cycle, "begins: it is quiet now", "cleanup_cycle_quiet") }
                return passed(cycle.name, false)
            }
            let rest = left - (ContinuousClock.now - begin)
            guard rest > .zero else {
                let words = "begins although \(disturbance): it has waited for as long as when_quiet.at_latest says"
                say(.warning, cycle, words, "cleanup_cycle_not_quiet")
                return passed(cycle.name, true)
            }
            if told == nil {
                let words = "waits, because \(disturbance); it begins at \(Timestamp.format(deadline)) at the latest"
                say(.info, cycle, words, "cleanup_cycle_waits")
                told = disturbance
            }
            await pause(min(rest, .seconds(quiet.checkEverySeconds)), cancellation)
        }
    }

    /// Why it is not quiet; `nil` = it is.
    private func look(_ quiet: QuietWait, _ cancellation: Cancellation) async -> String? {
        let end = ContinuousClock.now + Self.patience
        return await Blocking.run {
            do {
                return try quiet.disturbance { cancellation.isCancelled || ContinuousClock.now >= end }
            } catch is CancellationError {
                return "the query of when_quiet took longer than \(Self.patience)"
            } catch {
                return "nobody knows whether it is quiet: \(error)"
            }
        }
    }

    private func pause(_ duration: Duration, _ cancellation: Cancellation) async {
        let end = ContinuousClock.now + duration
        while !cancellation.isCancelled {
            let rest = end - ContinuousClock.now
            guard rest > .zero else { return }
            do {
                try await Task.sleep(for: min(rest, Self.slice))
            } catch {
                // The worker ends.
                cancellation.cancel(.shutdown)
            }
        }
    }

    private func say(_ level: Logger.Level, _ cycle: CycleDefinition, _ words: String, _ action: String) {
        logger.log(level: level, "\(cycle.name) \(words)", metadata: ["action": "\(action)", "cycle": "\(cycle.name)"])
    }
}
