import CleanupConfiguration
import Engine
import Foundation
import Logging
import Retention
import Stores

/// What a configuration file says, as the engine's values: enough to check and to plan; writes nothing.
struct Blueprint: Sendable {
    private let terms: ProgramTerms
    let program: Program
    let logger: Logger

    var configuration: Configuration { terms.configuration }
    var connections: Connections { terms.connections }
    /// What admins have set, by cycle.
    var settings: [String: CycleSettings?] { terms.settings }
    /// What admins have set by calls, as the state store had it.
    var admin: AdminSettings { terms.admin }

    /// For who starts with these terms or takes them over: what they ask for and cannot be had is their fault. Blocking.
    private init(_ terms: ProgramTerms, _ backends: Backends, _ logger: Logger) throws {
        do {
            program = try terms.program(backends)
        } catch let error as StoreError {
            throw CommandFailure.usage(error.message)
        }
        self.terms = terms
        self.logger = logger
    }

    /// The checked file, and nothing else. Throws `CommandFailure` with exit code 2 and all problems of the file.
    static func load(_ options: GlobalOptions) throws -> Configuration {
        let environment = StartEnvironment.variables
        do {
            return try ConfigurationLoader(environment: environment).load(file: options.configurationPath)
        } catch {
            throw CommandFailure.usage("The configuration is refused:\n\(error)")
        }
    }

    /// Throws `CommandFailure` with exit code 2 and all problems of the file.
    /// - Parameters:
    ///   - known: what the file says, where it has been read already.
    ///   - asksDatabases: settings tables are read; else the file alone rules.
    ///   - tells: cycles tell those whom they name; only then the files of addresses and secrets are read.
    static func read(
        _ options: GlobalOptions,
        known: Configuration? = nil,
        overrides: Overrides? = nil,
        backends: Backends,
        asksDatabases: Bool = true,
        tells: Bool = false
    ) throws -> Blueprint {
        let configuration = try known ?? load(options)
        let logger = makeLogger(configuration, options)
        let connections: Connections
        let notices: [String: [NoticeRule]]
        do {
            connections = try backends.connections.successor(for: configuration)
            notices = tells ? try WebhookChannel.rules(of: configuration, backends.webhooks) : [:]
        } catch let error as StoreError {
            throw CommandFailure.usage(error.message)
        }
        let settings = asksDatabases ? backends.settings.read(connections, last: [:], logger: logger) : [:]
        let terms = ProgramTerms(
            connections: connections,
            settings: settings,
            notices: notices,
            overrides: overrides
        )
        return try Blueprint(terms, backends, logger)
    }

    /// The same file with the settings of this moment; `nil` = nothing has changed. Blocking.
    /// - Parameter stored: settings of the state store.
    func refreshed(_ backends: Backends, stored: [String: String]) throws -> Blueprint? {
        let fresh = backends.settings.read(connections, last: settings, logger: logger)
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
            StandardError.write(ServiceWords.storedSettingsUnread(error) + "\n")
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
        var terms = terms
        terms.settings = settings
        terms.admin = admin
        return try Blueprint(terms, backends, logger)
    }

    /// The program for one run that replaces some of its values. Blocking. Throws `CommandFailure` for values that fit no
    /// task, and `StoreError` for a connection that cannot be used by now, which is no fault of who asks for the run.
    func program(overriding overrides: Overrides, _ backends: Backends) throws -> Program {
        var terms = terms
        terms.overrides = overrides
        return try terms.program(backends)
    }

    private func admin(_ stored: [String: String]) -> AdminSettings {
        AdminSettings(stored) { name in configuration.cycles.first { $0.name == name }?.zone }
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
