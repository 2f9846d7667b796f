import Foundation

/// A command of the real binary that goes on while the test looks, with what it prints, line by line. Lent by
/// `withRunning`.
package final class RunningProcess {
    private let process = Process()
    /// The instant of the end, taken when it happened and not when a busy test machine came to look.
    private var ended: AsyncStream<ContinuousClock.Instant>.AsyncIterator
    private var lines: AsyncStream<String>.AsyncIterator
    /// What it has printed so far, as far as somebody has waited for it.
    private(set) var seen: [String] = []

    package var pid: Int32 { process.processIdentifier }

    init(_ cleanupd: CleanupdProcess, _ arguments: [String]) throws {
        let pipe = Pipe()
        let (lines, sendLine) = AsyncStream<String>.makeStream()
        let (ended, sendEnd) = AsyncStream<ContinuousClock.Instant>.makeStream()
        self.lines = lines.makeAsyncIterator()
        self.ended = ended.makeAsyncIterator()
        let command = try cleanupd.command(arguments)
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = cleanupd.wholeEnvironment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        process.terminationHandler = { _ in
            sendEnd.yield(.now)
            sendEnd.finish()
        }
        try Command.start(process)
        let output = pipe.fileHandleForReading
        // A thread of its own, because a handler of the pipe may miss its end where many processes run side by side.
        Thread.detachNewThread {
            var splitter = LineSplitter()
            while true {
                let data = output.availableData
                for line in splitter.lines(after: data) { sendLine.yield(line) }
                guard !data.isEmpty else { break }
            }
            // At once: Foundation keeps a process, and what it was given, for long.
            close(output.fileDescriptor)
            sendLine.finish()
        }
    }

    /// Waits for the log line whose `action` is `event` and returns it. Lines before it are passed over.
    ///
    /// Throws if the process ends first, or the test's time limit does.
    @discardableResult
    package func waitFor(_ event: String) async throws -> String {
        while let line = await lines.next() {
            seen.append(line)
            if Self.isOf(event, line) { return line }
        }
        throw SupportError("The process did not say \(event); it said:\n\(seen.joined(separator: "\n"))")
    }

    /// The first log line whose `action` is `event`, also one that was passed over while something else was waited for.
    @discardableResult
    package func waitForFirst(_ event: String) async throws -> String {
        if let line = seen.first(where: { Self.isOf(event, $0) }) { return line }
        return try await waitFor(event)
    }

    private static func isOf(_ event: String, _ line: String) -> Bool {
        line.contains("\"action\":\"\(event)\"") || line.contains("action=\(event)")
    }

    /// Sends a signal.
    package func signal(_ number: Int32) {
        _ = kill(process.processIdentifier, number)
    }

    /// Sends SIGSTOP, and waits until none of its threads runs any more: whoever looks then sees all that it has done.
    package func halt() async throws {
        signal(SIGSTOP)
        let tasks = "/proc/\(pid)/task"
        let isHalted = try await eventually(seconds: 30, every: .milliseconds(1)) {
            try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy {
                // Without content the thread has ended since the folder was read.
                guard let stat = FileManager.default.contents(atPath: "\(tasks)/\($0)/stat") else { return true }
                // "tid (name) state …", of which the name may hold blanks.
                return stat.drop { $0 != UInt8(ascii: ")") }.dropFirst(2).first == UInt8(ascii: "T")
            } ? true : nil
        }
        guard isHalted == true else { throw SupportError("the process \(pid) goes on after SIGSTOP") }
    }

    /// Waits for the end.
    /// - Returns: the exit code, and all that was printed.
    package func end() async -> (code: Int32, lines: [String]) {
        while let line = await lines.next() { seen.append(line) }
        _ = await ended.next()
        return (Command.code(of: process), seen)
    }

    /// Sends SIGTERM and waits.
    ///
    /// - Returns: the exit code and the seconds that it took.
    package func terminate() async -> (code: Int32, seconds: Double) {
        let start = ContinuousClock.now
        process.terminate()
        let end = await ended.next() ?? .now
        return (Command.code(of: process), (end - start) / .seconds(1))
    }

    /// Sends SIGKILL, unless it has ended, and waits.
    package func kill9() async {
        if process.isRunning { signal(SIGKILL) }
        while await ended.next() != nil {}
    }
}

/// Lends a command that runs; whatever is left of it afterwards is killed.
package func withRunning<Result>(
    _ cleanupd: CleanupdProcess,
    _ arguments: [String],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RunningProcess) async throws -> Result
) async throws -> Result {
    let running = try RunningProcess(cleanupd, arguments + ["--log-format", "json"])
    do {
        let result = try await body(running)
        await running.kill9()
        return result
    } catch {
        await running.kill9()
        throw error
    }
}

/// Puts the pieces that a pipe gives together to lines.
private struct LineSplitter {
    private var rest = Data()

    /// All lines that end in `data`; nothing more comes after empty data.
    mutating func lines(after data: Data) -> [String] {
        rest.append(data)
        var pieces = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = data.isEmpty ? Data() : Data(pieces.removeLast())
        return pieces.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }
}
