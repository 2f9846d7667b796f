import ArgumentParser
import CleanupConfiguration
import Clients
import Foundation

/// A command that may delete: before it does anything else it gives up, for good, what it does not need.
protocol ContainedCommand: ParsableCommand {
    var options: GlobalOptions { get }
    /// Files that it writes beside those that the configuration names.
    var writtenFiles: [String] { get }
}

extension ContainedCommand {
    var writtenFiles: [String] { [] }

    /// Must be called before there is a second thread. Throws `CommandFailure` for a configuration that is refused.
    func contain() throws {
        guard try ContainmentSwitch.isOn(in: ProcessInfo.processInfo.environment) else { return }
        let configuration = try Blueprint.load(options)
        let temporary = TemporaryPlace.make()
        // SQLite asks for its own name first.
        if let temporary { for name in ["TMPDIR", "SQLITE_TMPDIR"] { setenv(name, temporary, 1) } }
        let written = writtenFiles.map { URL(fileURLWithPath: $0).path }
        let places = configuration.allowedPlaces(temporary: temporary, written: written)
        ContainedProcess.contain(places, lacksTemporary: temporary == nil)
    }
}

/// `CLEANUPD_CONTAINMENT`: on unless it says off, for debuggers and for roots that are replaced while the service runs.
enum ContainmentSwitch {
    static let variable = "CLEANUPD_CONTAINMENT"

    /// Throws `CommandFailure` for a word that is neither.
    static func isOn(in environment: [String: String]) throws -> Bool {
        switch environment[variable] ?? "" {
        case "", "on": return true
        case "off": return false
        case let word:
            throw CommandFailure.usage("\(variable) is \"\(word)\": say on or off, or leave it out for on.")
        }
    }
}
