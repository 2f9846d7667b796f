import ArgumentParser
import CleanupConfiguration
import Clients
import Engine
import Retention

struct RunCommand: AsyncParsableCommand, ContainedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs tasks once. Without --force it only shows what would go.",
        discussion: """
            Examples:
              cleanupd run                      # what all scheduled tasks would remove
              cleanupd run backups --force      # removes for real
              cleanupd run logs --older-than 60d --force --json
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Tasks to run (default: all that stand in cycles, in order).")
    var tasks: [String] = []

    @Flag(help: "Change nothing; the default.")
    var dryRun = false

    @Flag(help: "Delete for real, unless the configuration says dry_run or enabled: false.")
    var force = false

    @OptionGroup var overrides: OverrideOptions
    @OptionGroup var listing: ListingOptions

    @Option(help: ArgumentHelp("Write metrics here, for node_exporter's textfile collector.", valueName: "file"))
    var metricsFile: String?

    var writtenFiles: [String] { [metricsFile].compactMap(\.self) }

    func validate() throws {
        if dryRun, force { throw ValidationError("--dry-run and --force exclude each other.") }
    }

    func run() async throws { try await run(with: nil) }

    func run(with known: Configuration?) async throws {
        let overrides = try overrides.overrides()
        let assembly = try Assembly.make(options, known: known, overrides: overrides)
        if force { Containment.current.tellProblems(assembly.logger) }
        let names = try assembly.blueprint.names(tasks)
        try overrides.check(
            against: names.compactMap(assembly.program.task),
            of: assembly.blueprint.configuration
        )
        let output = StandardOutput()
        let progress = Progress(listing.observer(output, of: assembly.program, acts: force))
        let cancellation = Cancellation()
        let signals = SignalWatch(cancellation)
        defer { signals.stop() }
        if !force { StandardError.write("Dry run: nothing is changed. --force deletes for real.\n") }
        let begunAt = SystemClock.now()
        let report = try await assembly.replica.during { [force, hasOwnPolicy = overrides.isEmpty] in
            await assembly.cycles.run(
                names,
                of: assembly.program,
                cycle: nil,
                trigger: .commandLine,
                dryRun: !force,
                maxDurationSeconds: nil,
                hasOwnPolicy: hasOwnPolicy,
                isAttended: force && Terminal.isAttended,
                cancellation: cancellation,
                observer: progress
            )
        }
        progress.clear()
        try await finish(report, of: assembly, output, begunAt: begunAt)
    }

    /// Shows what came of it, tells those who are to know, and leaves by its exit code.
    private func finish(
        _ report: CycleReport,
        of assembly: Assembly,
        _ output: StandardOutput,
        begunAt: Instant
    ) async throws {
        let summary = Summary(output: output, format: listing.format, paint: Terminal.paint)
        for run in report.runs { summary.write(run) }
        // Who reads it may be gone, or the disk full; those who wait for a message or for the metrics are not.
        let written = Result { try output.finish() }
        assembly.cycles.tellByHand(report, of: assembly.program, trigger: .commandLine, begunAt: begunAt)
        await assembly.tellTheRest()
        if force {
            Pruning(state: assembly.state, logger: assembly.logger).run(assembly.program, now: SystemClock.now())
        }
        let told = Result { if let metricsFile { try assembly.writeMetrics(to: metricsFile) } }
        assembly.close()
        for run in report.runs where run.isLocked { StandardError.write("cleanupd: \(run.message ?? "")\n") }
        try report.conclude(written, told)
    }
}
