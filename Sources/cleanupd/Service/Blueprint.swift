import CleanupConfiguration
import Engine
import Foundation
import Logging

/// What a configuration file says, as the engine's values: enough to check and to plan; opens and writes nothing.
struct Blueprint: Sendable {
    let configuration: Configuration
    let program: Program
    let logger: Logger

    /// Throws `CommandFailure` with exit code 2 and all problems of the file.
    static func read(_ options: GlobalOptions, overrides: OverrideOptions? = nil) throws -> Blueprint {
        let environment = ProcessInfo.processInfo.environment
        let configuration: Configuration
        do {
            configuration = try ConfigurationLoader(environment: environment).load(file: options.configurationPath)
        } catch {
            throw CommandFailure.usage("The configuration is refused:\n\(error)")
        }
        let problems = Unavailable.problems(in: configuration)
        guard problems.isEmpty else {
            throw CommandFailure.usage("The configuration is refused:\n\(problems.joined(separator: "\n"))")
        }
        let builder = ProgramBuilder(configuration: configuration, environment: environment)
        return Blueprint(
            configuration: configuration,
            program: try builder.program(overrides: overrides),
            logger: makeLogger(configuration, options)
        )
    }

    var warnings: [String] { configuration.warnings.map { "\(configuration.file):\($0)" } }

    /// The tasks that a command names, or all that stand in cycles.
    func names(_ asked: [String]) throws -> [String] {
        guard !asked.isEmpty else {
            let scheduled = program.scheduledTaskNames
            guard !scheduled.isEmpty || program.tasks.isEmpty else {
                let known = program.tasks.map(\.name).joined(separator: ", ")
                throw CommandFailure.usage("No task is due in a cycle. Name the ones you mean: \(known).")
            }
            return scheduled
        }
        for name in asked where program.task(name) == nil {
            let known = program.tasks.map(\.name).joined(separator: ", ")
            throw CommandFailure.usage("There is no task \(name) in \(configuration.file). Its tasks: \(known).")
        }
        var seen: Set<String> = []
        return asked.filter { seen.insert($0).inserted }
    }

    private static func makeLogger(_ configuration: Configuration, _ options: GlobalOptions) -> Logger {
        let format = options.logFormat ?? (configuration.log.format == .json ? .json : .text)
        let level = options.logLevel ?? Logger.Level(rawValue: configuration.log.level) ?? .info
        return Logger(label: "cleanupd") { _ in LogOutput(format: format, logLevel: level) }
    }
}
