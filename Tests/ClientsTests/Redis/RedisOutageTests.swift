import Clients
import Support
import Synchronization
import Testing

/// Servers that stop, stall, are full or read-only.
@Suite("Redis: outages", .timeLimit(.minutes(10)))
struct RedisOutageTests {
    @Test func aRestartedServerIsFoundAgainAndRepliesInFlightHaveAnUnknownFate() async throws {
        let redis = try await RedisServer.started()
        let events = Mutex<[RedisClient.Event]>([])
        let settings = try RedisSettings.patient(redis.url())
        let record = { @Sendable (event: RedisClient.Event) in events.withLock { $0.append(event) } }
        try await withRedisClient(settings, onEvent: record) { (client) async throws in
            try await client.waitUntilConnected(timeout: .seconds(60))
            let blocked = Task { try await client.call("BLPOP", "nothing", 0) }
            #expect(
                try await eventually(seconds: 60, every: .milliseconds(10)) {
                    try await redis.command("INFO", "clients").contains("blocked_clients:1") ? true : nil
                } == true
            )
            try await redis.kill9()
            let error = await #expect(throws: RedisError.self) { try await blocked.value }
            guard case .disconnected("127.0.0.1:\(redis.port)", "BLPOP", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.isFateUnknown == true)
            #expect(error?.description.hasSuffix("whether it was carried out is not known") == true)
            // While it is gone: at once, or after the time-out.
            let atOnce = try await redisError {
                try await client.send(RedisCommand("PING"), timeout: .seconds(60), patience: .fail)
            }
            #expect(atOnce?.isFateUnknown == false)
            let isRefused = try await eventually(seconds: 60, every: .milliseconds(10)) {
                client.disconnectedReason == "Connection refused" ? true : nil
            }
            #expect(isRefused == true)
            let start = ContinuousClock.now
            let late = try await redisError {
                try await client.send(RedisCommand("PING"), timeout: .milliseconds(300))
            }
            #expect(late == .notConnected(server: "127.0.0.1:\(redis.port)", reason: "Connection refused"))
            #expect(ContinuousClock.now - start >= .milliseconds(290))
            // Whoever waits is served when it is back.
            let waiting = Task { try await client.call("PING") }
            try await redis.start()
            #expect(try await waiting.value == .simple("PONG"))
            #expect(client.disconnectedReason == nil)
        }
        let all = events.withLock { $0 }
        #expect(all.first == .connected(server: "127.0.0.1:\(redis.port)"))
        #expect(all.contains(.disconnected(reason: "Connection refused")))
        #expect(all.count { $0 == .connected(server: "127.0.0.1:\(redis.port)") } == 2)
    }

    @Test func aServerThatIsMissingAtTheStartIsFoundLater() async throws {
        let redis = try await RedisServer.started()
        try await redis.stop()
        try await withRedisClient(redis.url()) { (client) async throws in
            let waiting = Task { try await client.call("PING") }
            let isRefused = try await eventually(seconds: 60, every: .milliseconds(10)) {
                client.disconnectedReason == "Connection refused" ? true : nil
            }
            #expect(isRefused == true)
            let error = try await redisError { try await client.waitUntilConnected(timeout: .milliseconds(50)) }
            #expect(error?.description == "Redis 127.0.0.1:\(redis.port) is not connected: Connection refused")
            try await redis.start()
            #expect(try await waiting.value == .simple("PONG"))
        }
    }

    @Test func lateRepliesOfAStoppedServerAreDroppedAndNeverGivenToOthers() async throws {
        let redis = try await RedisServer.started()
        try await withRedisClient(redis.url()) { (client) async throws in
            let id = try await client.call("CLIENT", "ID")
            try redis.pause()
            let start = ContinuousClock.now
            let late = try await client.pipeline(
                (0..<5).map { RedisCommand("ECHO", "late \($0)") },
                timeout: .seconds(3)
            )
            #expect(ContinuousClock.now - start < .seconds(30))
            for reply in late {
                let error = RedisError.timedOut(server: client.server, command: "ECHO", wasSent: true)
                #expect(reply == .failure(error))
                #expect(error.isFateUnknown)
            }
            let patient = Task {
                try await client.pipeline((0..<5).map { RedisCommand("ECHO", "\($0)") }, timeout: .seconds(60))
            }
            try redis.resume()
            #expect(try await patient.value.map { try $0.get().text } == ["0", "1", "2", "3", "4"])
            // On the same connection.
            #expect(try await client.call("CLIENT", "ID") == id)
        }
    }

    @Test func aConnectionThatStaysSilentIsGivenUp() async throws {
        let redis = try await RedisServer.started()
        var settings = try RedisSettings.patient(redis.url())
        settings.limits.patience = .milliseconds(200)
        let ended = AsyncStream<String>.makeStream()
        try await withRedisClient(
            settings,
            onEvent: { event in if case .disconnected(let reason) = event { ended.continuation.yield(reason) } }
        ) { (client) async throws in
            let id = try await client.call("CLIENT", "ID")
            try redis.pause()
            let error = try await redisError {
                try await client.send(RedisCommand("PING"), timeout: .seconds(5))
            }
            #expect(error == .timedOut(server: client.server, command: "PING", wasSent: true))
            var reasons = ended.stream.makeAsyncIterator()
            #expect(
                await reasons.next()
                    == "the connection to \(client.server) ended: no reply to PING for too long"
            )
            try redis.resume()
            #expect(try await client.call("CLIENT", "ID") != id)
        }
    }

    @Test func aFullServerRefusesWritesAndTheConnectionStays() async throws {
        var options = RedisServer.Options()
        options.lines = ["maxmemory 3mb", "maxmemory-policy noeviction"]
        let redis = try await RedisServer.started(options)
        try await withRedisClient(redis.url()) { (client) async throws in
            let value = [UInt8](repeating: 0, count: 100_000)
            let replies = try await client.pipeline(
                (0..<50).map { RedisCommand("SET", "k\($0)", value) },
                timeout: .seconds(60)
            )
            guard case .failure(let error) = replies[49] else {
                Issue.record("the server was not full")
                return
            }
            #expect(error.code == "OOM")
            #expect(error.description.hasSuffix("raise its maxmemory, or remove what is not needed"))
            #expect(try await client.call("GET", "k0") == .string(value))
        }
    }

    @Test func aReplicaRefusesToWriteAndAnotherConnectionIsMade() async throws {
        let master = try await RedisServer.started()
        var options = RedisServer.Options()
        options.replicaOf = master.port
        let replica = try await RedisServer.started(options)
        try await withRedisClient(replica.url()) { (client) async throws in
            let id = try await client.call("CLIENT", "ID")
            let replies = try await client.pipeline(
                [RedisCommand("SET", "a", 1), RedisCommand("ECHO", "behind it")],
                timeout: .seconds(60)
            )
            guard case .failure(let error) = replies[0] else {
                Issue.record("a replica has written")
                return
            }
            #expect(error.code == "READONLY")
            #expect(error.description.hasSuffix("this server is a replica: name the master, or use redis-sentinel://"))
            // What was behind it is still answered.
            #expect(replies[1] == .success(.string(Array("behind it".utf8))))
            #expect(try await client.call("CLIENT", "ID") != id)
            try await replica.command("REPLICAOF", "NO", "ONE")
            #expect(try await client.call("SET", "a", 1) == .simple("OK"))
        }
    }

    @Test func aUserThatIsRemovedIsDisconnectedAndSaidSo() async throws {
        var options = RedisServer.Options()
        options.users = ["cleaner on >secret ~* +@all"]
        let redis = try await RedisServer.started(options)
        try await withRedisClient(redis.url("cleaner:secret@")) { (client) async throws in
            try await client.waitUntilConnected(timeout: .seconds(60))
            try await redis.command("ACL", "DELUSER", "cleaner")
            let found = try await eventually(seconds: 60, every: .milliseconds(10)) {
                client.disconnectedReason?.contains("WRONGPASS") == true ? true : nil
            }
            #expect(found == true)
            try await redis.command("ACL", "SETUSER", "cleaner", "on", ">secret", "~*", "+@all")
            #expect(try await client.call("PING") == .simple("PONG"))
        }
    }

    @Test func tooManyCommandsInFlightAreRefusedUnsent() async throws {
        let redis = try await RedisServer.started()
        var settings = try RedisSettings.patient(redis.url())
        settings.limits.commandsInFlight = 10
        try await withRedisClient(settings) { (client) async throws in
            let blocked = Task { try await client.call("BLPOP", "nothing", 0) }
            #expect(
                try await eventually(seconds: 60, every: .milliseconds(10)) {
                    try await redis.command("INFO", "clients").contains("blocked_clients:1") ? true : nil
                } == true
            )
            let error = try await redisError {
                try await client.pipeline((0..<10).map { RedisCommand("INCR", "\($0)") }, timeout: .seconds(60))
            }
            #expect(error == .overloaded(server: client.server, command: "INCR"))
            let nine = Task {
                try await client.pipeline((0..<9).map { RedisCommand("INCR", "\($0)") }, timeout: .seconds(60))
            }
            try await redis.command("LPUSH", "nothing", "x")
            #expect(try await blocked.value.elements?.count == 2)
            #expect(try await nine.value.allSatisfy { $0 == .success(.integer(1)) })
        }
    }

    @Test func theEndOfTheClientAnswersAllWhoWait() async throws {
        let redis = try await RedisServer.started()
        let client = RedisClient(settings: try RedisSettings.patient(redis.url()))
        let early = Task { try await client.call("BLPOP", "nothing", 0) }
        let running = Task { await client.run() }
        #expect(
            try await eventually(seconds: 60, every: .milliseconds(10)) {
                try await redis.command("INFO", "clients").contains("blocked_clients:1") ? true : nil
            } == true
        )
        running.cancel()
        await running.value
        let error = await #expect(throws: RedisError.self) { try await early.value }
        #expect(error?.isFateUnknown == true)
        let after = try await redisError { try await client.call("PING") }
        #expect(after == .notConnected(server: client.server, reason: "the client has ended"))
    }

    @Test func theClientEndsAtOnceWhileItCannotConnect() async throws {
        let silent = try HostileRedis { peer, _ in peer.drain() }
        let client = RedisClient(settings: try RedisSettings.patient(silent.url))
        let waiting = Task { try await client.call("PING") }
        let running = Task { await client.run() }
        #expect(
            try await eventually(seconds: 60, every: .milliseconds(10)) {
                client.disconnectedReason == "the first connection is being made" ? true : nil
            } == true
        )
        let start = ContinuousClock.now
        running.cancel()
        await running.value
        #expect(ContinuousClock.now - start < .seconds(30))
        await #expect(throws: RedisError.notConnected(server: client.server, reason: "the client has ended")) {
            try await waiting.value
        }
    }
}
