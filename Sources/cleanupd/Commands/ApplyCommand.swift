import ArgumentParser
import CleanupConfiguration
import Clients
import Coordination
import Engine

struct ApplyCommand: AsyncParsableCommand, ContainedCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carries out a sealed plan exactly: only what it lists, only if unchanged.",
        discussion: """
            Examples:
              cleanupd apply 01a1fcd8b2e9-ad3224e842bc
              cleanupd apply 01a1fcd8b2e9-ad3224e842bc --json
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The id that `plan --save` printed.")
    var id: String

    @OptionGroup var listing: ListingOptions

    func run() async throws { try await run(with: nil) }

    func run(with known: Configuration?) async throws {
        let assembly = try Assembly.make(options, known: known)
        Containment.current.tellProblems(assembly.logger)
        let output = StandardOutput()
        let progress = Progress(listing.observer(output, of: assembly.program, acts: true))
        let cancellation = Cancellation()
        let signals = SignalWatch(cancellation)
        defer { signals.stop() }
        let report = try await report(assembly, cancellation, progress)
        progress.clear()
        for run in report.runs { Summary(output: output, format: listing.format, paint: Terminal.paint).write(run) }
        let written = Result { try output.finish() }
        await assembly.tellTheRest()
        assembly.close()
        try report.conclude(written)
    }

    /// Throws `CommandFailure`.
    private func report(
        _ assembly: Assembly,
        _ cancellation: Cancellation,
        _ progress: Progress
    ) async throws -> CycleReport {
        do {
            return try await assembly.replica.during { [id] in
                try await Blocking.run {
                    try assembly.apply(
                        id,
                        of: assembly.program,
                        isAttended: Terminal.isAttended,
                        cancellation: cancellation,
                        observer: progress
                    )
                }
            }
        } catch let error as EngineError {
            switch error.code {
            case .planNotFound: throw CommandFailure.usage(error.message)
            case .spool: throw CommandFailure.failed(error.message)
            case .planTooOld, .planTooLarge, .planAltered, .planApplied, .policyChanged, .unknownTask, .held,
                .clockSkew:
                throw CommandFailure.refused(error.message)
            }
        } catch let error as LockError {
            throw CommandFailure.locked(error.message)
        } catch {
            throw CommandFailure.failed("\(error)")
        }
    }
}
