import Foundation
import Support

/// A real Prometheus (Debian package prometheus) that scrapes one target twice a second.
struct PrometheusServer {
    private let port: Int

    /// Lends a server, and ends it afterwards. Its program: `CLEANUPD_PROMETHEUS`, else `prometheus`.
    static func with(
        target: Int,
        arguments: [String] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let port = try Loopback.freePort()
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
    func query(_ expression: String) async throws -> [PrometheusSeries] {
        try await PrometheusSeries.query(expression, port: port, options: ["--retry", "20", "--retry-connrefused"])
    }

    /// The number of an expression that has one series; `nil` without any.
    func number(_ expression: String) async throws -> Double? {
        let series = try await query(expression)
        guard series.count <= 1 else { throw SupportError("\(expression) has \(series.count) series") }
        return series.first?.values.last
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
