import Foundation

/// A program that goes on beside a test, and ends with this object at the latest.
package final class BackgroundProgram: Sendable {
    private let child: Spawned
    private let output: String

    /// - Parameters:
    ///   - arguments: the program's path, and what it is told.
    ///   - output: the file for what it prints.
    package init(_ arguments: [String], output: String) throws {
        self.output = output
        child = try Spawned(arguments, output: output)
    }

    deinit {
        kill(child.pid, SIGKILL)
        do {
            _ = try child.wait(seconds: 10)
        } catch {
            preconditionFailure("the program is nobody else's child: \(error)")
        }
    }

    /// What it has printed so far.
    package var text: String { get throws { try String(contentsOfFile: output, encoding: .utf8) } }
}
