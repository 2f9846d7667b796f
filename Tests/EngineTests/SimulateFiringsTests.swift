import Engine
import Retention
import Stores
import Synchronization
import Testing

/// What a simulation takes from the program and from a store.
@Suite struct SimulateFiringsTests {
    private static let start = Instant(seconds: 1_767_225_600)  // 2026-01-01T00:00:00Z

    private static func cycle(
        _ name: String,
        _ cron: String,
        tasks: [String] = ["backups"],
        isEnabled: Bool = true,
        window: Window? = nil,
        isQuotaCheck: Bool = false
    ) throws -> CycleDefinition {
        CycleDefinition(
            name: name,
            schedule: try Schedule(cron: cron, zone: "UTC"),
            tasks: tasks,
            isEnabled: isEnabled,
            window: window,
            isQuotaCheck: isQuotaCheck
        )
    }

    private static func firings(_ cycle: CycleDefinition, days: Int) throws -> [String] {
        let firings = try SimulatedFirings(of: [cycle], in: SimulationSpan(start: start, days: days))
        #expect(!firings.isThinned)
        return firings.instants.map { Timestamp.format($0) }
    }

    @Test func aCycleFiresAsItsScheduleSays() throws {
        let nightly = try Self.cycle("nightly", "30 2 * * *")
        #expect(try Self.firings(nightly, days: 2) == ["2026-01-01T02:30:00Z", "2026-01-02T02:30:00Z"])
        let weekly = try Self.cycle("weekly", "0 0 * * 0")
        #expect(try Self.firings(weekly, days: 11) == ["2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z"])
    }

    @Test func allFiringsCountBecauseBudgetsAndLimitsDo() throws {
        let often = try Self.cycle("often", "*/20 * * * *")
        let firings = try Self.firings(often, days: 1)
        // Not the instant at which all begins, but the one at which it ends.
        #expect(firings.count == 72)
        #expect(firings.prefix(3) == ["2026-01-01T00:20:00Z", "2026-01-01T00:40:00Z", "2026-01-01T01:00:00Z"])
        #expect(firings.last == "2026-01-02T00:00:00Z")
    }

    @Test func ofTooManyFiringsTheFirstOfEachHourCountsAndThatIsSaid() throws {
        let seconds = CycleDefinition(name: "s", schedule: try Schedule(everyMilliseconds: 1_000), tasks: ["backups"])
        let day = try SimulationSpan(start: Self.start, days: 1)
        #expect(SimulatedFirings(of: [seconds], in: day).instants.count == 86_400)
        let firings = SimulatedFirings(of: [seconds], in: try SimulationSpan(start: Self.start, days: 2))
        #expect(firings.isThinned)
        #expect(firings.instants.count == 49)
        #expect(firings.instants.first == Self.start.adding(nanoseconds: 1_000_000_000))
        #expect(firings.instants.dropFirst().allSatisfy { $0.nanoseconds.isMultiple(of: 3_600_000_000_000) })
    }

    @Test func firingsOfOneInstantAreOneRun() throws {
        let cycles = [try Self.cycle("nightly", "0 2 * * *"), try Self.cycle("hourly", "0 * * * *")]
        let firings = SimulatedFirings(of: cycles, in: try SimulationSpan(start: Self.start, days: 1))
        #expect(firings.instants.count == 24)
        #expect(firings.instants == firings.instants.sorted())
    }

    @Test func firingsOutsideTheWindowArePassedOver() throws {
        let window = Window(fromMinute: 22 * 60, toMinute: 60, zone: "UTC")
        let often = try Self.cycle("often", "0 * * * *", window: window)
        let expected = ["2026-01-01T22:00:00Z", "2026-01-01T23:00:00Z", "2026-01-02T00:00:00Z"]
        #expect(try Self.firings(often, days: 1) == expected)
    }

    @Test func cyclesThatAreOnRunATaskOrElseThoseThatWould() throws {
        let cycles = [
            try Self.cycle("on", "@daily"), try Self.cycle("off", "@hourly", isEnabled: false),
            try Self.cycle("quota", "@hourly", isQuotaCheck: true), try Self.cycle("other", "@daily", tasks: ["logs"]),
            CycleDefinition(name: "unscheduled", schedule: nil, tasks: ["backups"]),
        ]
        #expect(Self.program(cycles).cycles(running: "backups").map(\.name) == ["on"])
        #expect(Self.program(Array(cycles.dropFirst())).cycles(running: "backups").map(\.name) == ["off"])
        #expect(Self.program(cycles).cycles(running: "nothing").isEmpty)
    }

    private static func program(_ cycles: [CycleDefinition]) -> Program {
        let month = Age(milliseconds: 30 * 86_400_000, text: "30d")
        return Program(tasks: [], cycles: cycles, isEnabled: true, isDryRun: false, keepRuns: month, keepItems: month)
    }

    @Test func anInventoryHasWhatAPlanWouldFindAndOpensNothingThatDeletes() throws {
        let things = (0..<10).map { MemoryStore.Thing(name: "thing-\($0)", time: Instant(seconds: Int64($0))) }
        let store = MemoryStore(things)
        let problem = ScanProblem(path: "locked", message: "locked cannot be read", reason: .permission)
        store.world.withLock { $0.scanErrors = [problem] }
        let inventory = try Inventory(of: store, asOf: Self.start)
        let names = inventory.blocks.flatMap { block in
            block.items.map { String(decoding: block.name(of: $0), as: UTF8.self) }
        }
        #expect(names.sorted() == store.names)
        #expect(inventory.problems == ["locked cannot be read"] && inventory.problemCount == 1)
        #expect(store.removersOpened == 0)
    }

    @Test func aStoreThatCannotBeOpenedSaysWhy() throws {
        let store = MemoryStore([])
        store.world.withLock { $0.openError = StoreError(.missing, "nothing there") }
        #expect(throws: StoreError.self) { try Inventory(of: store, asOf: Self.start) }
    }
}
