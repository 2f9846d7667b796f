import Clients
import Foundation
import Support
import Synchronization
import Testing

/// A server that answers as it should not, over TCP, against the whole client.
@Suite("Redis: replies that cannot be trusted", .timeLimit(.minutes(Scale.minutes(5))), .tags(.r8))
struct RedisReplyFuzzTests {
    /// What the server does after it has answered the greeting.
    private enum Manner: CaseIterable {
        case cut, slow, garbage, overlong, nested, damaged, silent, many
    }

    private static let timeout = Duration.milliseconds(150)
    private let rounds = Scale.rounds(1_200, nightly: 100_000)

    /// What a connection is answered: the seed decides.
    private static func answer(_ manner: Manner, _ random: inout SeededGenerator) -> [UInt8] {
        let value = RedisWire.bytes(RedisWire.value(depth: 5, &random))
        switch manner {
        case .cut: return Array(value.prefix(Int.random(in: 0..<value.count, using: &random)))
        case .slow: return value
        case .garbage: return (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
        case .overlong: return Array("$20000\r\n".utf8) + [UInt8](repeating: 65, count: 20_002)
        case .nested:
            return Array(String(repeating: "*1\r\n", count: Int.random(in: 8...5_000, using: &random)).utf8)
        case .damaged:
            var bytes = value + RedisWire.bytes(RedisWire.value(depth: 5, &random))
            RedisWire.damage(&bytes, &random)
            return bytes
        case .silent: return []
        case .many:
            return (0..<5).flatMap { _ in RedisWire.bytes(RedisWire.value(depth: 3, &random)) }
        }
    }

    @Test func noCrashNoFalseAnswerAndNoWaitBeyondTheTimeout() async throws {
        let base = Scale.seed(8)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = 0
            for _ in 0..<24 {
                group.addTask { [next] in try await Self.round(base &+ UInt64(next)) }
                next += 1
            }
            while try await group.next() != nil {
                guard next < rounds else { continue }
                group.addTask { [next] in try await Self.round(base &+ UInt64(next)) }
                next += 1
            }
        }
    }

    /// What a server has sent, by connection.
    private typealias Sent = Mutex<[Int: [UInt8]]>

    private final class Record: Sendable {
        let sent = Sent([:])
    }

    private static func server(_ seed: UInt64, _ manner: Manner, _ record: Record) throws -> HostileRedis {
        try HostileRedis { peer, number in
            guard !peer.read().isEmpty else { return }
            peer.write(Array("+PONG\r\n".utf8))
            guard !peer.read().isEmpty else { return }
            var random = SeededGenerator(seed: seed &* 31 &+ UInt64(number))
            let bytes = answer(manner, &random)
            record.sent.withLock { $0[number] = bytes }
            if manner == .slow { peer.writeSlowly(bytes) } else { peer.write(bytes) }
            // Else it closes.
            if random.oneIn(2) { peer.drain() }
        }
    }

    private static func round(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let manner = random.pick(Manner.allCases)
        let record = Record()
        let server = try server(seed, manner, record)
        var settings = try RedisSettings(url: server.url)
        settings.limits.replyBytes = 10_000
        settings.limits.replyElements = 100
        settings.limits.patience = .milliseconds(50)
        try await withRedisClient(settings) { client in
            for _ in 0..<2 {
                let begin = ContinuousClock.now
                let commands = ["a", "b", "c"].map { RedisCommand("GET", $0) }
                var replies: [Result<RedisValue, RedisError>] = []
                let error = try await redisError { replies = try await client.pipeline(commands, timeout: timeout) }
                // Generous, because the machine is busy with many rounds at once.
                #expect(ContinuousClock.now - begin < .seconds(30), "seed \(seed), \(manner)")
                #expect(replies.count == (error == nil ? 3 : 0), "seed \(seed), \(manner)")
                let sent = record.sent.withLock { $0 }.values.map { RedisWire.replies(in: $0) }
                #expect(wereSent(replies, sent), "seed \(seed), \(manner): \(replies), but \(sent)")
            }
        }
    }

    /// Whether the replies are those of one connection, in order: from its start, or behind those of the call before.
    private static func wereSent(_ replies: [Result<RedisValue, RedisError>], _ sent: [[RedisValue]]) -> Bool {
        func isSaid(_ reply: Result<RedisValue, RedisError>, _ value: RedisValue?) -> Bool {
            switch (reply, value) {
            case (.success(let got), let value): got == value
            case (.failure(.reply(let code, _)), .error(let sent, _)): code == sent
            case (.failure(.reply), _): false
            case (.failure, _): true
            }
        }
        return ([[]] + sent).contains { values in
            [0, 3].contains { offset in
                replies.enumerated().allSatisfy { index, reply in
                    isSaid(reply, offset + index < values.count ? values[offset + index] : nil)
                }
            }
        }
    }

    @Test func whatFollowsGarbageIsNeverRead() async throws {
        let server = try HostileRedis { peer, number in
            guard !peer.read().isEmpty else { return }
            peer.write(Array("+PONG\r\n".utf8))
            guard !peer.read().isEmpty else { return }
            // The second connection is right.
            peer.write(Array((number == 0 ? "!garbage\r\n+OK\r\n+OK\r\n" : "+OK\r\n").utf8))
            peer.drain()
        }
        try await withRedisClient(server.url) { (client) async throws in
            let error = try await redisError { try await client.call("SET", "lock", "me") }
            #expect(
                error
                    == .invalidReply(server: client.server, command: "SET", reason: "not the protocol of Redis")
            )
            #expect(error?.isFateUnknown == true)
            #expect(try await client.call("SET", "lock", "me") == .simple("OK"))
        }
    }

    @Test func aGreaterReplyThanAllowedClosesTheConnection() async throws {
        let redis = try await RedisServer.started()
        var settings = try RedisSettings.patient(redis.url())
        settings.limits.replyBytes = 100_000
        settings.limits.replyElements = 50
        try await withRedisClient(settings) { (client) async throws in
            let reason = "a reply of more than 100000 bytes or 50 elements"
            try await redis.command("SETRANGE", "great", "100000", "x")
            let bytes = try await redisError { try await client.call("GET", "great") }
            #expect(bytes == .invalidReply(server: client.server, command: "GET", reason: reason))
            let script = "for i = 1, 51 do redis.call('RPUSH', 'many', i) end"
            try await client.call("EVAL", script, 0)
            let elements = try await redisError { try await client.call("LRANGE", "many", 0, -1) }
            #expect(elements == .invalidReply(server: client.server, command: "LRANGE", reason: reason))
            #expect(try await client.call("LRANGE", "many", 0, 49).elements?.count == 50)
        }
    }
}
