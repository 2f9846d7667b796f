import ArgumentParser
import CleanupConfiguration
import Console
import Coordination
import Foundation
import Retention
import State
import Stores
import Telemetry

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Reports what was deleted in a period, beside the same length of time before, from the history.",
        discussion: """
            Reads the state store that the configuration names, beside a running service or without one, and writes \
            nothing but the file of --html. Days are those of UTC. What the history does not reach is said.

            Examples:
              cleanupd report
              cleanupd report --since 2026-10-01 --until 2026-11-01 --html october.html
              cleanupd report --since 1mo --until 2026-11-01 --json
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Where the period begins: a day, a time (RFC 3339), or an age, counted from its end (30d, 1mo).",
            valueName: "when"
        )
    )
    var since = "30d"

    @Option(
        help: ArgumentHelp(
            "Before when it ends, as above (default: now). October: --since 2026-10-01 --until 2026-11-01.",
            valueName: "when"
        )
    )
    var until: String?

    @Flag(help: "One JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write a page that needs nothing else, too; - writes it to standard output, and nothing else.",
            valueName: "file"
        )
    )
    var html: String?

    func validate() throws {
        if json, html == "-" { throw ValidationError("--json and --html - both want standard output; name a file.") }
    }

    func run() async throws {
        // Up to a whole second, so that the period can be written down: nothing that has ended lies beyond it.
        let now = Instant(seconds: Int64(SystemClock.now().secondsSinceEpoch.rounded(.up)))
        let period: Period
        do {
            period = try Period(since: since, until: until, now: now)
        } catch {
            throw CommandFailure.usage("--\(error)")
        }
        let file = html.flatMap { $0 == "-" ? nil : OutputFile(kind: .page, path: $0) }
        try file?.check()
        let report = try await report(of: period, at: now)
        let output = StandardOutput()
        if html != nil {
            let page = try ReportPage(report, version: BuildInformation.version).html()
            if let file { try file.write(page) } else { output.write(Array(page.utf8)) }
        }
        if html != "-" { output.writeLine(try json ? JSONText.line(report) : ReportText.text(report)) }
        try output.finish()
    }

    private func report(of period: Period, at now: Instant) async throws -> ReportDocument {
        let backends = Backends(spoolFolder: NSTemporaryDirectory(), metrics: BackendMetrics(Registry()))
        // What admins have set decides when a task is due.
        let blueprint = try Blueprint.read(options, backends: backends).withStoredSettings(backends)
        return try await Blocking.run { [configuration = blueprint.configuration, program = blueprint.program] in
            do {
                let history = try OpenState.history(of: configuration)
                return try ReportReader(history: history, program: program, now: now).read(period)
            } catch let error as StateError {
                throw CommandFailure.historyUnread(error)
            } catch let error as StoreError {
                throw CommandFailure.failed(error.message)
            }
        }
    }
}
