import Logging
import Retention
import ServiceLifecycle
import Stores
import Support
import Synchronization
import Telemetry
import Testing

@testable import Engine

/// Cycles that really run, and receivers that the test holds.
@Suite(.timeLimit(.minutes(10))) struct NotifierTests {
    private let bench: EngineBench
    private let logger = Logger.silent

    init() throws {
        bench = try EngineBench([EngineBench.old("a")])
    }

    private func notifier(_ timing: NoticeTiming = Self.quick) -> Notifier {
        Notifier(
            replica: "host:1:2",
            metrics: bench.metrics.notices,
            logger: logger,
            timing: timing,
            now: { EngineBench.now },
            chance: { 0 }
        )
    }

    /// As always, but for the pauses.
    private static var quick: NoticeTiming {
        var timing = NoticeTiming()
        timing.backoffSeconds = 0.001
        return timing
    }

    /// One cycle, `nightly`, of the task `things`, which fails if it is told to.
    private func program(
        _ channel: ChannelOnTheTable,
        on outcomes: Set<RunOutcome>,
        fails: Bool = true
    ) throws -> Program {
        var task = try bench.task()
        if fails { task.store = .items(UndecidedStore(bench.store, because: StoreError(.unreadable, "nobody knows"))) }
        var program = try bench.program([task])
        let rule = NoticeRule(on: outcomes, channel: channel)
        program.cycles = [CycleDefinition(name: "nightly", schedule: nil, tasks: ["things"], notices: [rule])]
        try bench.metrics.configure(program)
        return program
    }

    /// Runs the tasks by hand, and tells of it.
    @discardableResult
    private func run(_ program: Program, _ notifier: Notifier, dryRun: Bool = false) async -> CycleReport {
        let cycles = CycleRunner(
            tasks: bench.runner,
            accounting: bench.accounting,
            logger: logger,
            now: { EngineBench.now },
            notifier: notifier
        )
        let report = await cycles.run(
            ["things"],
            of: program,
            cycle: nil,
            trigger: .commandLine,
            dryRun: dryRun,
            maxDurationSeconds: nil,
            cancellation: Cancellation()
        )
        cycles.tellByHand(report, of: program, trigger: .commandLine, begunAt: EngineBench.now)
        return report
    }

    private func total() -> Double? { bench.sample(#"cleanup_notifications_total{cycle="nightly"}"#) }

    private func failures(_ reason: String) -> Double? {
        bench.sample(#"cleanup_notification_failures_total{cycle="nightly",reason="\#(reason)"}"#)
    }

    @Test func aCycleThatFailsIsToldOnceToWhomItConcerns() async throws {
        let channel = ChannelOnTheTable()
        let notifier = notifier()
        await run(try program(channel, on: [.failed, .partial]), notifier)
        await notifier.finish(within: .seconds(60))
        let document = try #require(try channel.documents.first)
        #expect(try channel.documents.count == 1)
        #expect(document["outcome"] as? String == "failed")
        #expect(document["cycle"] as? String == "nightly")
        #expect(document["trigger"] as? String == "command_line")
        #expect(document["event"] as? String == channel.events.first)
        #expect(total() == 1)
        for failure in NoticeMetrics.Failure.allCases { #expect(failures(failure.rawValue) == 0) }
    }

    @Test func anOutcomeThatIsNotListedIsToldToNobody() async throws {
        let channel = ChannelOnTheTable()
        let notifier = notifier()
        await run(try program(channel, on: [.success, .partial, .refused]), notifier)
        await notifier.finish(within: .seconds(60))
        #expect(channel.events.isEmpty)
        #expect(total() == 0)
    }

    @Test func aDryRunSaysThatItIsOne() async throws {
        let channel = ChannelOnTheTable()
        let notifier = notifier()
        await run(try program(channel, on: [.success], fails: false), notifier, dryRun: true)
        await notifier.finish(within: .seconds(60))
        #expect(try channel.documents.first?["dry_run"] as? Bool == true)
    }

    @Test func aTaskThatStandsInNoCycleThatTellsIsToldToNobody() async throws {
        let channel = ChannelOnTheTable()
        let notifier = notifier()
        var program = try program(channel, on: [.failed])
        program.cycles[0].tasks = ["another"]
        await run(program, notifier)
        await notifier.finish(within: .seconds(60))
        #expect(channel.events.isEmpty)
    }

    @Test func aTryThatFailsIsRepeatedAsTheSameEvent() async throws {
        let trouble = NoticeAnswer.failed("the server answers 503", waitSeconds: nil)
        let channel = ChannelOnTheTable([trouble, trouble])
        let notifier = notifier()
        await run(try program(channel, on: [.failed]), notifier)
        await notifier.finish(within: .seconds(60))
        #expect(channel.events.count == 3)
        #expect(Set(channel.events).count == 1)
        #expect(total() == 1)
        #expect(failures("unreachable") == 0)
    }

    @Test func eachEndIsAnEventOfItsOwn() async throws {
        let channel = ChannelOnTheTable()
        let notifier = notifier()
        let program = try program(channel, on: [.failed])
        await run(program, notifier)
        await run(program, notifier)
        await notifier.finish(within: .seconds(60))
        #expect(Set(channel.events).count == 2)
    }

    @Test func aRefusalIsNotRepeatedAndIsCounted() async throws {
        let channel = ChannelOnTheTable([.refused("the server answers 400")])
        let notifier = notifier()
        await run(try program(channel, on: [.failed]), notifier)
        await notifier.finish(within: .seconds(60))
        #expect(channel.events.count == 1)
        #expect(total() == 1)
        #expect(failures("refused") == 1)
    }

    @Test func whatFailsInAllItsTriesIsCounted() async throws {
        let trouble = NoticeAnswer.failed("the server answers 503", waitSeconds: nil)
        let channel = ChannelOnTheTable(Array(repeating: trouble, count: 100))
        let notifier = notifier()
        await run(try program(channel, on: [.failed]), notifier)
        await notifier.finish(within: .seconds(60))
        #expect(channel.events.count == NoticeTiming().attempts)
        #expect(failures("unreachable") == 1)
    }

    @Test func aReceiverThatIsSilentDelaysNoCycleAndWhatItLeavesIsCounted() async throws {
        let channel = ChannelOnTheTable(isSilent: true)
        let notifier = notifier()
        let program = try program(channel, on: [.failed])
        let running = Task { try await notifier.run() }
        await run(program, notifier)
        for await _ in channel.arrivals { break }
        // The first message is under way for ever; the next cycle ends all the same.
        let report = await run(program, notifier)
        #expect(report.runs[0].outcome == .failed)
        #expect(total() == 0)
        running.cancel()
        try await running.value
        #expect(total() == 2)
        #expect(failures("dropped") == 2)
    }

    /// The next try is ten seconds away when the service is told to end.
    @Test func aServiceThatEndsTriesWhatWaitsOnceMore() async throws {
        let channel = ChannelOnTheTable([.failed("the server answers 503", waitSeconds: nil)])
        let notifier = notifier(NoticeTiming())
        let group = ServiceGroup(services: [notifier], logger: logger)
        async let running: Void = group.run()
        await run(try program(channel, on: [.failed]), notifier)
        for await _ in channel.arrivals { break }
        await group.triggerGracefulShutdown()
        try await running
        #expect(channel.events.count == 2)
        #expect(total() == 1)
        #expect(failures("dropped") == 0)
    }

    @Test func whatIsTooMuchIsLostAndCounted() async throws {
        let channel = ChannelOnTheTable(isSilent: true)
        var timing = Self.quick
        timing.capacity = 2
        let notifier = notifier(timing)
        let program = try program(channel, on: [.failed])
        for _ in 1...5 { await run(program, notifier) }
        #expect(failures("dropped") == 3)
        await notifier.finish(within: .milliseconds(1))
        #expect(failures("dropped") == 5)
        #expect(total() == 5)
    }
}
