import Foundation
import Retention
import Support
import Testing

/// Fire times that count only within the hours of a window.
struct WindowTests {
    private static let seed: UInt64 = 20_260_711
    /// A Tuesday.
    private let start = Instant(seconds: 1_788_220_800)

    private func window(_ from: Int, _ to: Int, zone: String = "UTC") -> Window {
        Window(fromMinute: from * 60, toMinute: to * 60, zone: zone)
    }

    @Test(
        arguments: [
            // A minute of rest between two: 17:59 to 09:00 of the next day.
            ("* * * * *", 9, 18, 15 * 3600 + 60),
            ("*/5 * * * *", 22, 6, 16 * 3600 + 300),
            // From Friday evening to Monday morning.
            ("* 9-17 * * mon-fri", 0, 24, 63 * 3600 + 60),
            ("*/10 * * * mon-fri", 9, 18, 63 * 3600 + 600),
            // Two of its four daily times are passed over.
            ("0 */6 * * *", 0, 12, 18 * 3600),
            ("0 3 * * 0", 2, 4, 7 * 86_400),
        ] as [(String, Int, Int, Double)]
    )
    func longestGapIsThatOfFiresWithinTheWindow(_ cron: String, _ from: Int, _ to: Int, _ seconds: Double) throws {
        let schedule = try Schedule(cron: cron, zone: "UTC")
        #expect(schedule.longestGapSeconds(after: start, within: window(from, to)) == seconds)
    }

    @Test(
        arguments: [
            (1, 9, 18, 15 * 3600 + 1), (60, 22, 6, 16 * 3600 + 60), (3600, 0, 24, 3600), (3600, 9, 10, 86_400),
            // Each hour has its turn within a week.
            (7 * 3600, 9, 10, 7 * 86_400),
        ] as [(Int64, Int, Int, Double)]
    )
    func longestGapOfAnIntervalSpansWhatIsClosed(_ every: Int64, _ from: Int, _ to: Int, _ seconds: Double) throws {
        let schedule = try Schedule(everyMilliseconds: every * 1000)
        #expect(schedule.longestGapSeconds(after: start, within: window(from, to)) == seconds)
    }

    @Test(arguments: [3, 4, 5, 6, 7, 8, 9])
    func nightsAndWeekendsOfACronEachMinuteAreSeenFromAnyDay(_ day: Int64) throws {
        let schedule = try Schedule(cron: "* 8-17 * * mon-fri", zone: "UTC")
        let noon = start.adding(nanoseconds: (day * 24 + 12) * 3_600_000_000_000)
        #expect(schedule.longestGapSeconds(after: noon) == Double(62 * 3600 + 60))
    }

    @Test func scheduleThatNeverMeetsItsWindowHasNoFireAndNoGap() throws {
        let nightly = try Schedule(cron: "0 3 * * *", zone: "UTC")
        #expect(nightly.nextFire(after: start, within: window(10, 12)) == nil)
        #expect(nightly.longestGapSeconds(after: start, within: window(10, 12)) == 0)
        #expect(nightly.missedFires(since: start, until: .distantFuture, limit: 9, within: window(10, 12)) == 0)
    }

    @Test func searchThatIsGivenUpCountsAsAGap() throws {
        // Later by a second each day: for a minute of days it meets the window, and then not for longer than is looked.
        let drifting = try Schedule(everyMilliseconds: 86_401_000)
        let narrow = Window(fromMinute: 0, toMinute: 1, zone: "UTC")
        let first = try #require(drifting.nextFire(after: Instant(seconds: -86_401), within: narrow))
        #expect(first == Instant(seconds: 0))
        let gap = drifting.longestGapSeconds(after: Instant(seconds: -86_401), within: narrow)
        #expect((50 * 365 * 86_400...60 * 365 * 86_400).contains(gap))
    }

    @Test func missedFiresAreThoseWithinTheWindow() throws {
        let schedule = try Schedule(cron: "* * * * *", zone: "UTC")
        let end = start.adding(nanoseconds: 7 * 86_400_000_000_000)
        #expect(schedule.missedFires(since: start, until: end, limit: 10_000, within: window(9, 10)) == 7 * 60)
    }

    /// Against fire times that are looked at one by one, on the wall clock that Foundation knows.
    @Test func stepsOverClosedHoursMissNoFireAndAddNone() throws {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<150 {
            let state = random.state
            let zone = random.pick(SchedulePropertyTests.zones)
            let window = Window(
                fromMinute: Int.random(in: 0..<1440, using: &random),
                toMinute: Int.random(in: 0...1440, using: &random),
                zone: zone
            )
            guard window.fromMinute != window.toMinute else { continue }
            let schedule: Schedule
            if random.oneIn(2) {
                schedule = try Schedule(everyMilliseconds: random.pick([600_000, 2_460_000, 25_200_000, 90_000_000]))
            } else {
                let cron = random.pick(["*/10 * * * *", "7 * * * *", "30 2 * * *", "0,30 0-4 * * *", "0 12 * * 1-5"])
                schedule = try Schedule(cron: cron, zone: random.oneIn(3) ? "UTC" : zone)
            }
            let start = Instant(seconds: Int64.random(in: 0...1_900_000_000, using: &random))
            let end = start.adding(nanoseconds: 20 * 86_400_000_000_000)
            let comment: Comment = "\(schedule.text) in \(zone), seed \(state)"
            let expected = try Self.fires(of: schedule, within: window, zone, from: start, to: end)
            #expect(Self.walk(schedule, within: window, from: start, to: end) == expected, comment)
            let (missed, limit) = (expected.count, Int.max)
            #expect(schedule.missedFires(since: start, until: end, limit: limit, within: window) == missed, comment)
        }
    }

    private static func walk(_ schedule: Schedule, within window: Window, from: Instant, to end: Instant) -> [Instant] {
        var found: [Instant] = []
        while let next = schedule.nextFire(after: found.last ?? from, within: window), next <= end {
            found.append(next)
        }
        return found
    }

    private static func fires(
        of schedule: Schedule,
        within window: Window,
        _ zone: String,
        from start: Instant,
        to end: Instant
    ) throws -> [Instant] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        var (found, last): ([Instant], Instant) = ([], start)
        while let next = schedule.nextFire(after: last), next <= end {
            last = next
            let date = Date(timeIntervalSince1970: next.secondsSinceEpoch)
            let clock = calendar.dateComponents([.hour, .minute], from: date)
            let minute = (clock.hour ?? 0) * 60 + (clock.minute ?? 0)
            let isPast = minute >= window.fromMinute
            let isBefore = minute < window.toMinute
            if window.fromMinute < window.toMinute ? isPast && isBefore : isPast || isBefore { found.append(next) }
        }
        return found
    }
}
