import Coordination
import Engine
import Foundation
import GRDB
import Logging
import Retention
import State
import Support
import Synchronization
import Telemetry

/// What the guard of the clock reads, set by the test.
final class ClockOnTheTable: Sendable {
    private let value: Mutex<ClockReading>

    init(_ reading: ClockReading) {
        value = Mutex(reading)
    }

    var reading: ClockReading { value.withLock { $0 } }

    /// Lets time pass, and sets the wall clock forward or back besides.
    func advance(by seconds: Double, leap: Double = 0) {
        value.withLock {
            $0.sinceBoot += seconds
            $0.wall += seconds + leap
        }
    }

    func synchronise() { value.withLock { $0.isSynchronised = true } }

    func reboot() {
        value.withLock {
            $0.boot += "'"
            $0.sinceBoot = 1
        }
    }
}

/// An engine on a memory store and a real state file, with clocks that the test holds.
struct EngineBench {
    static let now = Instant(seconds: 1_800_000_000)

    let store: MemoryStore
    let state: SQLiteStateStore
    let registry = Registry()
    let metrics: EngineMetrics
    let runner: TaskRunner
    let cycles: CycleRunner
    let accounting: Accounting
    let clock = ClockOnTheTable(ClockReading(wall: now.secondsSinceEpoch, sinceBoot: 1_000, boot: "first"))
    private let folder: TemporaryFolder

    init(
        _ things: [MemoryStore.Thing],
        locks: (any TaskLocks)? = nil,
        workers: Int = 2,
        now: @escaping @Sendable () -> Instant = { Self.now },
        wrap: (any StateStore) -> any StateStore = { $0 }
    ) throws {
        store = MemoryStore(things)
        folder = try TemporaryFolder()
        let path = folder.file("state.db")
        state = try SQLiteStateStore(path: path)
        metrics = try EngineMetrics(registry)
        let logger = Logger.silent
        runner = TaskRunner(
            state: wrap(state),
            locks: locks ?? LocalLocks(folder: path + ".locks"),
            metrics: metrics,
            logger: logger,
            now: now,
            clock: ClockGuard { [clock] in clock.reading },
            workers: workers,
            spoolFolder: folder.path
        )
        accounting = Accounting(state: wrap(state), metrics: metrics, logger: logger)
        cycles = CycleRunner(tasks: runner, accounting: accounting, logger: logger, now: now)
    }

    static func old(_ name: String, days: Int64 = 10, size: Int64 = 10) -> MemoryStore.Thing {
        .init(name: name, time: Instant(seconds: 1_800_000_000 - days * 86_400), size: size)
    }

    func task(
        _ name: String = "things",
        policy: Policy? = nil,
        limits: Limits = Limits(),
        isDryRun: Bool = false,
        isOptional: Bool = false
    ) throws -> TaskDefinition {
        TaskDefinition(
            name: name,
            resource: name,
            store: .items(store),
            policy: try policy ?? Policy(remove: .init(olderThan: Age(parsing: "7d"))),
            limits: limits,
            isDryRun: isDryRun,
            isOptional: isOptional,
            policyDigest: "digest of \(name)"
        )
    }

    func program(_ tasks: [TaskDefinition], isEnabled: Bool = true, isDryRun: Bool = false) throws -> Program {
        let program = Program(
            tasks: tasks,
            cycles: [],
            isEnabled: isEnabled,
            isDryRun: isDryRun,
            keepRuns: try Age(parsing: "90d"),
            keepItems: try Age(parsing: "30d")
        )
        try metrics.configure(program)
        return program
    }

    func run(
        _ task: TaskDefinition,
        dryRun: Bool = false,
        isAttended: Bool = false,
        cancellation: Cancellation = Cancellation()
    ) async throws -> RunReport {
        let program = try program([task])
        let report = await cycles.run(
            [task.name],
            of: program,
            cycle: nil,
            trigger: .commandLine,
            dryRun: dryRun,
            maxDurationSeconds: nil,
            isAttended: isAttended,
            cancellation: cancellation
        )
        return report.runs[0]
    }

    /// Changes the state file behind the program's back.
    func tamper(with sql: String) throws {
        try DatabaseQueue(path: folder.file("state.db")).write { try $0.execute(sql: sql) }
    }

    /// One sample of the exposition by its whole name and labels; `nil` if there is none.
    func sample(_ series: String) -> Double? { Self.sample(series, in: registry) }

    static func sample(_ series: String, in registry: Registry) -> Double? {
        let text = String(decoding: registry.render(.text), as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix(series + " ") {
            return Double(line.dropFirst(series.count + 1))
        }
        return nil
    }
}
