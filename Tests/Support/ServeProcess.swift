import Foundation

/// A running `cleanupd serve` with what it prints, line by line. Lent by `withServe`.
package final class ServeProcess {
    private let running: RunningProcess
    private let launcher: [String]
    /// Where it listens; known once it said so.
    package private(set) var port = 0

    package var pid: Int32 { running.pid }

    fileprivate init(_ running: RunningProcess, _ launcher: [String]) {
        self.running = running
        self.launcher = launcher
    }

    /// Waits for the log line whose `action` is `event` and returns it. Lines before it are passed over.
    ///
    /// Throws if the process ends first, or the test's time limit does.
    @discardableResult
    package func waitFor(_ event: String) async throws -> String { try await running.waitFor(event) }

    /// The same of the first such line, also if it stood before that which says where it listens: what begins with the
    /// service may be that quick.
    @discardableResult
    package func waitForFirst(_ event: String) async throws -> String { try await running.waitForFirst(event) }

    /// Sends a signal.
    package func signal(_ number: Int32) { running.signal(number) }

    /// Sends SIGSTOP, and waits until none of its threads runs any more.
    package func halt() async throws { try await running.halt() }

    /// Sends SIGTERM and waits.
    ///
    /// - Returns: the exit code and the seconds that it took.
    package func terminate() async -> (code: Int32, seconds: Double) { await running.terminate() }

    /// Sends SIGKILL, unless it has ended, and waits.
    package func kill9() async { await running.kill9() }

    /// Waits for the end.
    /// - Returns: the exit code, and all that was printed.
    package func end() async -> (code: Int32, lines: [String]) { await running.end() }

    /// Answers `GET` (or another method) of a path, with a body where there is one.
    ///
    /// - Returns: the status, the content type and the body.
    package func request(
        _ path: String,
        method: String = "GET",
        headers: [String] = [],
        body: String? = nil
    ) async throws -> (status: Int, contentType: String, body: String) {
        let options = ["--silent", "--show-error", "--max-time", "20", "--request", method]
        let curl =
            launcher + ["/usr/bin/curl"] + options + headers.flatMap { ["--header", $0] }
            + (body.map { ["--data-binary", $0] } ?? [])
            + ["--write-out", "\n%{http_code} %{content_type}", "http://127.0.0.1:\(port)\(path)"]
        let result = try await Command.run(curl[0], Array(curl.dropFirst())).check()
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
}

/// Lends a service that listens; whatever is left of it afterwards is killed.
package func withServe<Result>(
    _ cleanupd: CleanupdProcess,
    _ arguments: [String] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ServeProcess) async throws -> Result
) async throws -> Result {
    try await withRunning(cleanupd, ["serve"] + arguments) { running in
        let serve = ServeProcess(running, cleanupd.launcher)
        try await serve.waitUntilItListens()
        return try await body(serve)
    }
}
