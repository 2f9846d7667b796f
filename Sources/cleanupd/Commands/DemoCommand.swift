import ArgumentParser
import Console
import Engine
import Foundation
import Retention
import Telemetry

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Makes a realistic, aged data set and configuration, plans, runs, and serves page and metrics on it.",
        discussion: """
            Examples:
              cleanupd demo
              cleanupd demo /tmp/cleanup-demo --once
            """
    )

    @Argument(help: "An empty or new folder (default: a new one in the temporary directory).")
    var folder: String?

    @Flag(help: "End after the summary instead of serving.")
    var once = false

    func run() async throws {
        let place = try folder.map { URL(fileURLWithPath: $0) } ?? Self.temporaryFolder()
        let data = DemoData(folder: place, now: SystemClock.now())
        try make(place) { try data.make() }
        let options = try GlobalOptions.parse(["--config", data.configurationFile.path])
        let assembly = try Assembly.make(options)
        let output = StandardOutput()
        output.writeLine(
            "Sample data and configuration: \(place.path)\n\nThe plan: what would go, what stays, and why."
        )
        await show(assembly, output, dryRun: true)
        output.writeLine("\nThe run: the same, for real.")
        let report = await show(assembly, output, dryRun: false)
        writeMetrics(assembly, output)
        output.flush()
        guard report.exitCode == .success else { throw report.exitCode }
        guard !once else {
            assembly.close()
            return
        }
        try make(place) { try data.makeArrivals() }
        let address = assembly.console.listen
        let url = "http://\(address.host):\(address.port)"
        output.writeLine(
            """

            The page:               \(url)/cleanup (old files have come since: dry run, then run now)
            What Prometheus sees:   \(url)/metrics
            Until Ctrl-C.
            """
        )
        output.flush()
        try await ServeCommand.serve(assembly, options)
    }

    /// Throws `CommandFailure`, whatever the reason.
    private func make(_ place: URL, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.demoNotMade(in: place.path, error.localizedDescription)
        }
    }

    @discardableResult
    private func show(_ assembly: Assembly, _ output: StandardOutput, dryRun: Bool) async -> CycleReport {
        let report = await assembly.cycles.run(
            assembly.program.scheduledTaskNames,
            of: assembly.program,
            cycle: nil,
            trigger: .commandLine,
            dryRun: dryRun,
            maxDurationSeconds: nil,
            cancellation: Cancellation(),
            observer: Listing(
                output: output,
                format: .table,
                listsAll: false,
                acts: !dryRun,
                itemNames: assembly.program.itemNames
            )
        )
        for run in report.runs { Summary(output: output, format: .table, paint: Terminal.paint).write(run) }
        return report
    }

    private func writeMetrics(_ assembly: Assembly, _ output: StandardOutput) {
        output.writeLine("\nWhat Prometheus sees (an excerpt of /metrics):")
        let text = String(decoding: assembly.registry.render(.text), as: UTF8.self)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let isResource = line.contains("_deleted_total ") && line.hasPrefix("cleanup_")
            if isResource || line.hasPrefix("cleanup_freed_bytes_total") || line.hasPrefix("cleanup_last_run") {
                output.writeLine("  \(line)")
            }
        }
    }

    private static func temporaryFolder() throws -> URL {
        var template = Array("\(NSTemporaryDirectory())cleanupd-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let code = errno
            throw CommandFailure.noDemoFolder(in: NSTemporaryDirectory(), code)
        }
        return URL(fileURLWithPath: String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self))
    }
}
