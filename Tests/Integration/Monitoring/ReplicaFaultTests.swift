import Foundation
import Support
import Testing

/// Faults of replicas that share their work, really made: each alert reaches the webhook through Prometheus and
/// Alertmanager, and is resolved after the repair. The rules run in fast motion.
@Suite(.tags(.m8), .timeLimit(.minutes(15)))
struct ReplicaFaultTests {
    @Test func eachFaultOfReplicasReachesTheWebhookAndIsResolvedAfterRepair() async throws {
        try await ReplicaFaultWorld.with { world in
            // Takes a minute, whatever else goes on.
            async let dead: Void = Self.deadJob(world)
            try await Self.lateReplica(world)
            // It holds jobs, and others take them back.
            try await Self.haltLeaders(world, until: "CleanupJobsStalling")
            try await Self.pausedQueue(world)
            try await dead
            try await Self.removedJobs(world)
            for alert in ["CleanupStaleLeaderFenced", "CleanupLeaderFlapping", "CleanupJobsStalling"] {
                try await world.stack.isResolved(alert)
            }
            world.stack.receiver.expectProved(AlertProof.ofReplicas, isAlone: false)
        }
    }

    // MARK: Faults

    /// To a run it is all the same who has taken its lock.
    private static func lateReplica(_ world: ReplicaFaultWorld) async throws {
        try await world.stack.waitFor("sum(cleanup_items_deleted_total) > 0")
        let later = "UPDATE cleanupd.lock_epoch SET epoch = epoch + 1000 WHERE lock LIKE 'task:%'"
        try await Command.psql(world.state, later)
        try await world.stack.fires("CleanupStaleLeaderFenced", ["connection": "state", "severity": "warning"])
    }

    private static func redisGone(_ world: ReplicaFaultWorld) async throws {
        try await world.redis.stop()
        try await world.stack.fires("CleanupNoLeader", ["severity": "critical"])
        try await world.redis.start()
        try await world.stack.isResolved("CleanupNoLeader")
    }

    /// Whoever leads is halted until another one does, again and again.
    private static func haltLeaders(_ world: ReplicaFaultWorld, until alert: String) async throws {
        for _ in 0..<40 where !world.fired.contains(alert) {
            let leaders = try await world.stack.waitFor("cleanup_leader == 1")
            guard let leader = world.services.first(where: { $0.name == leaders[0].labels["instance"] }) else {
                continue
            }
            leader.child.signal(SIGSTOP)
            try await world.stack.waitFor("cleanup_leader{instance!=\"\(leader.name)\"} == 1")
            leader.child.signal(SIGCONT)
            try await world.stack.waitFor("cleanup_leader{instance=\"\(leader.name)\"} == 0")
        }
        try await world.stack.fires(alert, ["severity": "warning"])
    }

    /// Until a job is old enough there is time for faults that need no jobs, and that the jobs outlive.
    private static func pausedQueue(_ world: ReplicaFaultWorld) async throws {
        let labels = ["queue": "cycles", "severity": "warning"]
        try await world.redis.command("HSET", "{cleanupd}:queue:facts", "paused", "1")
        try await redisGone(world)
        try await haltLeaders(world, until: "CleanupLeaderFlapping")
        try await world.stack.fires("CleanupQueueStuck", labels)
        try await world.redis.command("HSET", "{cleanupd}:queue:facts", "paused", "0")
        try await world.stack.isResolved("CleanupQueueStuck", labels)
    }

    private static func deadJob(_ world: ReplicaFaultWorld) async throws {
        try await world.stack.fires("CleanupQueueDeadJobs", ["queue": "cycles", "severity": "warning"])
    }

    /// The commands of the runbook, for each job.
    private static func removedJobs(_ world: ReplicaFaultWorld) async throws {
        let failed = try await world.redis.command("ZRANGE", "{cleanupd}:queue:failed", "0", "-1")
        #expect(failed.contains("doomed@"))
        for id in failed.split(separator: "\n") {
            let command = try world.removal(of: String(id))
            try await Command.run("/bin/sh", ["-euc", command]).check()
        }
        try await world.stack.isResolved("CleanupQueueDeadJobs", ["queue": "cycles"])
    }
}
