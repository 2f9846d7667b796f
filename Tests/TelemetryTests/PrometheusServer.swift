import Foundation
import Support

/// A real Prometheus (Debian package prometheus) that scrapes one target twice a second.
struct PrometheusServer {
    /// One series of an answer.
    struct Series: Decodable {
        let metric: [String: String]
        /// Instant and number; the number as text.
        let value: [Number]?

        enum Number: Decodable {
            case instant(Double)
            case text(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do {
                    self = .text(try container.decode(String.self))
                } catch {
                    self = .instant(try container.decode(Double.self))
                }
            }
        }

        var number: Double? {
            guard case .text(let text)? = value?.last else { return nil }
            return Double(text.replacing("Inf", with: "inf"))
        }
    }

    private struct Answer: Decodable {
        struct Data: Decodable {
            let result: [Series]
        }

        let status: String
        let data: Data?
        let error: String?
    }

    private let port: Int

    /// Lends a server, and ends it afterwards. Its program: `CLEANUPD_PROMETHEUS`, else `prometheus`.
    static func with(
        target: Int,
        arguments: [String] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let port = try ScrapeTarget.freePort()
            let file = directory.appendingPathComponent("prometheus.yml")
            try configuration(target: target).write(to: file, atomically: true, encoding: .utf8)
            let log = directory.appendingPathComponent("log")
            try Data().write(to: log)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.currentDirectoryURL = directory
            process.arguments =
                [
                    ProcessInfo.processInfo.environment["CLEANUPD_PROMETHEUS"] ?? "prometheus",
                    "--config.file=\(file.path)", "--storage.tsdb.path=\(directory.path)/data",
                    "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
                ] + arguments
            process.standardInput = FileHandle.nullDevice
            process.standardError = try FileHandle(forWritingTo: log)
            try Command.start(process)
            defer {
                // The directory is about to go; nothing in it is wanted.
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            do {
                try await body(PrometheusServer(port: port))
            } catch {
                let said = String(decoding: try Data(contentsOf: log), as: UTF8.self)
                throw SupportError("\(error); Prometheus said: \(said)")
            }
        }
    }

    /// The series that an expression gives now.
    func query(_ expression: String) async throws -> [Series] {
        let options = ["--silent", "--show-error", "--max-time", "20", "--retry", "20", "--retry-connrefused"]
        let result = try await Command.run(
            "/usr/bin/curl",
            options + ["--data-urlencode", "query=\(expression)", "http://127.0.0.1:\(port)/api/v1/query"]
        ).check()
        let answer = try JSONDecoder().decode(Answer.self, from: result.output)
        guard let data = answer.data else { throw SupportError("\(expression): \(answer.error ?? answer.status)") }
        return data.result
    }

    /// The number of an expression that has one series; `nil` without any.
    func number(_ expression: String) async throws -> Double? {
        let series = try await query(expression)
        guard series.count <= 1 else { throw SupportError("\(expression) has \(series.count) series") }
        return series.first?.number
    }

    private static func configuration(target: Int) -> String {
        """
        global: { scrape_interval: 500ms, scrape_timeout: 500ms }
        scrape_configs:
          - job_name: cleanup
            static_configs: [{ targets: ["127.0.0.1:\(target)"] }]
        """
    }
}
