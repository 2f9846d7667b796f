import ArgumentParser
import Coordination
import Engine
import Foundation
import Retention
import State
import Telemetry

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what would go and what would stay, with reasons. Never changes what it looks at.",
        discussion: """
            Examples:
              cleanupd plan backups
              cleanupd plan --at 2026-12-31T00:00:00Z --json
              cleanupd plan backups --save        # then: cleanupd apply ID
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Tasks to plan (default: all that stand in cycles, in order).")
    var tasks: [String] = []

    @Option(help: ArgumentHelp("Plan as of this instant (RFC 3339).", valueName: "time"))
    var at: String?

    @OptionGroup var overrides: OverrideOptions
    @OptionGroup var listing: ListingOptions

    @Flag(help: "Seal the plan in the state store, so that `apply` can carry out exactly this.")
    var save = false

    func validate() throws {
        if save, at != nil {
            throw ValidationError("--save and --at exclude each other: a plan of another time must not be applied.")
        }
        if save, try !overrides.overrides().isEmpty {
            throw ValidationError("--save takes no overrides: apply refuses a plan made under another policy.")
        }
    }

    func run() async throws {
        let instant: Instant
        do {
            instant = try at.map { try Timestamp.parse($0) } ?? SystemClock.now()
        } catch {
            throw CommandFailure.usage("--at: \(error)")
        }
        let output = StandardOutput()
        let report = save ? try await savePlan(output) : try await preview(instant, output)
        if report.exitCode != .success { throw report.exitCode }
    }

    private func preview(_ instant: Instant, _ output: StandardOutput) async throws -> CycleReport {
        let overrides = try overrides.overrides()
        let backends = Backends(
            spoolFolder: NSTemporaryDirectory(),
            metrics: BackendMetrics(Registry()),
            now: { instant }
        )
        let blueprint = try Blueprint.read(options, overrides: overrides, backends: backends)
            .withStoredSettings(backends)
        let progress = Progress(listing.observer(output, of: blueprint.program, acts: false))
        let summary = Summary(output: output, format: listing.format, paint: Terminal.paint)
        var report = CycleReport()
        let chosen = try blueprint.names(tasks).compactMap(blueprint.program.task)
        try overrides.check(against: chosen, of: blueprint.configuration)
        for task in chosen {
            if !listing.json, case .items = task.store {
                output.writeLine("\(task.name): \(task.sentence)")
            }
            let preview = Preview(task: task, now: instant, spoolFolder: NSTemporaryDirectory(), observer: progress)
            let run = await Blocking.run { preview.run() }
            progress.clear()
            if !listing.json, let sentence = run.sentence { output.writeLine("\(task.name): \(sentence)") }
            for warning in run.warnings { StandardError.write("\(task.name): \(warning)\n") }
            summary.write(run)
            report.runs.append(run)
        }
        try output.finish()
        return report
    }

    private func savePlan(_ output: StandardOutput) async throws -> CycleReport {
        // Who applies it tells.
        let assembly = try Assembly.make(options, tells: false)
        let chosen = try assembly.blueprint.names(tasks).compactMap(assembly.program.task)
        let progress = Progress(listing.observer(output, of: assembly.program, acts: false))
        let summary = Summary(output: output, format: listing.format, paint: Terminal.paint)
        let plans = SealedPlans(runner: assembly.tasks)
        do {
            let (plan, report) = try await Blocking.run {
                try plans.save(chosen, isAttended: Terminal.isAttended, observer: progress)
            }
            progress.clear()
            for run in report.runs { summary.write(run) }
            output.flush()
            assembly.close()
            if plan == nil, report.exitCode == .success {
                throw CommandFailure.nothingPlanned
            }
            for run in report.runs where run.outcome == .unavailable {
                StandardError.write("\(run.task) is not in the plan: \(run.message ?? "its connection is not there")\n")
            }
            if let plan {
                StandardError.write(
                    "Sealed plan \(plan.id), SHA-256 \(plan.digest).\n"
                        + "Apply it within \(SealedPlans.lifetimeHours) h: cleanupd apply \(plan.id)\n"
                )
                if listing.json {
                    output.writeLine(
                        JSONText.object([
                            ("plan", JSONString.quoted(plan.id)), ("digest", JSONString.quoted(plan.digest)),
                        ])
                    )
                } else {
                    output.writeLine("plan \(plan.id) \(plan.digest)")
                }
                output.flush()
            }
            return report
        } catch let error as CommandFailure {
            throw error
        } catch let error as EngineError where error.code == .clockSkew {
            throw CommandFailure.refused(error.message)
        } catch {
            throw CommandFailure.failed("\(error)")
        }
    }
}
