import Retention

/// A cron expression; the first byte names a zone, eight more an instant.
enum CronFuzz {
    private static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca",
    ]

    static let target = FuzzTarget("cron", longest: 200) { bytes in
        var input = FuzzInput(bytes)
        let zone = zones[Int(input.byte()) % zones.count]
        // From 1970 to 2160: instants end in 2262, and three Sundays on 29 February may take 96 years.
        let start = Instant(seconds: Int64(input.number() % 6_000_000_000))
        let text = input.text
        let schedule: Schedule
        do throws(ScheduleError) {
            schedule = try Schedule(cron: text, zone: zone)
        } catch {
            try require(isPlain(error.message), "the refusal of an expression has control characters")
            return
        }
        let fires = schedule.fires(after: start, count: 3)
        try require(fires.count == 3, "\(text) does not fire three times")
        try require(fires[0] > start && fires[0] < fires[1] && fires[1] < fires[2], "\(text) goes back in time")
        let again = schedule.nextFire(after: fires[0].adding(nanoseconds: -1))
        try require(again == fires[0], "\(text) in \(zone) is passed over from the moment before it")
        if zone == "UTC" { try checkDays(SlowCron(text), fires[0], after: start, text) }
    }

    /// Goes through all days and minutes up to the firing.
    private static func checkDays(_ slow: SlowCron, _ fire: Instant, after start: Instant, _ text: String) throws {
        // The first minute that begins after it.
        let from = start.nanoseconds / 60_000_000_000 + 1
        let found = fire.nanoseconds / 60_000_000_000
        try require(found * 60_000_000_000 == fire.nanoseconds, "\(text) fires within a minute")
        var day = SlowCron.Day(number: from / 1440)
        while day.number <= found / 1440 {
            let first = max(from, day.number * 1440)
            let last = min(found, day.number * 1440 + 1439)
            let expected = slow.contains(day) ? slow.minutes.first { $0 + day.number * 1440 >= first } : nil
            if let expected, expected + day.number * 1440 <= last {
                let minute = expected + day.number * 1440
                return try require(minute == found, "\(text) fires at \(found) and not at \(minute)")
            }
            day.advance()
        }
        throw FuzzFinding("\(text) fires at \(found), which it does not name")
    }
}
