import Foundation
import Retention
import Support
import Testing

/// Random expressions against the reference, which goes through real time minute by minute.
@Suite(.tags(.p4))
struct SchedulePropertyTests {
    private static let seed = Scale.seed(20_260_102)
    private static let changesPerZone = 3
    private static let expressionsPerChange = Scale.rounds(50, nightly: 8_400)

    /// Whole, half and double hours, midnights, zones that crossed the date line or moved by three hours, both
    /// hemispheres, negative daylight saving, and zones without any.
    static let zones = [
        "Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "America/Asuncion", "America/Bogota",
        "America/Caracas", "America/Havana", "America/Lima", "America/Los_Angeles", "America/Mexico_City",
        "America/New_York", "America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/St_Johns",
        "Antarctica/Casey", "Antarctica/Troll", "Asia/Amman", "Asia/Beirut", "Asia/Dhaka", "Asia/Gaza",
        "Asia/Kathmandu", "Asia/Kolkata", "Asia/Pyongyang", "Asia/Shanghai", "Asia/Tehran", "Atlantic/Azores",
        "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Berlin", "Europe/Dublin",
        "Europe/Istanbul", "Europe/London", "Europe/Moscow", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham",
        "Pacific/Kwajalein", "UTC",
    ]

    @Test(arguments: zones)
    func neitherMissesNorRepeatsAFiringAroundAChange(_ name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        var random = SeededGenerator(seed: Self.seed &+ UInt64(Self.zones.firstIndex(of: name) ?? 0))
        var changes = Self.changes(zone)
        changes.shuffle(using: &random)
        if changes.isEmpty { changes = [29_000_000] }
        for index in 0..<Self.changesPerZone {
            let change = changes[index % changes.count]
            let range = (change - 30 * 60)..<(change + 42 * 60)
            let clock = ReferenceClock(zone: zone, range: range)
            let before = ReferenceClock.local(zone, change - 1) / 60 % 24
            let hours = [before, (before + 1) % 24, (before + 2) % 24, (before + 23) % 24]
            for _ in 0..<Self.expressionsPerChange {
                let expression = ReferenceExpression(near: hours, using: &random)
                try Self.compare(expression, clock, name, range)
            }
        }
    }

    @Test func findsTheDaysOfTwelveYears() throws {
        var random = SeededGenerator(seed: Self.seed)
        let noons = (0..<(12 * 366)).map { ReferenceClock.Reading(minutes: ($0 + 18_000) * 1440 + 720) }
        for _ in 0..<400 {
            let expression = ReferenceExpression(near: [12], using: &random)
            let text = "0 12 " + expression.text.split(separator: " ").suffix(3).joined(separator: " ")
            guard expression.isPossible else { continue }
            let expected = noons.indices.filter { expression.containsDay(noons[$0]) }
            let schedule = try Schedule(cron: text, zone: "UTC")
            let end = Instant(seconds: Int64(18_000 + noons.count) * 86_400)
            let fires = schedule.fires(until: end, after: Instant(seconds: 18_000 * 86_400))
            let actual = fires.map { Int($0.nanoseconds / 86_400_000_000_000) - 18_000 }
            #expect(actual == expected, "\(text), seed \(Self.seed)")
        }
    }

    /// Without a change that follows another one so closely that the reference, which starts 30 hours before the
    /// change with a clean memory, would not know of the first.
    private static func changes(_ zone: TimeZone) -> [Int] {
        let all = ReferenceClock.changes(zone)
        return all.filter { change in !all.contains { (30 * 60..<70 * 60).contains(change - $0) } }
    }

    private static func compare(
        _ expression: ReferenceExpression,
        _ clock: ReferenceClock,
        _ zone: String,
        _ range: Range<Int>
    ) throws {
        guard expression.isPossible else {
            #expect(throws: ScheduleError.self) { try Schedule(cron: expression.text, zone: zone) }
            return
        }
        let schedule = try Schedule(cron: expression.text, zone: zone)
        let start = Instant(seconds: Int64(range.lowerBound) * 60 - 1)
        let fires = schedule.fires(until: Instant(seconds: Int64(range.upperBound) * 60), after: start)
        let actual = fires.map { Int($0.nanoseconds / 60_000_000_000) }
        let expected = clock.fires(expression)
        guard actual != expected else { return }
        let different = Set(actual).symmetricDifference(expected).sorted().prefix(5)
        let times = different.map { Timestamp.format(Instant(seconds: Int64($0) * 60), zone: zone) }
        Issue.record("\(expression.text) in \(zone) differs at \(times); seed \(seed)")
    }
}

extension Schedule {
    /// All fire times in (`start`, `end`).
    fileprivate func fires(until end: Instant, after start: Instant) -> [Instant] {
        var result: [Instant] = []
        var last = start
        while let next = nextFire(after: last), next < end {
            result.append(next)
            last = next
        }
        return result
    }
}
