import Foundation
import Support
import Testing

extension ReplicaTests {
    /// Redis is not there, goes, or forgets: nobody acts without it, and all goes on by itself once it is back.
    @Suite(.tags(.r4)) struct RedisLossTests {
        private static let lockLost = #"cleanup_task_run_failures_total{task="logs",reason="lock_lost"}"#

        private static func cleanupd(_ world: ReplicaWorld, every: String = "24h") async throws -> CleanupdProcess {
            let cleanupd = try world.cleanupd(
                cycles: """
                      often: { every: \(every), at_start: true, tasks: [logs], retry: { attempts: 3, backoff: 1s } }
                    """,
                tasks: ReplicaWorld.task("logs")
            )
            try await world.installFence(cleanupd)
            return cleanupd
        }

        @Test func withoutRedisTheServiceStartsAnswersAndDoesNothingUntilItComes() async throws {
            try await ReplicaWorld.with { world in
                try await world.makeTable("logs", rows: 20)
                let cleanupd = try await Self.cleanupd(world, every: "1s")
                try await world.redis.stop()
                try await withReplicas(2, cleanupd) { replicas in
                    for replica in replicas {
                        #expect(try await replica.request("/healthz").status == 200)
                        let metrics = try await replica.request("/metrics")
                        _ = try await Exposition(checking: metrics.body, .text)
                        let ready = try await replica.request("/readyz")
                        #expect(ready.status == 503)
                        #expect(
                            ready.body.contains(/not ready: Redis 127\.0\.0\.1:[0-9]+ is not connected: ./),
                            "\(ready.body)"
                        )
                        #expect(try await !replica.leads())
                    }
                    // Longer than the interval of the cycle, and than a lock lasts.
                    let quiet = try await eventually(seconds: 3) { try await world.touched("logs") > 0 ? true : nil }
                    #expect(quiet == nil)
                    #expect(try await world.runs("logs").isEmpty)
                    try await world.redis.start()
                    #expect(try await world.isEmptied("logs", seconds: 30))
                    // Each tries again in its own time: one may have done all the work before the other is connected.
                    for replica in replicas {
                        let ready = try await eventually(seconds: 10) {
                            try await replica.request("/readyz").status == 200 ? true : nil
                        }
                        #expect(ready == true)
                    }
                    #expect(try await sum("cleanup_leader", of: replicas) == 1)
                }
            }
        }

        @Test func aRunEndsWithinTheTimeToLiveOnceRedisIsGoneAndTheNextTakesItUp() async throws {
            var options = RedisServer.Options()
            options.lines = ["appendonly yes", "appendfsync always"]
            try await ReplicaWorld.with(redis: options) { world in
                try await world.makeTable("logs", rows: 200)
                let cleanupd = try await Self.cleanupd(world)
                try await withWorkingLeader(world, cleanupd, task: "logs") { leader, others in
                    try await world.waitUntilTouched("logs")
                    let start = ContinuousClock.now
                    try await world.redis.kill9()
                    let gone = try await world.sql("SELECT clock_timestamp()")
                    let ended = try await eventually(seconds: 30, every: .milliseconds(20)) {
                        try await leader.sample(Self.lockLost) == 1 ? ContinuousClock.now : nil
                    }
                    #expect(try #require(ended) - start < world.ttl + .seconds(1))
                    let late = "SELECT count(*) FROM touched WHERE at > '\(gone)'::timestamptz"
                    let ttl = "make_interval(secs => \(world.ttl / .seconds(1)))"
                    #expect(try await world.number(late + " + \(ttl)") == 0)
                    let left = try await world.rows("logs")
                    #expect(left > 0, "it was to be lost in the midst of the work")
                    for replica in others + [leader] { #expect(try await replica.request("/readyz").status == 503) }
                    #expect(try await world.rows("logs") == left)
                    try await world.redis.start()
                    #expect(try await world.isEmptied("logs", seconds: 30))
                    #expect(try await world.touchedByOlderEpochs() == 0)
                    let runs = try await eventually(seconds: 10) {
                        let runs = try await world.runs("logs")
                        return runs.contains("- -") ? nil : runs
                    }
                    #expect(runs == ["failed lock_lost", "success -"])
                    #expect(try await sum("cleanup_leader", of: others + [leader]) == 1)
                }
            }
        }

        @Test func flushallStopsTheRunAndNothingIsDoneTwiceAtATime() async throws {
            try await ReplicaWorld.with(ttl: .seconds(1)) { world in
                try await world.makeTable("logs", rows: 300)
                let cleanupd = try await Self.cleanupd(world, every: "1s")
                try await withReplicas(3, cleanupd) { replicas in
                    for round in 1...3 {
                        let before = try await world.touched("logs")
                        let goesOn = try await eventually(seconds: 30) {
                            try await world.touched("logs") > before ? true : nil
                        }
                        #expect(goesOn == true, "nothing is deleted in round \(round)")
                        #expect(try await world.rows("logs") > 0)
                        try await world.redis.command("FLUSHALL")
                    }
                    #expect(try await world.isEmptied("logs", seconds: 60))
                    #expect(try await world.touched("logs") == 300)
                    #expect(try await world.touchedByOlderEpochs() == 0)
                    let leads = try await newLeader(among: replicas, since: .now, within: 10)
                    #expect(leads != nil)
                    #expect(try await sum("cleanup_leader", of: replicas) == 1)
                    try await Self.expectOneRunASecond(world)
                }
            }
        }

        /// Although the queue has forgotten which firings it had.
        private static func expectOneRunASecond(_ world: ReplicaWorld) async throws {
            let count = "SELECT count(*) FROM cleanupd.run"
            let start = ContinuousClock.now
            let before = try await world.number(count)
            try await world.redis.command("FLUSHALL")
            let runs = try await eventually(seconds: 60) { () -> Int? in
                let runs = try await world.number(count) - before
                return runs >= 6 ? runs : nil
            }
            let seconds = Int((ContinuousClock.now - start) / .seconds(1))
            #expect(try #require(runs) <= seconds + 2, "in \(seconds) s")
        }
    }
}
