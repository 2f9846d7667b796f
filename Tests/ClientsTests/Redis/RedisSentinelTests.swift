import Clients
import Support
import Testing

@Suite("Redis: Sentinel", .timeLimit(.minutes(10)))
struct RedisSentinelTests {
    @Test func theClientFollowsTheMasterWithinSeconds() async throws {
        let all = try await RedisSentinels.started(password: "sesame", sentinelPassword: "watch")
        let url = all.url(":sesame@", options: "?sentinel_password=watch")
        try await withRedisClient(url) { (client) async throws in
            #expect(try await client.call("ROLE").elements?.first?.text == "master")
            #expect(try await client.call("SET", "a", 1) == .simple("OK"))
            #expect(try await client.call("WAIT", 1, 10_000) == .integer(1))
            // A Sentinel that is gone is passed over, too.
            try await all.kill9(sentinel: 0)
            try await all.first.kill9()
            let start = ContinuousClock.now
            let value = try await eventually(seconds: 60, every: .milliseconds(20)) { () async throws -> Int64? in
                let reply = try await redisError {
                    try await client.send(RedisCommand("INCR", "a"), timeout: .seconds(1))
                }
                return reply == nil ? 1 : nil
            }
            #expect(value == 1)
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(try await all.second.command("GET", "a") == "2")
        }
    }

    @Test func aMasterThatTheSentinelsDemoteIsLeft() async throws {
        let all = try await RedisSentinels.started()
        try await withRedisClient(all.url()) { (client) async throws in
            #expect(try await client.call("SET", "a", 1) == .simple("OK"))
            #expect(try await client.call("WAIT", 1, 10_000) == .integer(1))
            try await all.failOver()
            let moved = try await eventually(seconds: 60, every: .milliseconds(20)) { () async throws -> Bool? in
                let error = try await redisError {
                    try await client.send(RedisCommand("INCR", "a"), timeout: .seconds(1))
                }
                guard error == nil else { return nil }
                return try await all.second.command("GET", "a") != "1" ? true : nil
            }
            #expect(moved == true)
        }
    }

    @Test func sentinelsThatDoNotKnowTheMasterAreNamed() async throws {
        let sentinel = try await RedisServer.started()
        let url = "redis-sentinel://127.0.0.1:\(sentinel.port),127.0.0.1:1/main"
        let reason = try await redisRefusal(url)
        #expect(reason.hasPrefix("no Sentinel names a master main: Redis 127.0.0.1:\(sentinel.port) (Sentinel) is not"))
        #expect(reason.contains("unknown command"))
        #expect(reason.contains("; Redis 127.0.0.1:1 (Sentinel) is not connected: Connection refused"))
    }

    @Test func aMasterThatTheSentinelsDoNotKnowIsSaidAsSuch() async throws {
        let sentinel = try HostileRedis { peer, _ in
            guard !peer.read().isEmpty else { return }
            peer.write(Array("+PONG\r\n*-1\r\n".utf8))
            peer.drain()
        }
        let reason = try await redisRefusal("redis-sentinel://127.0.0.1:\(sentinel.port)/main")
        #expect(reason.hasSuffix("it knows no master of that name; check the end of the URL"))
    }

    @Test func aReplicaIsNotTakenForTheMasterWhateverASentinelSays() async throws {
        let master = try await RedisServer.started()
        var options = RedisServer.Options()
        options.replicaOf = master.port
        let replica = try await RedisServer.started(options)
        let port = replica.port
        let sentinel = try HostileRedis { peer, _ in
            guard !peer.read().isEmpty else { return }
            let answer = "+PONG\r\n*2\r\n$9\r\n127.0.0.1\r\n$\("\(port)".utf8.count)\r\n\(port)\r\n"
            peer.write(Array(answer.utf8))
            peer.drain()
        }
        try await withRedisClient("redis-sentinel://127.0.0.1:\(sentinel.port)/main") { (client) async throws in
            let isRefused = try await eventually(seconds: 60, every: .milliseconds(10)) {
                client.disconnectedReason?.contains("it is not a master") == true ? true : nil
            }
            #expect(isRefused == true)
            // Once it is one, it is taken.
            try await replica.command("REPLICAOF", "NO", "ONE")
            #expect(try await client.call("SET", "a", 1) == .simple("OK"))
        }
    }
}
