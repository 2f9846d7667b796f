import ArgumentParser
import CleanupConfiguration

/// Deletes what is no longer needed, on schedule, and tells Prometheus exactly what it did.
struct Cleanupd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanupd",
        abstract: "Deletes what is no longer needed, on schedule, and tells Prometheus exactly what it did.",
        discussion: """
            Configuration: cleanup.yaml (--config, CLEANUPD_CONFIG). Begin with cleanupd demo, or with \
            cleanupd check and then cleanupd plan.

            Examples:
              cleanupd demo
              cleanupd check --config cleanup.yaml
              cleanupd plan

            Exit codes: 0 done; 1 failed; 2 bad usage or configuration; 3 partial, cancelled or skipped; 4 refused by a guard; \
            5 another process holds the lock.
            """,
        version: "\(BuildInformation.version) (\(BuildInformation.revision))",
        subcommands: [
            ServeCommand.self, RunCommand.self, PlanCommand.self, ApplyCommand.self, SimulateCommand.self,
            CheckCommand.self, ScheduleCommand.self, StatusCommand.self, HistoryCommand.self, ReportCommand.self,
            StopCommand.self,
            DemoCommand.self, MetricsTableCommand.self,
        ]
    )

    /// Runs the command and ends with the exit code of the contract.
    /// - Parameter known: as of ``ContainedCommand/run(with:)``.
    static func carryOut(_ arguments: [String], with known: Configuration?) async -> Never {
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any ContainedCommand {
                try await command.run(with: known)
            } else if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
        exit()
    }

    /// Ends the program as the contract has it for an error.
    static func end(with error: any Error) -> Never {
        switch error {
        case let failure as CommandFailure:
            if !failure.message.isEmpty { StandardError.write("cleanupd: \(failure.message)\n") }
            exit(withError: failure.exitCode)
        case let code as ExitCode:
            exit(withError: code)
        default:
            // The parser's own: help and version end with 0, everything else is bad usage.
            let isUsage = exitCode(for: error) == .validationFailure
            if isUsage { StandardError.write(fullMessage(for: error) + "\n") }
            exit(withError: isUsage ? ExitCode(2) : error)
        }
    }
}
