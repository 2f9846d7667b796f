import Foundation
import Support
import Testing

/// Faults of tasks, really made: each alert reaches the webhook through Prometheus and Alertmanager, and is resolved after
/// the repair. The rules run in fast motion, all at the same time on one service.
@Suite(.tags(.m8), .timeLimit(.minutes(15)))
struct TaskFaultTests {
    private struct Stage: Sendable {
        let stack: MonitoringStack
        let service: MonitoredService
        let world: TaskFaultWorld
        let servers: ConnectionFaults
        let hook: HookFault
    }

    @Test func eachFaultOfATaskReachesTheWebhookAndIsResolvedAfterRepair() async throws {
        try await Self.withStage { stage in
            let faults: [@Sendable (Stage) async throws -> Void] = [
                Self.watchdog, Self.directoryGone, Self.directoryNeverThere, Self.databaseGone, Self.rowHeld,
                Self.tooManyItems, Self.manyDeletions, Self.archiveSpoilt, Self.slowTrigger, Self.unwell,
                Self.quotaFull, Self.dryRunForgotten, Self.messagesRefused,
                { try await $0.servers.stoppedRedis($0.stack) },
                { try await $0.servers.bucketWithoutConditions($0.stack, $0.service, $0.world) },
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for fault in faults { group.addTask { try await fault(stage) } }
                try await group.waitForAll()
            }
            stage.stack.receiver.expectProved(AlertProof.ofTasks, isAlone: true)
        }
    }

    private static func withStage(_ body: (Stage) async throws -> Void) async throws {
        try await ConnectionFaults.with { servers in
            try await PostgresTestServer.shared.withDatabase { main in
                try await PostgresTestServer.shared.withDatabase { gone in
                    var options = MonitoringStack.Options()
                    options.past = TaskFaultWorld.past(until: Int(Date().timeIntervalSince1970))
                    try await withMonitoring(options) { stack in
                        let world = TaskFaultWorld(folder: stack.file("world"), main: main, gone: gone)
                        let hook = try HookFault()
                        let service = try await ready(stack, world, servers, hook)
                        let corruptor = ArchiveCorruptor(folder: world.file("files/archive"))
                        defer { corruptor.stop() }
                        try await service.start()
                        try await stack.scrape([service.target()])
                        let stage = Stage(stack: stack, service: service, world: world, servers: servers, hook: hook)
                        try await body(stage)
                    }
                }
            }
        }
    }

    /// A service that has a past, and has not been started since.
    private static func ready(
        _ stack: MonitoringStack,
        _ world: TaskFaultWorld,
        _ servers: ConnectionFaults,
        _ hook: HookFault
    ) async throws -> MonitoredService {
        try await world.make()
        try world.allowConnections(false)
        let own = ["FOLDER": world.folder, "MAIN_URL": world.main, "GONE_URL": world.gone, "HOOK_URL": hook.url]
        let environment = own.merging(servers.environment) { $1 }
        try await liveThePast(stack, world, environment)
        return try MonitoredService(stack, "faults", configuration: world.configuration, environment: environment)
    }

    /// The service ran four hours ago, by its own clock: what is in its state since then is that old.
    private static func liveThePast(
        _ stack: MonitoringStack,
        _ world: TaskFaultWorld,
        _ environment: [String: String]
    ) async throws {
        try await withShiftedClock(seconds: -4 * 3_600) { clock in
            let past = try MonitoredService(
                stack,
                "past",
                configuration: world.pastConfiguration,
                environment: environment
            )
            try await past.start(clock.environment)
            try await past.waitFor("cleanup_job_failed")
            try await past.child.stop()
            try await ShiftedClock.forgetReading(in: URL(fileURLWithPath: world.file("state.db")))
        }
    }

    // MARK: Faults

    private static func watchdog(_ stage: Stage) async throws {
        try await stage.stack.fires("Watchdog", ["severity": "none"])
    }

    private static func directoryGone(_ stage: Stage) async throws {
        try await stage.stack.waitFor("cleanup_task_last_success_timestamp_seconds{task=\"away\"} > 0")
        try await stage.world.shell("mv '\(stage.world.folder)/files/away' '\(stage.world.folder)/elsewhere'")
        let labels = ["task": "away", "severity": "critical"]
        try await stage.stack.fires("CleanupTaskNotSucceeding", labels)
        try await stage.world.shell("mv '\(stage.world.folder)/elsewhere' '\(stage.world.folder)/files/away'")
        try await stage.stack.isResolved("CleanupTaskNotSucceeding", labels)
    }

    private static func directoryNeverThere(_ stage: Stage) async throws {
        let labels = ["task": "never", "severity": "critical"]
        try await stage.stack.fires("CleanupTaskNeverSucceeded", labels)
        try await stage.world.shell("mkdir '\(stage.world.folder)/files/never'")
        try await stage.stack.isResolved("CleanupTaskNeverSucceeded", labels)
    }

    private static func databaseGone(_ stage: Stage) async throws {
        try await stage.stack.fires("CleanupRunsFailing", ["task": "failing", "severity": "warning"])
        try await stage.stack.fires("CleanupCycleFailed", ["cycle": "failing", "severity": "warning"])
        try stage.world.allowConnections(true)
        try await Command.psql(
            stage.world.gone,
            "CREATE TABLE failing (id serial PRIMARY KEY, created_at timestamptz)"
        )
        try await stage.stack.isResolved("CleanupRunsFailing", ["task": "failing"])
        try await stage.stack.isResolved("CleanupCycleFailed", ["cycle": "failing"])
    }

    private static func rowHeld(_ stage: Stage) async throws {
        let expected = [
            ("CleanupOverdue", ["task": "stuck", "severity": "warning"]),
            ("CleanupOverdue", ["task": "stuck", "severity": "critical"]),
            ("CleanupDeletesNothing", ["task": "stuck", "severity": "warning"]),
            ("CleanupErrorRatioHigh", ["task": "stuck", "severity": "warning"]),
        ]
        for (alert, labels) in expected { try await stage.stack.fires(alert, labels) }
        try await Command.sqlite3(stage.world.rows, "DELETE FROM held")
        // Of what is tried in 26 hours, the failures become few.
        try await stage.world.insert(20_000, into: "stuck", of: stage.world.rows)
        for (alert, labels) in expected { try await stage.stack.isResolved(alert, labels) }
    }

    private static func tooManyItems(_ stage: Stage) async throws {
        let labels = ["task": "guarded", "guard": "max_items", "severity": "critical"]
        try await stage.stack.fires("CleanupGuardTripped", labels)
        try await stage.world.shell("rm '\(stage.world.folder)'/files/guarded/[123]")
        try await stage.stack.isResolved("CleanupGuardTripped", labels)
    }

    /// Resolved by as many runs without more of it as make the day no more than five of the week's.
    private static func manyDeletions(_ stage: Stage) async throws {
        let labels = ["task": "spike", "severity": "critical"]
        try await stage.stack.fires("CleanupDeletionSpike", labels)
        try await stage.stack.isResolved("CleanupDeletionSpike", labels)
    }

    private static func archiveSpoilt(_ stage: Stage) async throws {
        let labels = ["task": "archive", "severity": "critical"]
        try await stage.stack.fires("CleanupArchiveCorrupt", labels)
        let folder = stage.world.file("files/archive")
        #expect(access("\(folder)/big.log", F_OK) == 0, "the original is kept")
        #expect(access("\(folder)/big.log.gz", F_OK) != 0)
        // The other disk.
        try await stage.world.shell("rm '\(folder)/big.log'")
        try await stage.stack.isResolved("CleanupArchiveCorrupt", labels)
    }

    private static func slowTrigger(_ stage: Stage) async throws {
        let labels = ["task": "slow", "severity": "warning"]
        try await stage.stack.fires("CleanupDBBatchSlow", labels)
        try await Command.psql(
            stage.world.main,
            """
            UPDATE audit SET seconds = 0;
            INSERT INTO slow (created_at) SELECT now() - interval '2 days' FROM generate_series(1, 2000);
            """
        )
        try await stage.stack.isResolved("CleanupDBBatchSlow", labels)
    }

    private static func unwell(_ stage: Stage) async throws {
        let labels = ["task": "throttled", "severity": "warning"]
        try await stage.stack.fires("CleanupThrottledTooLong", labels)
        try await Command.sqlite3(stage.world.rows, "UPDATE health SET is_well = 1")
        try await stage.stack.isResolved("CleanupThrottledTooLong", labels)
    }

    private static func quotaFull(_ stage: Stage) async throws {
        let labels = ["task": "quota", "severity": "warning"]
        try await stage.stack.fires("CleanupStorageNearQuota", labels)
        try await stage.world.shell("rm '\(stage.world.folder)/files/quota/pinned.bin'")
        try await stage.stack.isResolved("CleanupStorageNearQuota", labels)
    }

    private static func dryRunForgotten(_ stage: Stage) async throws {
        let labels = ["task": "dry", "severity": "info"]
        try await stage.stack.fires("CleanupDryRunLeftOn", labels)
        try stage.world.change("dry_run: true", to: "dry_run: false")
        stage.service.child.signal(SIGHUP)
        try await stage.stack.isResolved("CleanupDryRunLeftOn", labels)
    }

    private static func messagesRefused(_ stage: Stage) async throws {
        let labels = ["cycle": "spike", "severity": "warning"]
        try await stage.stack.fires("CleanupNotificationsFailing", labels)
        stage.hook.mend()
        try await stage.stack.isResolved("CleanupNotificationsFailing", labels)
    }
}
