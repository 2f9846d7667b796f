import Console
import Coordination
import Engine
import Logging
import Retention
import ServiceLifecycle
import State
import Synchronization

/// Carries out the runs that calls ask for, in this process, beside those of the schedule.
///
/// Returning means that it was told to stop and that its runs have ended at an item boundary.
final class RunDesk: Service {
    /// So many ended calls are remembered with what the ledger does not know of them (a task that was locked).
    private static let remembered = 100

    /// One call's work.
    struct Order: Sendable {
        let call: RunID
        let who: String
        let tasks: [String]
        let isDryRun: Bool
        let startedAt: Instant
        let cancellation: Cancellation
        /// Carries it out.
        let work: @Sendable (Cancellation) async throws -> [RunDocument]
        fileprivate let ended: AsyncStream<Void>.Continuation
    }

    /// What has become of a call.
    private enum Fate {
        case underWay(Order)
        case ended(RunResultDocument)
    }

    private struct Shared {
        var fates: [RunID: Fate] = [:]
        /// In the order of their end.
        var ended: [RunID] = []
        /// Tasks that a call's run has, by kind: one real run and one dry run of each at a time.
        var busy: [Busy: RunID] = [:]
        var isStopping = false
    }

    private struct Busy: Hashable {
        var task: String
        var isDryRun: Bool
    }

    private let shared = Mutex(Shared())
    private let orders: AsyncStream<Order>
    private let send: AsyncStream<Order>.Continuation
    private let logger: Logger
    private let onEnd: @Sendable (RunID, String?) async -> Void

    /// - Parameter onEnd: told each call whose runs have ended, or why none of them began.
    init(logger: Logger, onEnd: @escaping @Sendable (RunID, String?) async -> Void) {
        self.logger = logger
        self.onEnd = onEnd
        (orders, send) = AsyncStream.makeStream()
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await order in orders { group.addTask { await self.carryOut(order) } }
            }
        } onGracefulShutdown: {
            self.endRuns()
            self.send.finish()
        }
    }

    /// Takes an order; with `waits`, returns when it has been carried out.
    ///
    /// Throws `ConsoleError`: `.conflict` while a run of one of the tasks goes on that a call has begun.
    func take(
        call: RunID,
        by who: String,
        tasks: [String],
        isDryRun: Bool,
        at instant: Instant,
        waits: Bool,
        _ work: @escaping @Sendable (Cancellation) async throws -> [RunDocument]
    ) async throws -> RunResultDocument {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let order = Order(
            call: call,
            who: who,
            tasks: tasks,
            isDryRun: isDryRun,
            startedAt: instant,
            cancellation: Cancellation(),
            work: work,
            ended: end
        )
        try shared.withLock { try Self.admit(order, &$0) }
        if case .terminated = send.yield(order) {
            // Nobody takes it any more, nor anything else.
            shared.withLock { $0.fates[call] = nil }
            throw ConsoleError.isEnding
        }
        if waits { for await _ in ended {} }
        return result(of: call) ?? Self.begun(order)
    }

    /// What is known here of a call; `nil` = nothing, or no more.
    func result(of call: RunID) -> RunResultDocument? {
        switch shared.withLock({ $0.fates[call] }) {
        case .ended(let result)?: result
        case .underWay(let order)?: Self.begun(order)
        case nil: nil
        }
    }

    /// Ends all runs of a call at their next item boundary.
    /// - Returns: false if it does not go on here.
    func cancel(_ call: RunID) -> Bool {
        guard case .underWay(let order)? = shared.withLock({ $0.fates[call] }) else { return false }
        order.cancellation.cancel(.requested)
        return true
    }

    // MARK: Steps

    private static func admit(_ order: Order, _ shared: inout Shared) throws {
        guard !shared.isStopping else { throw ConsoleError.isEnding }
        for task in order.tasks {
            guard let other = shared.busy[Busy(task: task, isDryRun: order.isDryRun)] else { continue }
            throw ConsoleError.isRunning(task, isDryRun: order.isDryRun, call: other)
        }
        for task in order.tasks { shared.busy[Busy(task: task, isDryRun: order.isDryRun)] = order.call }
        shared.fates[order.call] = .underWay(order)
    }

    private func carryOut(_ order: Order) async {
        let runs: [RunDocument]
        var problem: String?
        do {
            runs = try await order.work(order.cancellation)
        } catch {
            runs = []
            problem = "\(error)"
            logger.error(
                "\(ServiceWords.runFailed(for: order.who, error))",
                metadata: ["action": "cleanup_job_failed", "run": "\(order.call)"]
            )
        }
        var result = RunResultDocument(id: order.call.description, runs, by: order.who, at: order.startedAt)
        // The switches may have made it dry.
        if runs.isEmpty { result.dryRun = order.isDryRun }
        if let problem { (result.message, result.outcome) = (problem, RunOutcome.failed.rawValue) }
        shared.withLock { shared in
            for task in order.tasks { shared.busy[Busy(task: task, isDryRun: order.isDryRun)] = nil }
            shared.fates[order.call] = .ended(result)
            shared.ended.append(order.call)
            if shared.ended.count > Self.remembered { shared.fates[shared.ended.removeFirst()] = nil }
        }
        await onEnd(order.call, problem)
        order.ended.finish()
    }

    /// Takes no orders any more, and ends those that it has at their next item boundary.
    func endRuns() {
        let orders = shared.withLock { shared in
            shared.isStopping = true
            return shared.fates.values.compactMap { if case .underWay(let order) = $0 { order } else { nil } }
        }
        for order in orders { order.cancellation.cancel(.shutdown) }
    }

    // MARK: Views

    private static func begun(_ order: Order) -> RunResultDocument {
        RunResultDocument(
            id: order.call.description,
            state: .running,
            outcome: nil,
            dryRun: order.isDryRun,
            requestedBy: order.who,
            startedAt: Timestamp.format(order.startedAt),
            tasks: [:]
        )
    }
}
