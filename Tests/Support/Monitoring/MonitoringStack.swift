import Foundation
import Synchronization

/// A real Prometheus and a real Alertmanager on free ports of loopback, with a webhook that keeps all notifications.
///
/// Prometheus scrapes and evaluates every second, and Alertmanager sends without delay. Prometheus starts with its first
/// targets, so that nothing is absent before. Ends with this object.
package final class MonitoringStack: Sendable {
    /// Something to scrape; `labels` may set `instance`.
    package struct Target: Sendable {
        package var job: String
        package var port: Int
        package var path: String
        package var labels: [String: String]

        package init(_ job: String = "cleanupd", port: Int, path: String = "/metrics", labels: [String: String] = [:]) {
            self.job = job
            self.port = port
            self.path = path
            self.labels = labels
        }
    }

    package struct Options: Sendable {
        /// How much faster than usual time passes for the rules; `nil` = no rules.
        package var divisor: Int? = 60
        /// The rules have the label `installation` in each `by` and `on`, as the page of the alerts says.
        package var hasInstallations = false
        /// Seconds between two scrapes, and how long one may take.
        package var scrapeSeconds = 1
        /// OpenMetrics text with times, of which Prometheus knows when it starts.
        package var past: String?

        package init() {}
    }

    package let receiver: WebhookReceiver
    package let prometheusPort: Int
    let folder: MonitoringFolder
    private let alertmanagerPort: Int
    private let prometheus: MonitoredChild
    private let alertmanager: MonitoredChild
    private let others = Mutex<[(name: String, child: MonitoredChild)]>([])

    private init(_ options: Options) throws {
        folder = try MonitoringFolder()
        receiver = try WebhookReceiver()
        prometheusPort = try Loopback.freePort()
        alertmanagerPort = try Loopback.freePort()
        prometheus = MonitoredChild(
            folder,
            [
                "/usr/bin/prometheus", "--config.file=\(folder.file("prometheus.yml"))", "--log.level=warn",
                "--storage.tsdb.path=\(folder.file("tsdb"))", "--web.listen-address=127.0.0.1:\(prometheusPort)",
            ],
            log: "prometheus.log"
        )
        alertmanager = MonitoredChild(
            folder,
            [
                "/usr/bin/prometheus-alertmanager", "--config.file=\(folder.file("alertmanager.yml"))",
                "--storage.path=\(folder.file("alertmanager"))", "--cluster.listen-address=",
                "--web.listen-address=127.0.0.1:\(alertmanagerPort)", "--log.level=warn",
            ],
            log: "alertmanager.log"
        )
    }

    /// Starts Alertmanager, and makes all ready for Prometheus.
    package static func start(_ options: Options = Options()) async throws -> MonitoringStack {
        let stack = try MonitoringStack(options)
        try await stack.write(options)
        try stack.alertmanager.start()
        try await stack.alertmanager.waitUntilItAnswers(port: stack.alertmanagerPort, "/-/ready")
        return stack
    }

    /// For files of a test that must go with the stack.
    package func file(_ name: String) -> String { folder.file(name) }

    /// A program that ends with the stack.
    package func child(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) -> MonitoredChild {
        let child = MonitoredChild(folder, arguments, environment: environment, log: "\(name).log")
        others.withLock { $0.append((name, child)) }
        return child
    }

    /// What Prometheus scrapes from now on. The first call starts it, and waits until it is ready.
    package func scrape(_ targets: [Target]) async throws {
        let groups = targets.map { target in
            let fixed = ["job": target.job, "__metrics_path__": target.path]
            return Group(targets: ["127.0.0.1:\(target.port)"], labels: fixed.merging(target.labels) { $1 })
        }
        // A rename, so that no half of it is read.
        try JSONEncoder().encode(groups).write(to: URL(fileURLWithPath: folder.file("targets.json")), options: .atomic)
        guard prometheus.pid == 0 else { return }
        try prometheus.start()
        try await prometheus.waitUntilItAnswers(port: prometheusPort, "/-/ready")
    }

    private struct Group: Encodable {
        let targets: [String]
        let labels: [String: String]
    }

    /// Ends of all logs, for a test that failed.
    package var logs: String {
        let all = [("prometheus", prometheus), ("alertmanager", alertmanager)] + others.withLock { $0 }
        return all.map { "--- \($0.0)\n\($0.1.log.suffix(6000))" }.joined(separator: "\n")
            + "\n--- webhook\n"
            + (receiver.events.map { "\($0.status) \($0.words)" } + receiver.problems).joined(separator: "\n")
    }

    // MARK: Files

    private func write(_ options: Options) async throws {
        var rules = ""
        if let divisor = options.divisor {
            let folder = folder.file("rules")
            try await FastRules.write(to: folder, divisor: divisor, hasInstallations: options.hasInstallations)
            rules = "rule_files: [\"rules/*.yml\"]"
        }
        let every = "\(options.scrapeSeconds)s"
        try text(
            """
            global: { scrape_interval: \(every), scrape_timeout: \(every), evaluation_interval: 1s }
            \(rules)
            alerting:
              alertmanagers:
                - static_configs: [{ targets: ["127.0.0.1:\(alertmanagerPort)"] }]
            scrape_configs:
              - job_name: all
                file_sd_configs: [{ files: [targets.json], refresh_interval: 1s }]
            """,
            to: "prometheus.yml"
        )
        try text(
            """
            route:
              receiver: test
              group_by: ["..."]
              group_wait: 0s
              group_interval: 1s
              repeat_interval: 1h
            receivers:
              - name: test
                webhook_configs: [{ url: "\(receiver.url)", send_resolved: true }]
            """,
            to: "alertmanager.yml"
        )
        if let past = options.past {
            try text(past, to: "past.txt")
            let arguments = ["tsdb", "create-blocks-from", "openmetrics", folder.file("past.txt"), folder.file("tsdb")]
            try await Command.run("/usr/bin/promtool", arguments).check()
        }
    }

    private func text(_ text: String, to name: String) throws {
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }
}

/// Lends a stack; prints what its servers said when the body fails.
package func withMonitoring<Result>(
    _ options: MonitoringStack.Options = .init(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (MonitoringStack) async throws -> Result
) async throws -> Result {
    let stack = try await MonitoringStack.start(options)
    do {
        return try await body(stack)
    } catch {
        throw SupportError("\(error)\n\(stack.logs)")
    }
}
