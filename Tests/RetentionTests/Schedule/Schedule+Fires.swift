import Retention

extension Schedule {
    /// The next fire times of an expression as text, on the wall clock of its zone.
    static func fires(_ cron: String, zone: String = "UTC", from: String, count: Int) throws -> [String] {
        let schedule = try Schedule(cron: cron, zone: zone)
        let start = try Timestamp.parse(from)
        return schedule.fires(after: start, count: count).map { Timestamp.format($0, zone: zone) }
    }
}
