import ArgumentParser
import CleanupConfiguration
import Console
import Coordination
import Engine
import Foundation
import Retention
import Stores
import Telemetry

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Shows which items the policy of a task on files would keep, day by day. Deletes nothing.",
        discussion: """
            Takes the items of now and, with --every, new ones, and judges them at each firing of the task's cycles \
            as a run would; at the end of each day if no cycle has the task. Ends with 4 if limits would refuse a run.

            Examples:
              cleanupd simulate backups --days 730 --every 1d
              cleanupd simulate backups --every 6h --keep 14 --items 50
              cleanupd simulate backups --every 1d --svg backups.svg
              cleanupd simulate logs --days 120 --json
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The task: one on files or directories.")
    var task: String

    @Option(help: "How many days, 1 to 3650.")
    var days = 365

    @Option(help: ArgumentHelp("Make a new item in each group this often, e.g. 1d (default: none).", valueName: "age"))
    var every: String?

    @Option(help: "How large each new item is, e.g. 2GiB (default: the median of its group).")
    var size: String?

    @Option(help: ArgumentHelp("Begin at this instant (RFC 3339; default: now).", valueName: "time"))
    var at: String?

    @OptionGroup var overrides: OverrideOptions

    @Option(help: ArgumentHelp("List so many items that survive, the newest, and why each does.", valueName: "n"))
    var items = 20

    @Flag(help: "One JSON object on standard output, with all days and items.")
    var json = false

    @Option(help: ArgumentHelp("Also draw it into this file; the only one that is written.", valueName: "file"))
    var svg: String?

    func validate() throws {
        if size != nil, every == nil { throw ValidationError("--size goes with --every.") }
        guard items >= 0 else { throw ValidationError("--items must be at least 0.") }
    }

    func run() async throws {
        let (span, growth) = try question()
        let picture = svg.map { OutputFile(kind: .picture, path: $0) }
        try picture?.check()
        let report = try await simulate(span, growth)
        try picture?.write(SimulationPicture(report).text)
        let output = StandardOutput()
        if json {
            output.writeLine(SimulationDocument(report: report).text)
        } else {
            for line in SimulationTable(report: report, survivors: items).lines { output.writeLine(line) }
        }
        try output.finish()
        // Both are said; a guard that refuses is the graver one.
        let messages = [report.unread.map { "\(task): \($0)" }, report.refusal].compactMap { $0 }
        guard !messages.isEmpty else { return }
        throw CommandFailure(
            exitCode: ExitCode(report.refusal == nil ? 3 : 4),
            message: messages.joined(separator: "\n")
        )
    }

    /// What is asked for, read and checked; throws `CommandFailure`.
    private func question() throws -> (SimulationSpan, SimulationGrowth?) {
        // Whole seconds, because new items are named by their time.
        let now = Instant(seconds: Int64(SystemClock.now().secondsSinceEpoch))
        let start = try Self.reading("--at") { try at.map { try Timestamp.parse($0) } } ?? now
        let span = try Self.reading("--days") { try SimulationSpan(start: start, days: days) }
        let bytes = try Self.reading("--size") { try size.map { try ByteSize.parse($0) } }
        let growth = try Self.reading("--every") {
            try every.map { try SimulationGrowth(every: Age(parsing: $0), size: bytes, in: span) }
        }
        return (span, growth)
    }

    private static func reading<Value>(_ option: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw CommandFailure.usage("\(option): \(error)")
        }
    }

    private func simulate(_ span: SimulationSpan, _ growth: SimulationGrowth?) async throws -> SimulationReport {
        let overrides = try overrides.overrides()
        let backends = Backends(
            spoolFolder: NSTemporaryDirectory(),
            metrics: BackendMetrics(Registry()),
            now: { span.start }
        )
        let blueprint = try Blueprint.read(options, overrides: overrides, backends: backends)
            .withStoredSettings(backends)
        guard let name = try blueprint.names([task]).first, let definition = blueprint.program.task(name),
            let configured = blueprint.configuration.tasks.first(where: { $0.name == name })
        else { preconditionFailure("A task that has a name has no definition") }
        try overrides.check(against: [definition], of: blueprint.configuration)
        let refusals = SimulationScope.refusals(configured, definition.policy)
        guard refusals.isEmpty, case .items(let store) = definition.store else {
            let instant = "cleanupd plan \(name) --at TIME shows what is due at one instant."
            throw CommandFailure.cannotBeSimulated(name, "\(refusals.joined(separator: "; ")). \(instant)")
        }
        let cycles = blueprint.program.cycles(running: name)
        let firings = try Self.firings(of: cycles, definition, in: span)
        let simulation = PolicySimulation(
            policy: definition.policy,
            limits: definition.limits,
            span: span,
            runs: cycles.isEmpty ? nil : firings.instants,
            growth: growth
        )
        let (inventory, result) = try await Self.result(of: simulation, on: store, in: span)
        return SimulationReport(
            task: definition,
            span: span,
            growth: growth,
            cycles: cycles,
            notes: SimulationScope.notes(configured, definition, cycles, firings, of: blueprint.program),
            result: result,
            summary: SimulationSummary(result),
            problems: inventory.problems,
            problemCount: inventory.problemCount
        )
    }

    /// Throws `CommandFailure` where they are too many for what counts for each run.
    private static func firings(
        of cycles: [CycleDefinition],
        _ definition: TaskDefinition,
        in span: SimulationSpan
    ) throws -> SimulatedFirings {
        let firings = SimulatedFirings(of: cycles, in: span)
        if let refusal = SimulationScope.refusal(of: firings, definition, in: span) {
            throw CommandFailure.cannotBeSimulated(definition.name, refusal)
        }
        return firings
    }

    /// What begins in the past has no item that is younger than its beginning; `nil` = it does not.
    private static func mostTime(_ span: SimulationSpan) -> Instant? {
        span.start < SystemClock.now().adding(nanoseconds: -60_000_000_000) ? span.start : nil
    }

    /// Lists and simulates; throws `CommandFailure`.
    private static func result(
        of simulation: PolicySimulation,
        on store: any Store,
        in span: SimulationSpan
    ) async throws -> (Inventory, SimulationResult) {
        do {
            return try await Blocking.run {
                let inventory = try Inventory(of: store, asOf: span.start)
                if let mostTime = Self.mostTime(span) { try Self.check(inventory, mostTime) }
                return (inventory, try simulation.result(of: inventory.blocks))
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as SimulationError {
            let advice = error.code == .nothingThere ? " Write --size." : ""
            throw CommandFailure.usage("\(error)\(advice)")
        } catch let error as PolicyRefusal {
            throw CommandFailure.refused("\(error)")
        } catch {
            throw CommandFailure.failed("\(error)")
        }
    }

    /// Throws `CommandFailure` if items were not there yet.
    private static func check(_ inventory: Inventory, _ mostTime: Instant) throws {
        let count = inventory.blocks.reduce(0) { sum, block in sum + block.items.count { $0.time > mostTime } }
        guard count == 0 else { throw CommandFailure.youngerThanTheBeginning(count, mostTime) }
    }
}
