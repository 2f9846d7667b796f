import CleanupConfiguration
import Engine
import Foundation
import Logging
import Stores

/// What a configuration file says, as the engine's values: enough to check and to plan; writes nothing.
struct Blueprint: Sendable {
    let configuration: Configuration
    /// What admins have set, by cycle.
    let settings: [String: CycleSettings?]
    let program: Program
    let logger: Logger
    private let overrides: OverrideOptions?

    /// Throws `CommandFailure` with exit code 2 and all problems of the file.
    /// - Parameter asksDatabases: settings tables are read; else the file alone rules.
    static func read(
        _ options: GlobalOptions,
        overrides: OverrideOptions? = nil,
        backends: Backends,
        asksDatabases: Bool = true
    ) throws -> Blueprint {
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
        let logger = makeLogger(configuration, options)
        do {
            try backends.connections.forgetReplaced(in: configuration)
        } catch let error as StoreError {
            throw CommandFailure.usage(error.message)
        }
        let settings = asksDatabases ? backends.settings.read(configuration, last: [:], logger: logger) : [:]
        return Blueprint(
            configuration: configuration,
            settings: settings,
            program: try program(configuration, settings, overrides, backends),
            logger: logger,
            overrides: overrides
        )
    }

    /// The same file with the settings of this moment; `nil` = nothing has changed. Blocking.
    func refreshed(_ backends: Backends) throws -> Blueprint? {
        let fresh = backends.settings.read(configuration, last: settings, logger: logger)
        guard fresh != settings else { return nil }
        return Blueprint(
            configuration: configuration,
            settings: fresh,
            program: try Self.program(configuration, fresh, overrides, backends),
            logger: logger,
            overrides: overrides
        )
    }

    private static func program(
        _ configuration: Configuration,
        _ settings: [String: CycleSettings?],
        _ overrides: OverrideOptions?,
        _ backends: Backends
    ) throws -> Program {
        let builder = ProgramBuilder(
            configuration: configuration,
            environment: ProcessInfo.processInfo.environment,
            connections: backends.connections,
            memory: backends.memory,
            now: backends.now,
            settings: settings
        )
        do {
            return try builder.program(overrides: overrides)
        } catch let error as StoreError {
            throw CommandFailure.usage(error.message)
        }
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
