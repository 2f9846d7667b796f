import Engine
import Retention
import Support
import Telemetry

/// An embedded engine on a store in memory, with clocks that the test holds.
struct EmbeddedBench {
    let store: MemoryItems
    let registry = Registry()
    let clock = ClockOnTheTable(
        ClockReading(wall: EngineBench.now.secondsSinceEpoch, sinceBoot: 1_000, boot: "first")
    )
    let task: EmbeddedTask
    let engine: EmbeddedEngine
    let stateFile: String
    private let folder: TemporaryFolder

    /// - Parameter change: of the task before it is used.
    init(
        _ items: [Candidate],
        policy: Policy? = nil,
        limits: Limits = Limits(),
        change: (inout EmbeddedTask) -> Void = { _ in }
    ) throws {
        store = MemoryItems(items)
        folder = try TemporaryFolder()
        stateFile = folder.file("state.db")
        var task = EmbeddedTask(
            name: "things",
            resource: "things",
            store: store,
            policy: try policy ?? Policy(remove: .init(olderThan: Age(parsing: "7d"))),
            limits: limits
        )
        change(&task)
        self.task = task
        engine = try Self.engine([task], stateFile, registry, clock)
    }

    /// Another one on the same state.
    func another(_ tasks: [EmbeddedTask]) throws -> EmbeddedEngine {
        try Self.engine(tasks, stateFile, Registry(), clock)
    }

    func sample(_ series: String) -> Double? { EngineBench.sample(series, in: registry) }

    private static func engine(
        _ tasks: [EmbeddedTask],
        _ stateFile: String,
        _ registry: Registry,
        _ clock: ClockOnTheTable
    ) throws -> EmbeddedEngine {
        try EmbeddedEngine(
            tasks,
            stateFile: stateFile,
            registry: registry,
            logger: .silent,
            now: { EngineBench.now },
            reading: { clock.reading }
        )
    }

    static func old(_ name: String, days: Int64 = 10) -> Candidate {
        let time = EngineBench.now.adding(nanoseconds: -days * 86_400_000_000_000)
        return Candidate(name: name, version: "1", time: time, size: 10)
    }
}
