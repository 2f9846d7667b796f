import ArgumentParser
import CleanupConfiguration
import Clients
import Foundation

/// A command that may delete: before it does anything else it gives up, for good, what it does not need.
protocol ContainedCommand: ParsableCommand {
    var options: GlobalOptions { get }
    /// Files that it writes beside those that the configuration names.
    var writtenFiles: [String] { get }
    /// Carries it out.
    /// - Parameter known: what `contain` has read: so it works with the very same, and the file may be a pipe
    ///   (`--config <(…)`), which says its text only once. `nil`: the file has not been read.
    func run(with known: Configuration?) async throws
}

extension ContainedCommand {
    var writtenFiles: [String] { [] }

    /// Must be called before there is a second thread. Throws `CommandFailure` for a configuration that is refused.
    /// - Returns: the configuration that contains the process; `nil`: nothing does, and it was not read.
    func contain() throws -> Configuration? {
        // Taken down before it is changed: a configuration means the same to whoever looks and to whoever deletes.
        let environment = StartEnvironment.variables
        let folder = TemporaryVariable.folder(in: environment)
        guard try ContainmentSwitch.isOn(in: environment) else {
            if let folder { TemporaryVariable.set(folder) }
            return nil
        }
        let temporary = TemporaryPlace.make(in: folder)
        if let temporary { TemporaryVariable.set(temporary) }
        let configuration = try Blueprint.load(options)
        let written = writtenFiles.map { URL(fileURLWithPath: $0).path }
        let places = configuration.allowedPlaces(temporary: temporary, written: written)
        ContainedProcess.contain(places, lacksTemporary: temporary == nil)
        return configuration
    }
}

/// `CLEANUPD_TMPDIR`: where temporary files lie (of a contained command: in a folder of its own there), if not in `TMPDIR`,
/// which a configuration may name.
enum TemporaryVariable {
    static let name = "CLEANUPD_TMPDIR"

    static func folder(in environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// For libraries. SQLite asks for its own name first.
    static func set(_ folder: String) {
        for name in ["TMPDIR", "SQLITE_TMPDIR"] { setenv(name, folder, 1) }
    }
}
