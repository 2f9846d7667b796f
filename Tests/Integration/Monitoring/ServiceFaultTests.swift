import Foundation
import Support
import Testing

/// Faults of the process and of what it rests on, really made: each alert reaches the webhook through Prometheus and
/// Alertmanager, and is resolved after the repair. The rules run in fast motion.
@Suite(.tags(.m8), .timeLimit(.minutes(15)))
struct ServiceFaultTests {
    private struct Stage: Sendable {
        let stack: MonitoringStack
        let first: MonitoredService
        let second: MonitoredService
        /// Of the first one.
        let configuration: URL
        /// Of the first one, too.
        let clock: ShiftedClock

        func write(_ text: String, _ file: URL) throws { try Data(text.utf8).write(to: file) }
    }

    @Test func eachFaultOfTheServiceReachesTheWebhookAndIsResolvedAfterRepair() async throws {
        try await Self.withStage { stage in
            // The second one takes no part in these: they are of the first.
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.secondScheduler(stage) }
                group.addTask { try await Self.leapOfTheClock(stage) }
                group.addTask { try await Self.guesses(stage) }
                group.addTask { try await Self.brokenConfiguration(stage) }
                try await group.waitForAll()
            }
            // Others would meet what these do.
            try await Self.lockedState(stage)
            try await Self.noMoreFiles(stage)
            // Both rules look back a quarter of an hour: waited for together.
            try await stage.stack.isResolved("CleanupLedgerFailing")
            try await stage.stack.isResolved("CleanupMetricsErrors", ["instance": "first"])
            try await Self.nobodyThere(stage)
            stage.stack.receiver.expectProved(AlertProof.ofService, isAlone: false)
        }
    }

    private static let text = """
        state: "sqlite:${STATE}"
        http:
          listen: "${CLEANUP_LISTEN}"
          tokens: { admin: { role: admin, sha256: "\(String(repeating: "0", count: 64))" } }
        connections: { files: { url: "file://${FOLDER}" } }
        cycles: { plain: { every: 1s, at_start: true, tasks: [plain] } }
        tasks: { plain: { files: { in: files }, remove: { older_than: 1h } } }
        """

    private static func withStage(_ body: (Stage) async throws -> Void) async throws {
        try await withMonitoring { stack in
            let folder = stack.file("data")
            for name in ["data", "first", "second"] {
                try FileManager.default.createDirectory(atPath: stack.file(name), withIntermediateDirectories: true)
            }
            func service(_ name: String) throws -> MonitoredService {
                let environment = ["FOLDER": folder, "STATE": stack.file("\(name)/state.db")]
                let file = stack.file("\(name)/cleanup.yaml")
                try Data(text.utf8).write(to: URL(fileURLWithPath: file))
                return try MonitoredService(stack, name, configuration: file, environment: environment)
            }
            let stage = Stage(
                stack: stack,
                first: try service("first"),
                second: try service("second"),
                configuration: URL(fileURLWithPath: stack.file("first/cleanup.yaml")),
                clock: try await ShiftedClock(seconds: 0)
            )
            try await stage.first.start(stage.clock.environment)
            try await stack.scrape([stage.first.target()])
            try await stack.waitFor("cleanup_task_last_success_timestamp_seconds > 0")
            try await body(stage)
        }
    }

    // MARK: Faults

    private static func secondScheduler(_ stage: Stage) async throws {
        try await stage.second.start()
        try await stage.stack.scrape([stage.first.target(), stage.second.target()])
        try await stage.stack.fires("CleanupSplitBrain", ["severity": "critical"])
        try await stage.second.child.stop(SIGKILL)
        try await stage.stack.isResolved("CleanupSplitBrain")
        try await stage.stack.fires("CleanupdReplicaDown", ["instance": "second", "severity": "warning"])
    }

    private static func leapOfTheClock(_ stage: Stage) async throws {
        let labels = ["task": "plain", "guard": "clock_skew", "severity": "critical"]
        try stage.clock.set(seconds: 3 * 3_600)
        try await stage.stack.fires("CleanupGuardTripped", labels)
        try stage.clock.set(seconds: 0)
        try await stage.stack.isResolved("CleanupGuardTripped", labels)
    }

    private static func guesses(_ stage: Stage) async throws {
        let guesser = Task {
            try await repeatedly(seconds: 600, every: .milliseconds(500)) { number in
                // Of one address only ten a minute are looked at: these come from many.
                let address = ["--interface", "127.0.0.\(2 + number % 250)"]
                let token = ["--header", "Authorization: Bearer guess"] + address
                let path = "/-/reload"
                let status = try await Loopback.status(port: stage.first.port, path, method: "POST", options: token)
                #expect(status == 401)
            }
        }
        defer { guesser.cancel() }
        try await stage.stack.fires("CleanupAuthFailures", ["severity": "warning"])
        guesser.cancel()
        try await stage.stack.isResolved("CleanupAuthFailures")
    }

    private static func brokenConfiguration(_ stage: Stage) async throws {
        let labels = ["instance": "first", "severity": "warning"]
        try stage.write(text + "\nno_such_key: 1\n", stage.configuration)
        stage.first.child.signal(SIGHUP)
        try await stage.stack.fires("CleanupConfigReloadFailed", labels)
        try stage.write(text, stage.configuration)
        stage.first.child.signal(SIGHUP)
        try await stage.stack.isResolved("CleanupConfigReloadFailed", labels)
    }

    private static func lockedState(_ stage: Stage) async throws {
        let other = try SQLiteShell(stage.stack.file("first/state.db"))
        try other.ask("BEGIN IMMEDIATE;")
        try await stage.stack.fires("CleanupLedgerFailing", ["severity": "critical"])
        try other.ask("ROLLBACK;")
    }

    private static func noMoreFiles(_ stage: Stage) async throws {
        let limit = try await OpenFilesLimit(pid: stage.first.child.pid)
        // Prometheus goes on over the connection that it has. After a scrape that took too long it has none, and gets one
        // only while files can be opened.
        let isCounted = try await eventually(seconds: 120) { () async throws -> Bool? in
            try await limit.lower()
            let counted = #"cleanup_metrics_gather_errors_total{instance="first"} > 0"#
            let isCounted = try await eventually(seconds: 15) { () async throws -> Bool? in
                try await stage.stack.query(counted).isEmpty ? nil : true
            }
            guard isCounted == nil else { return true }
            try await limit.restore()
            try await stage.stack.waitFor(#"up{instance="first"} == 1"#)
            return nil
        }
        // No longer than it must: libdispatch ends a process in which work waits and /proc/TID/stat cannot be opened.
        try await limit.restore()
        #expect(isCounted == true)
        try await stage.stack.fires("CleanupMetricsErrors", ["instance": "first", "severity": "warning"])
    }

    private static func nobodyThere(_ stage: Stage) async throws {
        try await stage.first.child.stop(SIGKILL)
        try await stage.stack.fires("CleanupdAbsent", ["severity": "critical"])
        try await stage.first.start(stage.clock.environment)
        try await stage.stack.isResolved("CleanupdAbsent")
        try await stage.second.start()
        try await stage.stack.isResolved("CleanupdReplicaDown", ["instance": "second"])
        // Two again: the last fault of this stage, repaired for good.
        try await stage.stack.fires("CleanupSplitBrain")
        try await stage.second.child.stop()
        try await stage.stack.isResolved("CleanupSplitBrain")
    }
}
