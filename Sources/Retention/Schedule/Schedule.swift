/// When a cycle fires: a cron expression in a time zone, or an interval.
///
/// **Cron.** Five fields: minute, hour, day of month, month, weekday. Numbers, names (`jan`, `mon`, in any case), ranges
/// (`1-5`), lists (`1,15`), steps (`*/15`, `1-30/2`; `5/10` is 5 to the end of the field by 10), `?` for `*` in the day
/// fields, `L` for the last day of the month, 0 and 7 for Sunday. `@hourly`, `@daily`, `@midnight`, `@weekly`,
/// `@monthly`, `@yearly` and `@annually`. The two day fields combine as in Vixie cron, see ``CronExpression``.
///
/// **Changes of the clock**, as in Debian's cron(8), "less than 3 hours":
/// - A fixed time, which is one whose minute and hour fields do not begin with `*`, is neither lost nor repeated. If the
///   clock is put forward over it, it fires at the first instant after the gap: once, however many of its times the gap
///   holds (Debian starts such a job once for each, ten seconds apart). If the clock is put back over it, it fires the
///   first time only.
/// - A wildcard (`*`, `*/6`, in the minute or the hour, and `@hourly`) follows the wall clock as it is: what the gap
///   holds does not happen, what the clock shows twice fires twice.
/// - A change of three hours or more, such as the day that Samoa left out in 2011, is a correction of the clock: the new
///   time counts at once for both kinds. A fixed time inside the gap does not happen, one that is shown twice fires
///   twice.
///
/// Debian notices only changes that begin or end daylight saving; here every change of the zone's offset counts.
///
/// **Intervals** fire at whole multiples of the interval since 1970-01-01T00:00:00Z, so that a restart does not move
/// them; time zones do not matter to them.
package struct Schedule: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case cron(CronExpression, ZoneTable)
        /// Nanoseconds.
        case every(Int64)
    }

    /// The expression as written, or `every 90s`.
    package let text: String
    let kind: Kind

    /// - Parameters:
    ///   - cron: the expression, see above.
    ///   - zone: IANA name of the zone whose wall clock counts.
    /// - Throws: what is wrong, in which field; also an unknown zone and a date that no year has (30 February).
    package init(cron: String, zone: String) throws(ScheduleError) {
        let expression = try CronExpression(parsing: cron)
        guard let table = ZoneTable(identifier: zone) else { throw .unknownZone(zone) }
        text = cron
        kind = .cron(expression, table)
    }

    /// - Parameter everyMilliseconds: one second to 100 years (of 365 days).
    /// - Throws: an interval outside these bounds.
    package init(everyMilliseconds: Int64) throws(ScheduleError) {
        guard (1000...3_153_600_000_000).contains(everyMilliseconds) else {
            throw ScheduleError(
                .interval,
                "The interval of \(Self.interval(everyMilliseconds)) is not possible. Write 1s to 100 years (36500d)."
            )
        }
        text = "every \(Self.interval(everyMilliseconds))"
        kind = .every(everyMilliseconds * 1_000_000)
    }

    /// The first fire time strictly after `instant`.
    ///
    /// - Returns: nil only if there is none before the end of what an ``Instant`` can hold, in 2262.
    package func nextFire(after instant: Instant) -> Instant? {
        switch kind {
        case .cron(let expression, let zone):
            return Self.next(expression, zone, after: instant)
        case .every(let interval):
            let (next, overflow) = (instant.nanoseconds.flooredQuotient(interval) + 1)
                .multipliedReportingOverflow(by: interval)
            return overflow ? nil : Instant(nanoseconds: next)
        }
    }

    /// The next `count` fire times, in order; fewer only at the end of time.
    package func fires(after instant: Instant, count: Int) -> [Instant] {
        var result: [Instant] = []
        var last = instant
        while result.count < count, let next = nextFire(after: last) {
            result.append(next)
            last = next
        }
        return result
    }

    // MARK: Cron

    private static func next(_ expression: CronExpression, _ zone: ZoneTable, after instant: Instant) -> Instant? {
        var second = instant.nanoseconds.flooredQuotient(1_000_000_000) + 1
        for index in zone.index(at: second)..<zone.segments.count {
            let segment = zone.segments[index]
            second = max(second, segment.start)
            guard let local = expression.firstMatch(from: lowerBound(expression, segment, second)) else { return nil }
            // A time inside the gap before the segment fires at the first instant after the gap.
            let fire = max(local - segment.offset, segment.start)
            guard let end = zone.end(of: index), fire >= end else {
                return fire <= ZoneTable.last ? Instant(seconds: fire) : nil
            }
        }
        return nil
    }

    /// Where on the wall clock to look from.
    private static func lowerBound(_ cron: CronExpression, _ segment: ZoneTable.Segment, _ second: Int64) -> Int64 {
        let local = second + segment.offset
        if cron.isWildcard { return local }
        return second == segment.start ? segment.fixedTimesFrom : max(local, segment.fixedTimesFrom)
    }

    // MARK: Words

    /// The interval in its largest whole unit.
    private static func interval(_ milliseconds: Int64) -> String {
        let units: [(String, Int64)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        let unit = units.first { milliseconds != 0 && milliseconds % $0.1 == 0 } ?? ("ms", 1)
        return "\(milliseconds / unit.1)\(unit.0)"
    }
}
