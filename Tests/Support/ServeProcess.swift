import Foundation
import Synchronization

/// A running `cleanupd serve` with what it prints, line by line. Lent by `withServe`.
package final class ServeProcess {
    private let process = Process()
    /// The instant of the end, taken when it happened and not when a busy test machine came to look.
    private var ended: AsyncStream<ContinuousClock.Instant>.AsyncIterator
    private var lines: AsyncStream<String>.AsyncIterator
    private var seen: [String] = []
    /// Where it listens; known once it said so.
    package private(set) var port = 0

    package var pid: Int32 { process.processIdentifier }

    fileprivate init(_ cleanupd: CleanupdProcess, _ arguments: [String]) throws {
        let pipe = Pipe()
        let (lines, sendLine) = AsyncStream<String>.makeStream()
        let (ended, sendEnd) = AsyncStream<ContinuousClock.Instant>.makeStream()
        self.lines = lines.makeAsyncIterator()
        self.ended = ended.makeAsyncIterator()
        let splitter = LineSplitter()
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            for line in splitter.lines(after: data) { sendLine.yield(line) }
            guard data.isEmpty else { return }
            handle.readabilityHandler = nil
            sendLine.finish()
        }
        process.executableURL = URL(fileURLWithPath: try CleanupdProcess.binary())
        process.arguments = ["serve"] + arguments
        process.environment = cleanupd.wholeEnvironment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        process.terminationHandler = { _ in
            sendEnd.yield(.now)
            sendEnd.finish()
        }
        try Command.start(process)
    }

    /// Waits for the log line whose `action` is `event` and returns it. Lines before it are passed over.
    ///
    /// Throws if the process ends first, or the test's time limit does.
    @discardableResult
    package func waitFor(_ event: String) async throws -> String {
        while let line = await lines.next() {
            seen.append(line)
            if line.contains("\"action\":\"\(event)\"") || line.contains("action=\(event)") { return line }
        }
        throw SupportError("serve did not say \(event); it said:\n\(seen.joined(separator: "\n"))")
    }

    /// Sends a signal.
    package func signal(_ number: Int32) {
        _ = kill(process.processIdentifier, number)
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

    /// Answers `GET` (or another method) of a path.
    ///
    /// - Returns: the status, the content type and the body.
    package func request(
        _ path: String,
        method: String = "GET",
        headers: [String] = []
    ) async throws -> (status: Int, contentType: String, body: String) {
        let options = ["--silent", "--show-error", "--max-time", "20", "--request", method]
        let result = try await Command.run(
            "/usr/bin/curl",
            options + headers.flatMap { ["--header", $0] }
                + ["--write-out", "\n%{http_code} %{content_type}", "http://127.0.0.1:\(port)\(path)"]
        ).check()
        let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
        let last = (lines.last ?? "").split(separator: " ", maxSplits: 1)
        guard let status = last.first.flatMap({ Int($0) }) else { throw SupportError("no status: \(result.text)") }
        return (status, last.count > 1 ? String(last[1]) : "", lines.dropLast().joined(separator: "\n"))
    }

    fileprivate func waitUntilItListens() async throws {
        let line = try await waitFor("http_listening")
        guard let match = line.firstMatch(of: /\bport"?[=:] ?"?([0-9]+)/), let port = Int(match.1) else {
            throw SupportError("no port in: \(line)")
        }
        self.port = port
    }

    fileprivate func kill9() async {
        if process.isRunning { signal(SIGKILL) }
        while await ended.next() != nil {}
    }
}

/// Lends a service that listens; whatever is left of it afterwards is killed.
package func withServe<Result>(
    _ cleanupd: CleanupdProcess,
    _ arguments: [String] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ServeProcess) async throws -> Result
) async throws -> Result {
    let serve = try ServeProcess(cleanupd, ["--log-format", "json"] + arguments)
    do {
        try await serve.waitUntilItListens()
        let result = try await body(serve)
        await serve.kill9()
        return result
    } catch {
        await serve.kill9()
        throw error
    }
}

/// Puts the pieces that a pipe gives together to lines.
private final class LineSplitter: Sendable {
    private let rest = Mutex(Data())

    /// All lines that end in `data`; nothing more comes after empty data.
    func lines(after data: Data) -> [String] {
        rest.withLock { rest in
            rest.append(data)
            var pieces = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = data.isEmpty ? Data() : Data(pieces.removeLast())
            return pieces.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
