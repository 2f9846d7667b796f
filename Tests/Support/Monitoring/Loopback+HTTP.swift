package import Foundation

extension Loopback {
    /// The status of an answer; 0 = nobody answers.
    package static func status(
        port: Int,
        _ path: String,
        method: String = "GET",
        options: [String] = []
    ) async throws -> Int {
        let url = "http://127.0.0.1:\(port)\(path)"
        let fixed = ["--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", "%{http_code}"]
        let result = try await Command.run("/usr/bin/curl", fixed + ["--request", method] + options + [url])
        return Int(result.text) ?? 0
    }

    /// The body of an answer; throws unless its status is good.
    package static func body(port: Int, _ path: String, options: [String] = []) async throws -> Data {
        let url = "http://127.0.0.1:\(port)\(path)"
        let fixed = ["--silent", "--show-error", "--fail-with-body", "--max-time", "60"]
        return try await Command.run("/usr/bin/curl", fixed + options + [url]).check().output
    }
}
