import CleanupConfiguration
import Engine
import Foundation
import Logging
import Retention
import Stores

/// What a configuration file says, as the engine's values: enough to check and to plan; writes nothing.
struct Blueprint: Sendable {
    let configuration: Configuration
    /// What admins have set, by cycle.
    let settings: [String: CycleSettings?]
    /// What admins have set by calls, as the state store had it.
    let admin: AdminSettings
    /// Whom cycles tell, by cycle, as it was when the file was read: while an address cannot be read again, what admins set
    /// must come into force all the same. Empty for who tells nobody.
    private let notices: [String: [NoticeRule]]
    let program: Program
    let logger: Logger
    private let overrides: Overrides?

    /// The checked file, and nothing else. Throws `CommandFailure` with exit code 2 and all problems of the file.
    static func load(_ options: GlobalOptions) throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        do {
            return try ConfigurationLoader(environment: environment).load(file: options.configurationPath)
        } catch {
            throw CommandFailure.usage("The configuration is refused:\n\(error)")
        }
    }

    /// Throws `CommandFailure` with exit code 2 and all problems of the file.
    /// - Parameters:
    ///   - asksDatabases: settings tables are read; else the file alone rules.
    ///   - tells: cycles tell those whom they name; only then the files of addresses and secrets are read.
    static func read(
        _ options: GlobalOptions,
        overrides: Overrides? = nil,
        backends: Backends,
        asksDatabases: Bool = true,
        tells: Bool = false
    ) throws -> Blueprint {
        let configuration = try load(options)
        let logger = makeLogger(configuration, options)
        let notices: [String: [NoticeRule]]
        do {
            try backends.connections.forgetReplaced(in: configuration)
            notices = tells ? try WebhookChannel.rules(of: configuration, backends.webhooks) : [:]
        } catch let error as StoreError {
            throw CommandFailure.usage(error.message)
        }
        let settings = asksDatabases ? backends.settings.read(configuration, last: [:], logger: logger) : [:]
        return Blueprint(
            configuration: configuration,
            settings: settings,
            admin: AdminSettings(),
            notices: notices,
            program: try program(configuration, settings, AdminSettings(), notices, overrides, backends),
            logger: logger,
            overrides: overrides
        )
    }

    /// The same file with the settings of this moment; `nil` = nothing has changed. Blocking.
    /// - Parameter stored: settings of the state store.
    func refreshed(_ backends: Backends, stored: [String: String]) throws -> Blueprint? {
        let fresh = backends.settings.read(configuration, last: settings, logger: logger)
        let admin = admin(stored)
        guard fresh != settings || admin != self.admin else { return nil }
        return try with(fresh, admin, backends)
    }

    /// The same with what admins have set by calls. Blocking.
    func with(stored: [String: String], _ backends: Backends) throws -> Blueprint {
        try with(settings, admin(stored), backends)
    }

    /// The same with what admins have set, as the state store has it: that decides what a run would do. Where it cannot be
    /// asked the file rules, and that is said. Blocking.
    func withStoredSettings(_ backends: Backends) throws -> Blueprint {
        let stored: [String: String]
        do {
            stored = try OpenState.settings(of: configuration)
        } catch {
            StandardError.write("What was set by calls cannot be read; what is shown is the file's: \(error)\n")
            return self
        }
        return try with(stored: stored, backends)
    }

    private func with(
        _ settings: [String: CycleSettings?],
        _ admin: AdminSettings,
        _ backends: Backends
    ) throws -> Blueprint {
        for problem in admin.problems where !self.admin.problems.contains(problem) {
            logger.error("\(problem)", metadata: ["action": "settings_warning"])
        }
        return Blueprint(
            configuration: configuration,
            settings: settings,
            admin: admin,
            notices: notices,
            program: try Self.program(configuration, settings, admin, notices, overrides, backends),
            logger: logger,
            overrides: overrides
        )
    }

    /// The program for one run that replaces some of its values. Blocking; throws `CommandFailure`.
    func program(overriding overrides: Overrides, _ backends: Backends) throws -> Program {
        try Self.program(configuration, settings, admin, notices, overrides, backends)
    }

    private func admin(_ stored: [String: String]) -> AdminSettings {
        AdminSettings(stored) { name in configuration.cycles.first { $0.name == name }?.zone }
    }

    private static func program(
        _ configuration: Configuration,
        _ settings: [String: CycleSettings?],
        _ admin: AdminSettings,
        _ notices: [String: [NoticeRule]],
        _ overrides: Overrides?,
        _ backends: Backends
    ) throws -> Program {
        let builder = ProgramBuilder(
            configuration: configuration,
            environment: ProcessInfo.processInfo.environment,
            connections: backends.connections,
            memory: backends.memory,
            now: backends.now,
            settings: settings,
            admin: admin,
            notices: notices
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
            throw CommandFailure.usage(unknown(name))
        }
        var seen: Set<String> = []
        return asked.filter { seen.insert($0).inserted }
    }

    private func unknown(_ name: String) -> String {
        let known = program.tasks.map(\.name)
        let suggestion = EditDistance.suggestion(for: name, among: known)
        return "There is no task \(DisplayName.printable(name.utf8)) in \(configuration.file)"
            + (suggestion.isEmpty ? "." : suggestion) + " Its tasks: \(known.joined(separator: ", "))."
    }

    private static func makeLogger(_ configuration: Configuration, _ options: GlobalOptions) -> Logger {
        let format = options.logFormat ?? (configuration.log.format == .json ? .json : .text)
        let level = options.logLevel ?? Logger.Level(rawValue: configuration.log.level) ?? .info
        return Logger(label: "cleanupd") { _ in LogOutput(format: format, logLevel: level) }
    }
}
