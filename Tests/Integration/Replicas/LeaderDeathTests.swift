import Foundation
import Support
import Testing

extension ReplicaTests {
    /// The replica that leads, and works, goes: by `kill -9`, and in order.
    @Suite(.tags(.r6)) struct LeaderDeathTests {
        private static let stalled = #"cleanup_queue_jobs_stalled_total{queue="cycles"}"#
        private static let completed = #"cleanup_queue_jobs_completed_total{queue="cycles"}"#

        private static func cleanupd(_ world: ReplicaWorld) async throws -> CleanupdProcess {
            try await world.makeTable("logs", rows: 100)
            let cleanupd = try world.cleanupd(
                cycles: "  once: { every: 24h, at_start: true, tasks: [logs], retry: { attempts: 3, backoff: 1s } }",
                tasks: ReplicaWorld.task("logs")
            )
            try await world.installFence(cleanupd)
            return cleanupd
        }

        @Test func anotherLeadsSoonAfterKill9AndTheJobEndsOnce() async throws {
            try await ReplicaWorld.with { world in
                try await withWorkingLeader(world, Self.cleanupd(world), task: "logs") { leader, others in
                    try await world.waitUntilTouched("logs")
                    let start = ContinuousClock.now
                    await leader.kill9()
                    let limit = world.ttl / .seconds(1) + 2
                    let next = try await newLeader(among: others, since: start, within: 30)
                    let seconds = try #require(next).seconds
                    #expect(seconds < limit, "the hand-over took \(seconds) s")
                    #expect(try await world.rows("logs") > 0, "it was to be killed in the midst of its work")
                    #expect(try await world.isEmptied("logs", seconds: 30))
                    try await Self.expectOneEnd(world, others, stalls: 1, attempts: 2)
                    #expect(try await world.runs("logs") == ["failed crash", "success -"])
                }
            }
        }

        @Test func aRollingRestartElectsWithinASecondAndTheJobIsTakenUp() async throws {
            try await ReplicaWorld.with { world in
                try await withWorkingLeader(world, Self.cleanupd(world), task: "logs") { leader, others in
                    try await world.waitUntilTouched("logs")
                    let start = ContinuousClock.now
                    leader.signal(SIGTERM)
                    let found = try await newLeader(among: others, since: start, within: 30)
                    let next = try #require(found)
                    #expect(await leader.end().code == 0)
                    #expect(try await world.isEmptied("logs", seconds: 30))
                    try await Self.expectOneEnd(world, others, stalls: 0, attempts: 1)
                    #expect(try await world.runs("logs") == ["partial -", "success -"])
                    let last = try await Self.terminate(next.replica, others)
                    // A busy machine may delay one of them; neither waits for the end of the lock's time to live.
                    #expect(min(next.seconds, last) < 1, "the hand-overs took \(next.seconds) s and \(last) s")
                    #expect(max(next.seconds, last) < world.ttl / .seconds(1))
                }
            }
        }

        /// - Returns: the seconds until another one leads.
        private static func terminate(_ leader: ServeProcess, _ replicas: [ServeProcess]) async throws -> Double {
            let start = ContinuousClock.now
            leader.signal(SIGTERM)
            let next = try await newLeader(among: replicas.filter { $0 !== leader }, since: start, within: 30)
            #expect(await leader.end().code == 0)
            return try #require(next).seconds
        }

        /// - Parameter others: those that live.
        private static func expectOneEnd(
            _ world: ReplicaWorld,
            _ others: [ServeProcess],
            stalls: Int,
            attempts: Int
        ) async throws {
            let id = try #require(try await world.jobs().first)
            let state = try await eventually(seconds: 10) {
                try await world.job(id, "state") == "completed" ? "completed" : nil
            }
            #expect(state == "completed")
            #expect(try await world.jobs() == [id])
            #expect(try await world.job(id, "stalls") == "\(stalls)")
            #expect(try await world.job(id, "attempts") == "\(attempts)")
            // The queue is looked at every few seconds.
            let counted = try await eventually(seconds: 15) {
                try await sum(stalled, of: others) == Double(stalls) ? true : nil
            }
            #expect(counted == true)
            #expect(try await sum(completed, of: others) == 1)
            #expect(try await world.touched("logs") == 100)
            #expect(try await world.touchedByOlderEpochs() == 0)
            #expect(try await world.number("SELECT count(DISTINCT epoch) FROM touched") == 2)
        }
    }
}
