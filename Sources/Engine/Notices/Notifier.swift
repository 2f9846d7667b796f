package import Logging
package import Retention
import ServiceLifecycle
import State
import Synchronization

/// Tells those whom cycles name of what came of them.
///
/// Messages are kept in memory: they are news, which lose their worth within minutes, and what must not be lost stands
/// in the history and in the metrics, which alerts watch. Those that a process leaves behind are logged and counted.
///
/// Returning from `run` means that it was told to stop, and that what was on its way has arrived or is lost.
package final class Notifier: Service {
    /// A service that is told to end waits no longer for servers of others.
    private static let farewell = Duration.seconds(3)
    private static let ending = "the process ends"

    private let replica: String
    private let metrics: NoticeMetrics
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private let chance: @Sendable () -> Double
    private let queue: Mutex<NoticeQueue>
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - replica: name of this process, for receivers.
    ///   - chance: 0..<1, random; spreads tries that failed together.
    package init(
        replica: String,
        metrics: NoticeMetrics,
        logger: Logger,
        timing: NoticeTiming = NoticeTiming(),
        now: @escaping @Sendable () -> Instant,
        chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.replica = replica
        self.metrics = metrics
        self.logger = logger
        self.now = now
        self.chance = chance
        queue = Mutex(NoticeQueue(timing))
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes note of the end of a cycle, for each rule that its outcome meets. Waits for nobody and never fails.
    package func tell(_ end: CycleEnd, by rules: [NoticeRule]) {
        guard let outcome = end.outcome else { return }
        let met = rules.filter { $0.on.contains(outcome) }
        guard !met.isEmpty else { return }
        let event = RunID.make(at: now()).description
        let message: [UInt8]
        do {
            message = try NoticeDocument(end, outcome: outcome, event: event, replica: replica).encoded()
        } catch {
            // Seconds that are no number: no run is known to have had such.
            metrics.ended(end.cycle, .dropped)
            let metadata = Self.metadata("failed", end.cycle)
            logger.error("\(LogWords.cannotBeTold(end, error))", metadata: metadata)
            return
        }
        for rule in met {
            let notice = Notice(
                cycle: end.cycle,
                outcome: outcome,
                event: event,
                message: message,
                channel: rule.channel
            )
            let (lost, hasEnded) = queue.withLock { queue in (queue.add(notice, at: .now), queue.hasEnded) }
            guard let lost else { continue }
            lose(lost, because: hasEnded ? Self.ending : LogWords.tooManyWait)
        }
        wake.yield()
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await work()
        } onGracefulShutdown: {
            self.hurry(Self.farewell)
        }
    }

    /// Delivers what has been told so far, and nothing later: for a command, which ends then.
    package func finish(within bound: Duration) async {
        hurry(bound)
        await work()
    }

    private func hurry(_ bound: Duration) {
        let now = ContinuousClock.now
        queue.withLock { $0.hurry(until: now + bound, at: now) }
        wake.yield()
    }

    // MARK: Work

    private func work() async {
        await withDiscardingTaskGroup { group in
            wake.yield()
            for await _ in wakes {
                let now = ContinuousClock.now
                let (taken, look, isOver) = queue.withLock { queue in
                    (queue.take(at: now), queue.look(at: now), queue.isOver(at: now))
                }
                guard !isOver else { break }
                for entry in taken { group.addTask { await self.deliver(entry) } }
                if let look { group.addTask { await self.sleep(until: look) } }
            }
            group.cancelAll()
        }
        for lost in queue.withLock({ $0.giveUp() }) { lose(lost, because: Self.ending) }
    }

    private func sleep(until instant: ContinuousClock.Instant) async {
        do {
            try await Task.sleep(until: instant, clock: .continuous)
            wake.yield()
        } catch {
            // Cancelled: there is nothing left to wait for.
        }
    }

    private func deliver(_ entry: NoticeQueue.Entry) async {
        let notice = entry.notice
        let answer = await notice.channel.deliver(notice.message, event: notice.event, at: now())
        // Ended from outside: whoever did that counts it among the lost.
        guard answer == .delivered || !Task.isCancelled else { return }
        let fate = queue.withLock { $0.ended(entry.number, answer, at: .now, chance: chance()) }
        if let fate { report(fate, of: entry) }
        wake.yield()
    }

    // MARK: Telling what became of it

    private func report(_ fate: NoticeQueue.Fate, of entry: NoticeQueue.Entry) {
        let notice = entry.notice
        switch fate {
        case .delivered:
            metrics.ended(notice.cycle, nil)
            logger.info(
                "\(LogWords.what(notice)) was told to \(notice.channel.place)",
                metadata: Self.metadata("delivered", notice)
            )
        case .retries(let pause, let reason):
            logger.warning(
                "\(LogWords.isToldLater(notice, reason, attempt: entry.attempts, in: pause))",
                metadata: Self.metadata("retry", notice)
            )
        case .refused(let reason):
            metrics.ended(notice.cycle, .refused)
            fail(LogWords.cannotBeTold(notice, reason), notice)
        case .exhausted(let reason):
            metrics.ended(notice.cycle, .unreachable)
            fail(LogWords.cannotBeTold(notice, after: entry.attempts, reason), notice)
        }
    }

    private func lose(_ notice: Notice, because reason: String) {
        metrics.ended(notice.cycle, .dropped)
        fail(LogWords.wasNotTold(notice, reason), notice)
    }

    private func fail(_ message: String, _ notice: Notice) {
        logger.error("\(message)", metadata: Self.metadata("failed", notice))
    }

    private static func metadata(_ word: String, _ notice: Notice) -> Logger.Metadata {
        metadata(word, notice.cycle).merging(["event": "\(notice.event)"]) { $1 }
    }

    private static func metadata(_ word: String, _ cycle: String) -> Logger.Metadata {
        ["action": "notification_\(word)", "cycle": "\(cycle)"]
    }
}
