package import Foundation

/// Runs other programs to their end.
package enum Command {
    /// What a program said and how it ended; a signal that ended it is 128 + its number, as in a shell.
    package struct Result: Sendable {
        package let commandLine: String
        package let code: Int32
        package let output: Data
        package let errors: Data

        package var text: String { String(decoding: output, as: UTF8.self) }
        package var errorText: String { String(decoding: errors, as: UTF8.self) }

        /// Throws what the program said unless it ended with 0.
        @discardableResult
        package func check() throws -> Result {
            guard code == 0 else { throw SupportError("\(commandLine) ended with \(code): \(errorText)\(text)") }
            return self
        }
    }

    /// Output goes through files, so that no program waits for a reader and nothing is lost.
    ///
    /// - Parameter environment: the whole environment; `nil` = the test's own.
    package static func run(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        input: Data = Data(),
        directory: URL? = nil
    ) async throws -> Result {
        let files = try Streams(input: input)
        defer { files.end() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let directory { process.currentDirectoryURL = directory }
        process.standardInput = files.input
        process.standardOutput = files.output
        process.standardError = files.errors
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in done.resume() }
            do {
                try start(process)
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: SupportError("\(executable) cannot be started: \(error)"))
            }
        }
        return Result(
            commandLine: ([executable] + arguments).joined(separator: " "),
            code: code(of: process),
            output: try files.contents(of: files.output),
            errors: try files.contents(of: files.errors)
        )
    }

    /// Starts a process that can be ended by a signal: the threads of the pool have most signals blocked, and a child
    /// would inherit that.
    package static func start(_ process: Process) throws {
        var none = sigset_t()
        var usual = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &usual)
        defer { pthread_sigmask(SIG_SETMASK, &usual, nil) }
        try process.run()
    }

    /// How an ended process ended, as a shell says it.
    package static func code(of process: Process) -> Int32 {
        process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// Three files without a name.
    private struct Streams {
        let input: FileHandle
        let output: FileHandle
        let errors: FileHandle

        init(input data: Data) throws {
            input = try Self.nameless()
            output = try Self.nameless()
            errors = try Self.nameless()
            try input.write(contentsOf: data)
            try input.seek(toOffset: 0)
        }

        /// At once: Foundation keeps a process, and what it was given, for long.
        func end() {
            for file in [input, output, errors] { close(file.fileDescriptor) }
        }

        func contents(of file: FileHandle) throws -> Data {
            try file.seek(toOffset: 0)
            return try file.readToEnd() ?? Data()
        }

        private static func nameless() throws -> FileHandle {
            guard let file = tmpfile() else { throw SupportError("tmpfile: \(String(cString: strerror(errno)))") }
            defer { fclose(file) }
            let descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw SupportError("fcntl: \(String(cString: strerror(errno)))") }
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        }
    }
}
