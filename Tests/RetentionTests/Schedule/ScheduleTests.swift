import Retention
import Testing

/// Intervals, gaps and missed firings.
struct ScheduleTests {
    private func instant(_ text: String) throws -> Instant { try Timestamp.parse(text) }

    @Test func firesAtMultiplesOfTheIntervalSinceTheEpoch() throws {
        let schedule = try Schedule(everyMilliseconds: 25 * 60_000)
        let fires = try schedule.fires(after: instant("1970-01-01T00:49:59.999999999Z"), count: 3)
        let expected = ["1970-01-01T00:50:00Z", "1970-01-01T01:15:00Z", "1970-01-01T01:40:00Z"]
        #expect(fires.map { Timestamp.format($0) } == expected)
        #expect(try schedule.nextFire(after: instant("1970-01-01T00:50:00Z")) == instant("1970-01-01T01:15:00Z"))
    }

    @Test func firesAtTheSameTimesHoweverLateItIsAsked() throws {
        let schedule = try Schedule(everyMilliseconds: 3_600_000)
        for text in ["2026-01-01T05:00:00Z", "2026-01-01T05:13:37.5Z", "2026-01-01T05:59:59.999999999Z"] {
            #expect(try schedule.nextFire(after: instant(text)) == instant("2026-01-01T06:00:00Z"))
        }
    }

    @Test func intervalsFireBeforeTheEpochAndEndWithTheLastInstant() throws {
        let schedule = try Schedule(everyMilliseconds: 86_400_000)
        #expect(try schedule.nextFire(after: instant("1969-12-30T12:00:00Z")) == instant("1969-12-31T00:00:00Z"))
        #expect(try schedule.nextFire(after: instant("1969-12-31T00:00:00Z")) == instant("1970-01-01T00:00:00Z"))
        #expect(try schedule.nextFire(after: .distantPast) == instant("1677-09-22T00:00:00Z"))
        #expect(schedule.nextFire(after: .distantFuture) == nil)
    }

    @Test(arguments: [(1000, "every 1s"), (90_000, "every 90s"), (600_000, "every 10m"), (172_800_000, "every 2d")])
    func intervalsSayThemselves(_ milliseconds: Int64, _ text: String) throws {
        #expect(try Schedule(everyMilliseconds: milliseconds).text == text)
    }

    @Test(
        arguments: [
            ("*/10 * * * *", "UTC", 600),
            ("0 3 * * 0", "UTC", 7 * 86_400),
            ("0 9-17 * * mon-fri", "UTC", 64 * 3600),
            ("0 2 1 * *", "UTC", 31 * 86_400),
            // From two o'clock on 25 October to two o'clock on the 26th, the clock is put back.
            ("0 2 * * *", "Europe/Berlin", 25 * 3600),
            // Two o'clock is left out on 4 October, and the clock stands at half past.
            ("0 * * * *", "Australia/Lord_Howe", 5400),
            ("0 0 29 2 *", "UTC", (8 * 365 + 1) * 86_400),
        ] as [(String, String, Double)]
    )
    func longestGapIsTheLongestOfTheNextHundred(_ cron: String, _ zone: String, _ seconds: Double) throws {
        let schedule = try Schedule(cron: cron, zone: zone)
        let start = zone == "Australia/Lord_Howe" ? "2026-10-03T00:00:00Z" : "2026-09-01T00:00:00Z"
        #expect(try schedule.longestGapSeconds(after: instant(start)) == seconds)
    }

    @Test func longestGapOfAnIntervalIsTheInterval() throws {
        #expect(try Schedule(everyMilliseconds: 90_000).longestGapSeconds(after: instant("2026-01-01T00:00:00Z")) == 90)
    }

    @Test func longestGapIsZeroWhereThereAreNotTwoFirings() throws {
        let schedule = try Schedule(cron: "0 0 1 1 *", zone: "UTC")
        #expect(try schedule.longestGapSeconds(after: instant("2261-06-01T00:00:00Z")) == 0)
    }

    @Test func missedFiresLeaveOutTheStartAndIncludeTheEnd() throws {
        let schedule = try Schedule(cron: "0 * * * *", zone: "UTC")
        let (start, end) = try (instant("2026-01-01T00:00:00Z"), instant("2026-01-01T03:00:00Z"))
        #expect(schedule.missedFires(since: start, until: end, limit: 100) == 3)
        #expect(schedule.missedFires(since: start, until: end.adding(nanoseconds: -1), limit: 100) == 2)
        #expect(schedule.missedFires(since: start.adding(nanoseconds: -1), until: end, limit: 100) == 4)
    }

    @Test func missedFiresStopAtTheLimit() throws {
        let schedule = try Schedule(everyMilliseconds: 1000)
        let (start, end) = try (instant("1990-01-01T00:00:00Z"), instant("2026-01-01T00:00:00Z"))
        #expect(schedule.missedFires(since: start, until: end, limit: 1000) == 1000)
        #expect(schedule.missedFires(since: start, until: end, limit: 0) == 0)
    }

    @Test func nothingIsMissedWhenTheClockWasSetBack() throws {
        let schedule = try Schedule(cron: "* * * * *", zone: "UTC")
        let (start, end) = try (instant("2026-01-02T00:00:00Z"), instant("2026-01-01T00:00:00Z"))
        #expect(schedule.missedFires(since: start, until: end, limit: 10) == 0)
    }
}
