public import ArgumentParser
import Foundation
public import Logging

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file (environment: CLEANUPD_CONFIG; default: cleanup.yaml).",
            valueName: "file"
        )
    )
    var config: String?

    @Option(help: ArgumentHelp("How log lines look (default: as configured).", valueName: "format"))
    var logFormat: LogOutput.Format?

    @Option(help: ArgumentHelp("The lowest level that is logged (default: as configured).", valueName: "level"))
    var logLevel: Logger.Level?

    var configurationPath: String {
        config ?? ProcessInfo.processInfo.environment["CLEANUPD_CONFIG"] ?? "cleanup.yaml"
    }
}

extension LogOutput.Format: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
