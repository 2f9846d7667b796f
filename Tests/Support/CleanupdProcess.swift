import Foundation

/// Runs the real binary in an environment that holds nothing but what the test says.
package struct CleanupdProcess: Sendable {
    /// What a program gets of the tests' own environment: where things lie, and what instruments it.
    static let passed = ["PATH", "HOME", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "TSAN_OPTIONS"]

    /// What the program sees besides `passed`.
    package var environment: [String: String]
    /// A program, by its path, and its arguments, that runs the command which follows in its own place: `nsenter …`.
    package var launcher: [String]

    package init(environment: [String: String] = [:], launcher: [String] = []) {
        self.environment = environment
        self.launcher = launcher
    }

    /// Runs one command to its end.
    package func run(_ arguments: [String]) async throws -> Command.Result {
        let command = try command(arguments)
        return try await Command.run(command[0], Array(command.dropFirst()), environment: wholeEnvironment)
    }

    /// The whole command line, the path of a program first.
    func command(_ arguments: [String]) throws -> [String] { launcher + [try Self.binary()] + arguments }

    /// Runs one command to its end.
    package func run(_ arguments: String...) async throws -> Command.Result { try await run(arguments) }

    package var wholeEnvironment: [String: String] {
        let own = ProcessInfo.processInfo.environment
        return own.filter { Self.passed.contains($0.key) }.merging(environment) { $1 }
    }

    /// Beside the running test program, or what `CLEANUPD_BINARY` names.
    package static func binary() throws -> String {
        guard let named = ProcessInfo.processInfo.environment["CLEANUPD_BINARY"] else { return try built("cleanupd") }
        guard FileManager.default.isExecutableFile(atPath: named) else {
            throw SupportError("There is no \(named), which CLEANUPD_BINARY names.")
        }
        return named
    }

    /// A program that is built with the tests, and lies beside them.
    package static func built(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw SupportError("There is no \(path); build it with `swift build`.")
        }
        return path
    }
}
