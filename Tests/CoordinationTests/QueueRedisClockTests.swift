import Clients
import Coordination
import Retention
import Support
import Testing

/// A Redis whose clock is set back while workers have jobs.
@Suite(.timeLimit(.minutes(5)), .tags(.r5)) struct QueueRedisClockTests {
    /// More than a script reads at once.
    private static let jobs = 120

    /// What says that a worker lives counts from now on, so that a dead one's job is not kept for an hour.
    @Test(arguments: ["claims", "beats"]) func noSignOfLifeStaysInTheFuture(_ written: String) async throws {
        try await withShiftedClock(seconds: 0) { clock in
            var options = RedisServer.Options()
            options.launcher = clock.launcher
            let server = try await RedisServer.started(options)
            try await RedisQueues.withClient(of: server) { client in
                let queue = RedisJobQueue(client: client, timeout: .seconds(20))
                for index in 0...Self.jobs { try await queue.put(.of("cycle\(index)")) }
                if written == "claims" { try clock.jump(seconds: 3_600) }
                var claims: [JobClaim] = []
                for _ in 0..<Self.jobs { claims.append(try await queue.take()) }
                if written == "beats" {
                    try clock.jump(seconds: 3_600)
                    #expect(try await queue.beat(claims).isEmpty)
                }
                let ahead = try await Self.latestBeat(of: claims, queue)
                try clock.jump(seconds: -3_600)
                // Whoever lives may be faster than whoever claims.
                #expect(try await queue.beat([claims[0]]).isEmpty)
                let last = try await queue.take()
                let started = try #require(last.job.startedAt)
                #expect(ahead.secondsSinceEpoch - started.secondsSinceEpoch > 3_000, "it was in the future")
                #expect(try await Self.latestBeat(of: claims, queue) <= started)
            }
        }
    }

    private static func latestBeat(of claims: [JobClaim], _ queue: RedisJobQueue) async throws -> Instant {
        var latest = Instant.distantPast
        for claim in claims {
            let job = try #require(try await queue.job(claim.job.id))
            latest = max(latest, try #require(job.heartbeatAt))
        }
        return latest
    }
}
