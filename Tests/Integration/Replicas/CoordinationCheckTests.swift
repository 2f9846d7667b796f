import Foundation
import Support
import Testing

extension ReplicaTests {
    /// What `check` and the service say of the Redis that coordinates.
    @Suite struct CoordinationCheckTests {
        private static func cleanupd(_ world: ReplicaWorld, _ url: String) throws -> CleanupdProcess {
            try world.cleanupd(
                coordination: url,
                cycles: "  daily: { every: 24h, tasks: [logs] }",
                tasks: ReplicaWorld.task("logs")
            )
        }

        private static func with(
            _ lines: [String],
            _ body: (ReplicaWorld) async throws -> Void
        ) async throws {
            var options = RedisServer.Options()
            options.password = "s3cret-word"
            options.lines = lines
            try await ReplicaWorld.with(redis: options) { world in
                try await world.makeTable("logs", rows: 1)
                try await body(world)
            }
        }

        @Test func aFitServerIsNamedWithoutItsPasswordAndNothingIsWarnedOf() async throws {
            try await Self.with(["appendonly yes", "maxmemory-policy noeviction"]) { world in
                let cleanupd = try Self.cleanupd(world, world.redis.url(":s3cret-word@"))
                let check = try await cleanupd.run("check")
                #expect(check.code == 0, "\(check.errorText)")
                #expect(
                    check.text.contains("coordination: Redis 127.0.0.1:\(world.redis.port) can be used"),
                    "\(check.text)"
                )
                for word in ["s3cret", "evict", "appendonly"] { #expect(!check.text.contains(word)) }
            }
        }

        @Test func evictionAndForgettingAreWarnedOfByBoth() async throws {
            try await Self.with(["appendonly no", "maxmemory-policy allkeys-lru"]) { world in
                let cleanupd = try Self.cleanupd(world, world.redis.url(":s3cret-word@"))
                let check = try await cleanupd.run("check")
                #expect(check.code == 0, "\(check.errorText)")
                #expect(check.text.contains("maxmemory-policy allkeys-lru"), "\(check.text)")
                #expect(check.text.contains("appendonly no"), "\(check.text)")
                try await withServe(cleanupd) { serve in
                    let first = try await serve.waitFor("redis_settings")
                    let second = try await serve.waitFor("redis_settings")
                    #expect(first.contains("maxmemory-policy allkeys-lru"))
                    #expect(second.contains("appendonly no"))
                    #expect(await serve.terminate().code == 0)
                    let lines = await serve.end().lines
                    #expect(lines.filter { $0.contains("redis_settings") }.count == 2)
                    #expect(!lines.contains { $0.contains("s3cret") })
                }
            }
        }

        @Test func aServerThatDoesNotTellIsNotWarnedOf() async throws {
            let user = "user guest on >guest-word ~* &* +@all -config -role"
            try await Self.with(["maxmemory-policy allkeys-lru", user]) { world in
                let cleanupd = try Self.cleanupd(world, world.redis.url("guest:guest-word@"))
                let check = try await cleanupd.run("check")
                #expect(check.code == 0, "\(check.errorText)")
                #expect(check.text.contains("can be used"), "\(check.text)")
                #expect(!check.text.contains("allkeys-lru"), "\(check.text)")
            }
        }

        @Test func whatCannotBeUsedIsSaidAndOfflineAsksNobody() async throws {
            try await Self.with([]) { world in
                let wrong = try Self.cleanupd(world, world.redis.url(":wrong-word@"))
                try await Self.expectFailure(wrong, /coordination: Redis .* is not connected: .*WRONGPASS|password/)
                #expect(try await wrong.run("check", "--offline").code == 0)
                let right = world.redis.url(":s3cret-word@")
                try await world.redis.command("REPLICAOF", "127.0.0.1", "1")
                try await Self.expectFailure(
                    Self.cleanupd(world, right),
                    /coordination: Redis .* is no master but a slave/
                )
                try await world.redis.stop()
                try await Self.expectFailure(Self.cleanupd(world, right), /coordination: Redis .* is not connected: ./)
                #expect(try await Self.cleanupd(world, right).run("check", "--offline").code == 0)
            }
        }

        private static func expectFailure(
            _ cleanupd: CleanupdProcess,
            _ sentence: Regex<Substring>
        ) async throws {
            let check = try await cleanupd.run("check")
            #expect(check.code == 1)
            #expect(check.text.contains(sentence), "\(check.text)")
            for word in ["s3cret-word", "wrong-word"] { #expect(!(check.text + check.errorText).contains(word)) }
        }
    }
}
