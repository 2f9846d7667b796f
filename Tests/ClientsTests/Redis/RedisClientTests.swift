import Clients
import Support
import Synchronization
import Testing

/// With one server for all of them.
@Suite("Redis: commands", .timeLimit(.minutes(10)))
struct RedisClientTests {
    private let redis: RedisServer

    init() async throws {
        redis = try await RedisServer.started()
    }

    @Test func eachKindOfReplyIsRead() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            #expect(try await client.call("SET", "text", [0, 13, 10, 255] as [UInt8]) == .simple("OK"))
            #expect(try await client.call("GET", "text") == .string([0, 13, 10, 255]))
            #expect(try await client.call("GET", "missing") == .null)
            #expect(try await client.call("INCRBY", "count", -5) == .integer(-5))
            #expect(try await client.call("GET", "count").int == -5)
            #expect(try await client.call("INCRBY", "most", Int64.max) == .integer(.max))
            #expect(try await client.call("MGET", "count", "missing") == .array([.string(Array("-5".utf8)), .null]))
            #expect(try await client.call("LRANGE", "missing", 0, -1) == .array([]))
            #expect(try await client.call("GET", "") == .null)
            #expect(try await client.call("SET", "", "") == .simple("OK"))
            #expect(try await client.call("GET", "") == .string([]))
        }
    }

    @Test func aRefusalIsAnErrorWithItsCodeAndTheConnectionStays() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            try await client.call("LPUSH", "list", "x")
            let before = try await client.call("CLIENT", "ID")
            let error = try await redisError { try await client.call("INCR", "list") }
            #expect(error?.code == "WRONGTYPE")
            #expect(error?.isFateUnknown == false)
            let text = try #require(error).description
            #expect(
                text == "Redis refused: WRONGTYPE Operation against a key holding the wrong kind of "
                    + "value (INCR at 127.0.0.1:\(redis.port))"
            )
            #expect(try await client.call("CLIENT", "ID") == before)
        }
    }

    @Test func errorsWithinATransactionArePartOfItsReply() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            let replies = try await client.pipeline(
                [
                    RedisCommand("MULTI"), RedisCommand("SET", "a", "1"), RedisCommand("LPUSH", "a", "x"),
                    RedisCommand("EXEC"),
                ],
                timeout: .seconds(60)
            )
            let elements = try #require(try replies[3].get().elements)
            #expect(elements[0] == .simple("OK"))
            guard case .error(let code, let message) = elements[1] else {
                Issue.record("\(elements[1])")
                return
            }
            #expect(code == "WRONGTYPE")
            #expect(message.hasPrefix("Operation against"))
        }
    }

    @Test func tenThousandPipelinedCommandsAreAnsweredInOrder() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            let commands = (0..<10_000).map { RedisCommand("ECHO", "\($0)") }
            let replies = try await client.pipeline(commands, timeout: .seconds(60))
            #expect(replies.count == 10_000)
            #expect(try replies.map { try $0.get().int } == (0..<10_000).map { Int64($0) })
        }
    }

    @Test func callersAtOnceGetTheirOwnReplies() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for caller in 0..<2_000 {
                    group.addTask { try await client.call("ECHO", "caller \(caller)").text == "caller \(caller)" }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test func aGreatValueGoesThereAndBack() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            let value = Array(String(repeating: "0123456789abcde\r\n", count: 400_000).utf8)
            try await client.call("SET", "great", value)
            #expect(try await client.call("GET", "great") == .string(value))
        }
    }

    @Test func theDatabaseOfTheURLIsUsed() async throws {
        try await withRedisClient(redis.url(database: 3)) { (client) async throws in
            #expect(try await client.call("SET", "where", "three") == .simple("OK"))
        }
        #expect(try await redis.command("-n", "3", "GET", "where") == "three")
        #expect(try await redis.command("GET", "where") == "")
    }

    @Test func aDatabaseThatIsNotThereIsSaidAsSuch() async throws {
        #expect(
            try await redisRefusal(redis.url(database: 999))
                == "Redis refused: ERR DB index is out of range (SELECT at 127.0.0.1:\(redis.port))"
        )
    }

    @Test func scriptsAreRunByHashAndBySourceWhereTheServerDoesNotKnowThem() async throws {
        let script = RedisScript("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}")
        let requests = Mutex<[String]>([])
        try await withRedisClient(
            RedisSettings.patient(redis.url()),
            onRequest: { name in requests.withLock { $0.append(name) } }
        ) { (client) async throws in
            for round in 1...2 {
                let reply = try await client.run(script, keys: ["k"], arguments: ["x"], timeout: .seconds(60))
                #expect(reply == .array([.string(Array("k".utf8)), .string(Array("x".utf8)), .integer(Int64(round))]))
            }
            #expect(requests.withLock { $0 } == ["PING", "EVALSHA", "EVAL", "EVALSHA"])
            #expect(try await client.call("SCRIPT", "LOAD", script.source).text == script.hash)
            try await redis.command("SCRIPT", "FLUSH")
            try await redis.command("FLUSHALL")
            let reply = try await client.run(script, keys: ["k"], arguments: ["y"], timeout: .seconds(60))
            #expect(reply.elements?.last == .integer(1))
        }
    }

    @Test func anErrorOfAScriptIsNotTakenForAMissingScript() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            let script = RedisScript("redis.call('INCR', 'runs') return redis.error_reply('BUSY not NOSCRIPT')")
            let error = try await redisError {
                try await client.run(script, keys: [], timeout: .seconds(60))
            }
            #expect(error?.code == "BUSY")
            #expect(try await client.call("GET", "runs").int == 1)
            // Known to the server now, and run once more only.
            _ = try await redisError { try await client.run(script, keys: [], timeout: .seconds(60)) }
            #expect(try await client.call("GET", "runs").int == 2)
        }
    }

    @Test func theServersClockIsRead() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            let before = try await redis.command("TIME").split(separator: "\n")
            let time = try await client.serverTime(timeout: .seconds(60))
            let after = try await redis.command("TIME").split(separator: "\n")
            let micros = { (words: [Substring]) throws in
                try #require(Int64(words[0])) * 1_000_000 + #require(Int64(words[1]))
            }
            let now = time.seconds * 1_000_000 + time.microseconds
            #expect(try micros(before) <= now)
            #expect(try now <= micros(after))
        }
    }

    @Test func settingsOfTheServerAreRead() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            #expect(try await client.configuration(of: "maxmemory-policy", timeout: .seconds(60)) == "noeviction")
            #expect(try await client.configuration(of: "appendonly", timeout: .seconds(60)) == "no")
            #expect(try await client.configuration(of: "no-such-setting", timeout: .seconds(60)) == nil)
        }
    }

    @Test func aCommandThatIsTooGreatIsNotSent() async throws {
        var settings = try RedisSettings.patient(redis.url())
        settings.limits.bytesInFlight = 1_000
        try await withRedisClient(settings) { (client) async throws in
            let error = try await redisError {
                try await client.call("SET", "k", [UInt8](repeating: 0, count: 1_000))
            }
            guard case .commandTooLarge("SET", _, 1_000) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await client.call("EXISTS", "k") == .integer(0))
        }
    }

    @Test func aCancelledCallerIsToldAtOnceAndItsReplyIsNobodyElses() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            try await client.waitUntilConnected(timeout: .seconds(60))
            let blocked = Task { try await client.call("BLPOP", "nothing", 0) }
            // The server says when it has the command.
            #expect(
                try await eventually(seconds: 60, every: .milliseconds(10)) {
                    try await redis.command("INFO", "clients").contains("blocked_clients:1") ? true : nil
                } == true
            )
            let start = ContinuousClock.now
            blocked.cancel()
            let error = await #expect(throws: RedisError.self) { try await blocked.value }
            #expect(error == .cancelled(server: "127.0.0.1:\(redis.port)", command: "BLPOP", wasSent: true))
            #expect(error?.isFateUnknown == true)
            #expect(ContinuousClock.now - start < .seconds(30))
            let next = Task { try await client.call("ECHO", "mine").text }
            try await redis.command("LPUSH", "nothing", "other's")
            #expect(try await next.value == "mine")
        }
    }

    @Test func aCallerThatIsCancelledBeforehandSendsNothing() async throws {
        try await withRedisClient(redis.url()) { (client) async throws in
            try await client.waitUntilConnected(timeout: .seconds(60))
            let gate = AsyncStream<Void>.makeStream()
            let caller = Task {
                for await _ in gate.stream {}
                return try await client.call("SET", "never", "x")
            }
            caller.cancel()
            gate.continuation.finish()
            let error = await #expect(throws: RedisError.self) { try await caller.value }
            #expect(error?.isFateUnknown == false)
            #expect(try await client.call("EXISTS", "never") == .integer(0))
        }
    }
}
