import Engine
import Retention
import State
import Stores
import Synchronization
import Testing

/// The figures of tasks that alerts compare: which runs move them, and what a reload or another program does to them.
@Suite struct AccountingTests {
    private func cycle(
        _ name: String,
        _ schedule: Schedule,
        window: Window? = nil,
        isQuotaCheck: Bool = false
    ) -> CycleDefinition {
        CycleDefinition(
            name: name,
            schedule: schedule,
            tasks: ["things"],
            window: window,
            isQuotaCheck: isQuotaCheck
        )
    }

    private func program(_ bench: EngineBench, _ task: TaskDefinition, _ cycles: [CycleDefinition]) throws -> Program {
        var program = try bench.program([task])
        program.cycles = cycles
        try bench.metrics.configure(program)
        return program
    }

    // MARK: Schedules

    private func interval(_ cycles: [CycleDefinition]) throws -> Double? {
        let bench = try EngineBench([])
        let program = try program(bench, bench.task(), cycles)
        try bench.accounting.showIntervals(program, at: EngineBench.now)
        return bench.sample(#"cleanup_task_schedule_interval_seconds{task="things"}"#)
    }

    @Test func intervalSpansTheHoursOutsideTheWindow() throws {
        let each = try Schedule(cron: "* * * * *", zone: "UTC")
        let nights = Window(fromMinute: 22 * 60, toMinute: 6 * 60, zone: "UTC")
        #expect(try interval([cycle("nights", each, window: nights)]) == Double(16 * 3600 + 60))
        #expect(try interval([cycle("nights", each, window: nights), cycle("always", each)]) == 60)
    }

    @Test func cycleThatNeverMeetsItsWindowDoesNotSpeakForAnother() throws {
        let noon = Window(fromMinute: 12 * 60, toMinute: 13 * 60, zone: "UTC")
        let never = cycle("never", try Schedule(cron: "0 3 * * *", zone: "UTC"), window: noon)
        let hourly = cycle("hourly", try Schedule(everyMilliseconds: 3_600_000))
        #expect(try interval([never, hourly]) == 3600)
        #expect(try interval([never]) == 0)
        #expect(try interval([]) == nil)
    }

    @Test func taskIsDueAnewWhenItsWindowChanges() throws {
        let bench = try EngineBench([])
        let hourly = try Schedule(everyMilliseconds: 3_600_000)
        let windows = [nil, Window(fromMinute: 0, toMinute: 60, zone: "UTC"), nil]
        let series = #"cleanup_task_first_scheduled_timestamp_seconds{task="things"}"#
        for (index, window) in windows.enumerated() {
            let program = try program(bench, bench.task(), [cycle("main", hourly, window: window)])
            for seconds in [Int64(1000), 1500] {
                bench.accounting.restore(program, at: Instant(seconds: Int64(index) * 10_000 + seconds))
                #expect(bench.sample(series) == Double(index * 10_000 + 1000))
            }
        }
    }
}
