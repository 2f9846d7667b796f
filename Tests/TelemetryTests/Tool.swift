import Foundation
import Support

/// Runs programs that judge what is exposed.
enum Tool {
    struct Result: Sendable {
        let status: Int32
        /// Standard output and standard error together.
        let output: String
    }

    /// Runs a program found in `PATH` with a file as its standard input, and waits for its end.
    static func run(_ program: String, _ arguments: [String], input: URL) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let source = try FileHandle(forReadingFrom: input)
        defer { source.closeFile() }
        let pipe = Pipe()
        process.standardInput = source
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }

    /// The Python that has `prometheus_client`: `CLEANUPD_PYTHON`, else `python3`.
    static var python: String { ProcessInfo.processInfo.environment["CLEANUPD_PYTHON"] ?? "python3" }

    /// Lends a new directory and takes it away afterwards.
    static func withTemporaryDirectory<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        return try body(folder.url)
    }

    /// What `promtool check metrics` says of a body in text 0.0.4: status 0 and nothing, if all is well.
    static func promtool(_ body: [UInt8]) throws -> Result {
        try withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("metrics")
            try Data(body).write(to: file)
            return try run("promtool", ["check", "metrics"], input: file)
        }
    }
}
