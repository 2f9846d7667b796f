import Foundation

/// A `cleanupd serve` that a stack can scrape; it keeps its port when it is started again.
package final class MonitoredService: Sendable {
    package let name: String
    package let port: Int
    package let child: MonitoredChild

    /// - Parameters:
    ///   - configuration: the file; it takes its address from `CLEANUP_LISTEN`.
    ///   - environment: all that the program sees besides `CleanupdProcess.passed`.
    package init(
        _ stack: MonitoringStack,
        _ name: String,
        configuration: String,
        environment: [String: String] = [:]
    ) throws {
        self.name = name
        port = try Loopback.freePort()
        var all = environment
        all["CLEANUP_LISTEN"] = "127.0.0.1:\(port)"
        child = stack.child(
            name,
            [try CleanupdProcess.binary(), "serve", "--log-format", "json", "--config", configuration],
            environment: all
        )
    }

    /// Starts it and waits until it answers.
    /// - Parameter environment: for this time, besides its own.
    package func start(_ environment: [String: String] = [:]) async throws {
        try child.start(environment)
        try await child.waitUntilItAnswers(port: port, "/metrics")
    }

    /// Its log, line by line as it says `action`.
    package func waitFor(_ action: String, seconds: Double = 60) async throws {
        let line = "\"action\":\"\(action)\""
        guard try await eventually(seconds: seconds, { child.log.contains(line) ? true : nil }) != nil else {
            throw SupportError("\(name) did not say \(action): \(child.log)")
        }
    }

    /// What Prometheus scrapes; the instance bears the name.
    package func target(_ labels: [String: String] = [:]) -> MonitoringStack.Target {
        MonitoringStack.Target(port: port, labels: ["instance": name].merging(labels) { $1 })
    }

    /// Whole, in text.
    package func exposition(_ format: Exposition.Format = .text) async throws -> String {
        let data = try await Loopback.body(port: port, "/metrics", options: ["--header", format.accept])
        return String(decoding: data, as: UTF8.self)
    }
}
