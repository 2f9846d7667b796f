@testable import Engine
import Retention
import Testing

@Suite struct TimetableTests {
    private func cycle(
        _ name: String,
        everySeconds: Int64,
        isEnabled: Bool = true,
        window: Window? = nil
    ) throws -> CycleDefinition {
        CycleDefinition(
            name: name,
            schedule: try Schedule(everyMilliseconds: everySeconds * 1000),
            tasks: [],
            isEnabled: isEnabled,
            window: window
        )
    }

    @Test func cycleFiresOnceWhenItIsDue() throws {
        var table = Timetable()
        table.replace(with: [try cycle("light", everySeconds: 60)], now: Instant(seconds: 30))
        #expect(table.advance(to: Instant(seconds: 59)) == [])
        #expect(table.advance(to: Instant(seconds: 60)) == [.init(cycle: "light", at: Instant(seconds: 60))])
        #expect(table.advance(to: Instant(seconds: 61)) == [])
        #expect(table.next == Instant(seconds: 120))
    }

    @Test func clockThatIsSetBackDoesNotSilenceACycle() throws {
        var table = Timetable()
        table.replace(with: [try cycle("light", everySeconds: 60)], now: Instant(seconds: 86_400))
        _ = table.advance(to: Instant(seconds: 1000))
        #expect(table.next == Instant(seconds: 1020))
    }

    @Test func longPauseFiresOnceAndGoesOn() throws {
        var table = Timetable()
        table.replace(with: [try cycle("light", everySeconds: 60)], now: Instant(seconds: 0))
        #expect(table.advance(to: Instant(seconds: 6000)).count == 1)
        #expect(table.next == Instant(seconds: 6060))
    }

    @Test func reloadKeepsTheNextFiringOfAnUnchangedSchedule() throws {
        var table = Timetable()
        table.replace(with: [try cycle("light", everySeconds: 60)], now: Instant(seconds: 0))
        table.replace(
            with: [try cycle("light", everySeconds: 60), try cycle("deep", everySeconds: 3600)],
            now: Instant(seconds: 59)
        )
        #expect(table.next(of: "light") == Instant(seconds: 60))
        #expect(table.next(of: "deep") == Instant(seconds: 3600))
        table.replace(with: [try cycle("light", everySeconds: 60, isEnabled: false)], now: Instant(seconds: 59))
        #expect(table.next == nil)
    }

    @Test func nextFiringLiesWithinTheWindow() throws {
        let window = Window(fromMinute: 60, toMinute: 120, zone: "UTC")
        var table = Timetable()
        table.replace(with: [try cycle("light", everySeconds: 60, window: window)], now: Instant(seconds: 0))
        #expect(table.next(of: "light") == Instant(seconds: 3600))
        _ = table.advance(to: Instant(seconds: 7140))
        #expect(table.next(of: "light") == Instant(seconds: 90_000))
        table.replace(with: [try cycle("light", everySeconds: 60)], now: Instant(seconds: 7140))
        #expect(table.next(of: "light") == Instant(seconds: 7200))
    }

    @Test func nothingIsDueOutsideTheWindow() throws {
        let window = Window(fromMinute: 0, toMinute: 2, zone: "UTC")
        var table = Timetable()
        table.replace(with: [try cycle("light", everySeconds: 60, window: window)], now: Instant(seconds: 0))
        #expect(table.advance(to: Instant(seconds: 60)).count == 1)
        #expect(table.advance(to: Instant(seconds: 180)) == [])
    }
}
