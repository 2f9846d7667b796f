public import ArgumentParser
import Foundation
public import Logging

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: "The configuration file (environment: CLEANUPD_CONFIG; default: cleanup.yaml).")
    var config: String?

    @Option(help: "How log lines look: text or json (default: as configured).")
    var logFormat: LogOutput.Format?

    @Option(help: "The lowest level that is logged: trace, debug, info, notice, warning, error, critical.")
    var logLevel: Logger.Level?

    var configurationPath: String {
        config ?? ProcessInfo.processInfo.environment["CLEANUPD_CONFIG"] ?? "cleanup.yaml"
    }
}

extension LogOutput.Format: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
