import ArgumentParser
import Engine
import Retention

/// Ends the program with a code of the contract and a sentence on standard error.
struct CommandFailure: Error, CustomStringConvertible {
    var exitCode: ExitCode
    /// Empty when everything has been said already.
    var message: String

    var description: String { message }

    /// Whoever asked can mend it, by asking for something else.
    var isUsage: Bool { exitCode == ExitCode(2) }

    static func failed(_ message: String) -> CommandFailure { CommandFailure(exitCode: ExitCode(1), message: message) }
    static func usage(_ message: String) -> CommandFailure { CommandFailure(exitCode: ExitCode(2), message: message) }
    static func refused(_ message: String) -> CommandFailure { CommandFailure(exitCode: ExitCode(4), message: message) }
    static func locked(_ message: String) -> CommandFailure { CommandFailure(exitCode: ExitCode(5), message: message) }
}

extension CycleReport {
    /// The exit code of a run of several tasks: the gravest of them.
    var exitCode: ExitCode {
        if runs.contains(where: { $0.outcome == .failed }) { return ExitCode(1) }
        if runs.contains(where: { $0.outcome == .refused }) { return ExitCode(4) }
        if runs.contains(where: \.isLocked) { return ExitCode(5) }
        // A task that was asked for and did nothing is no success.
        if runs.contains(where: { [.partial, .cancelled, .skipped].contains($0.outcome) }) { return ExitCode(3) }
        return .success
    }
}
