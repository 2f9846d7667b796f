import ArgumentParser
import Retention

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Prints the next fire times of a cron expression, one RFC 3339 time a line.",
        discussion: """
            Examples:
              cleanupd schedule "*/10 * * * *"
              cleanupd schedule "30 2 * * *" --timezone Europe/Berlin --count 3
              cleanupd schedule @daily --from 2026-03-28T00:00:00Z
            """
    )

    @Argument(help: "Five fields, or @hourly, @daily, @weekly, @monthly, @yearly.")
    var expression: String

    @Option(help: "Fire times after this instant (default: now).")
    var from: String?

    @Option(help: "How many.")
    var count = 10

    @Option(help: "IANA name of the zone.")
    var timezone = "UTC"

    func run() throws {
        do {
            let schedule = try Schedule(cron: expression, zone: timezone)
            let start = try from.map { try Timestamp.parse($0) } ?? SystemClock.now()
            guard (1...100_000).contains(count) else { throw CommandFailure.usage("--count must be 1 to 100000.") }
            let output = StandardOutput()
            for instant in schedule.fires(after: start, count: count) {
                output.writeLine(Timestamp.format(instant, zone: timezone))
            }
            output.flush()
        } catch let error as ScheduleError {
            throw CommandFailure.usage("\(error)")
        } catch let error as TimestampError {
            throw CommandFailure.usage("--from: \(error)")
        }
    }
}
