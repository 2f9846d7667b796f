/// `GET /api/cleanup/schedule`: the scheduler's master switch, and when what fires next.
package struct ScheduleDocument: Codable, Sendable, Equatable {
    package struct Cycle: Codable, Sendable, Equatable {
        package var name: String
        package var enabled: Bool
        /// Cron expression or interval; absent = it fires at start only.
        package var schedule: String?
        /// Of the schedule.
        package var timezone: String
        package var tasks: [String]
        /// The next firings; empty while it or the scheduler is switched off.
        package var next: [String]

        package init(name: String, enabled: Bool, schedule: String?, timezone: String, tasks: [String], next: [String])
        {
            self.name = name
            self.enabled = enabled
            self.schedule = schedule
            self.timezone = timezone
            self.tasks = tasks
            self.next = next
        }
    }

    /// False after `POST …/schedule/stop`: nothing fires until `…/start`, whichever replica leads, also after a restart.
    package var running: Bool
    package var cycles: [Cycle]

    package init(running: Bool, cycles: [Cycle]) {
        self.running = running
        self.cycles = cycles
    }
}
