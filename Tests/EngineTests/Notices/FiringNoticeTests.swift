import Coordination
import Logging
import Retention
import ServiceLifecycle
import State
import Stores
import Support
import Telemetry
import Testing

@testable import Engine

/// What a worker tells of the tries of a firing, with a real queue in a real state file.
@Suite(.timeLimit(.minutes(10))) struct FiringNoticeTests {
    private let bench: EngineBench
    private let logger = Logger.silent
    private let channel = ChannelOnTheTable()

    init() throws {
        bench = try EngineBench([EngineBench.old("a")])
    }

    private func program(fails: Bool) throws -> Program {
        var task = try bench.task()
        if fails { task.store = .items(UndecidedStore(bench.store, because: StoreError(.unreadable, "nobody knows"))) }
        var program = try bench.program([task])
        let rule = NoticeRule(on: Set(RunOutcome.allCases), channel: channel)
        program.cycles = [CycleDefinition(name: "nightly", schedule: nil, tasks: ["things"], notices: [rule])]
        try bench.metrics.configure(program)
        return program
    }

    /// Fires `nightly` with so many attempts, and runs a worker until the first of them has ended.
    private func fire(_ program: Program, attempts: Int) async throws {
        let queue = try await queue(attempts)
        try await work(on: queue, program, settle: .seconds(5)) { for await _ in channel.arrivals { break } }
    }

    /// A queue that holds one firing of `nightly`.
    private func queue(_ attempts: Int) async throws -> any JobQueue {
        let queue = try LocalJobQueue(state: bench.state, now: { EngineBench.now })
        var request = JobRequest(cycle: "nightly", firedAt: Instant(seconds: 0), trigger: "schedule")
        request.maximumAttempts = attempts
        #expect(try await queue.enqueue(request, epoch: 1) == .enqueued)
        return queue
    }

    /// Runs a worker until `wait` returns, and then ends it.
    private func work(
        on queue: any JobQueue,
        _ program: Program,
        settle: Duration,
        until wait: () async -> Void
    ) async throws {
        let notifier = Notifier(
            replica: "host:1:2",
            metrics: bench.metrics.notices,
            logger: logger,
            now: { EngineBench.now }
        )
        let worker = Worker(
            queue: queue,
            name: "w",
            timing: WorkerTiming(
                look: .milliseconds(5),
                beat: .milliseconds(50),
                settle: settle,
                leavesToOthers: false
            ),
            program: { program },
            mayWork: { true },
            wakesUp: AsyncStream { _ in },
            cycles: CycleRunner(
                tasks: bench.runner,
                accounting: bench.accounting,
                logger: logger,
                now: { EngineBench.now },
                notifier: notifier
            ),
            metrics: try QueueMetrics(bench.registry, queue: "cycles", now: { EngineBench.now }),
            logger: logger
        )
        // Ended in reverse: the worker first.
        let group = ServiceGroup(services: [notifier, worker], logger: logger)
        async let running: Void = group.run()
        await wait()
        await group.triggerGracefulShutdown()
        try await running
    }

    @Test func aFiringThatSucceedsIsToldAsTheCyclesOwn() async throws {
        try await fire(program(fails: false), attempts: 3)
        let document = try #require(try channel.documents.first)
        #expect(try channel.documents.count == 1)
        #expect(document["outcome"] as? String == "success")
        #expect(document["trigger"] as? String == "schedule")
        #expect(document["attempt"] as? Int == 1)
        #expect(document["retries_at"] == nil)
        let tasks = try #require(document["tasks"] as? [[String: Any]])
        #expect(tasks.map { $0["items"] as? Int } == [1])
        #expect(bench.store.names == [])
    }

    @Test func aTryThatIsRepeatedSaysWhen() async throws {
        try await fire(program(fails: true), attempts: 3)
        let document = try #require(try channel.documents.first)
        #expect(document["outcome"] as? String == "failed")
        #expect(document["attempts"] as? Int == 3)
        #expect((document["retries_at"] as? String)?.hasPrefix("2027-01-15T08:0") == true)
    }

    @Test func theLastTrySaysThatThereIsNoOther() async throws {
        try await fire(program(fails: true), attempts: 1)
        let document = try #require(try channel.documents.first)
        #expect(document["outcome"] as? String == "failed")
        #expect(document["retries_at"] == nil)
    }

    /// A job whose end is not on record is done again, and that one is told: to the end of the patience with the queue,
    /// and while the process ends.
    @Test(arguments: [Duration.zero, .seconds(3_600)], [false, true])
    func aTryThatIsDoneAgainIsNotTold(settle: Duration, fails: Bool) async throws {
        let queue = QueueThatTakesNoEnd(try await queue(1))
        try await work(on: queue, program(fails: fails), settle: settle) { for await _ in queue.asked { break } }
        #expect(channel.events.isEmpty)
    }
}
