import Clients
import Support
import Testing

@Suite("Redis: passwords are never told", .timeLimit(.minutes(10)))
struct RedisSecretTests {
    private let redis: RedisServer
    private static let secret = "hunter2zebra"

    init() async throws {
        redis = try await RedisServer.started()
    }

    /// URLs with the password in it; PORT is that of a server which knows neither the user nor the password.
    private static let urls = [
        "redis://app:hunter2zebra@127.0.0.1:PORT/0", "redis://:hunter2zebra@127.0.0.1:PORT/0",
        "redis://app:hunter2zebra@127.0.0.1:1/0", "redis://app:hunter2zebra@nowhere.invalid",
        "redis://app:hunter2zebra@127.0.0.1:PORT/hunter2zebra", "redis://app:hunter2zebra@127.0.0.1:hunter2zebra",
        "redis://app:hunter2zebra", "redis://app:hunter2zebra/x@127.0.0.1:PORT", "redis://app:x/hunter2zebra@127.0.0.1",
        "redis://app:x@hunter2zebra@127.0.0.1:PORT", "redis://app:x?hunter2zebra@127.0.0.1:PORT",
        "redis://app:x#hunter2zebra@127.0.0.1:PORT", "redis://app:hunter2zebra%zz@127.0.0.1:PORT",
        "redis://127.0.0.1:PORT?password=hunter2zebra", "redis://127.0.0.1:PORT?hunter2zebra",
        "redis://hunter2zebra@127.0.0.1:PORT", "rediss://app:hunter2zebra@127.0.0.1:1", "hunter2zebra",
        "unix://app:hunter2zebra@/nowhere", "http://app:hunter2zebra@127.0.0.1:PORT",
        "redis-sentinel://app:hunter2zebra@127.0.0.1:1/main",
        "redis-sentinel://127.0.0.1:PORT/main?sentinel_user=x&sentinel_password=hunter2zebra",
    ]

    @Test(arguments: urls)
    func aURLThatFails(_ template: String) async throws {
        var texts: [String] = []
        do {
            let settings = try RedisSettings(url: template.replacing("PORT", with: "\(redis.port)"))
            texts += shown(settings)
            texts.append(try await redisRefusal(settings))
            let client = RedisClient(settings: settings)
            texts += shown(client) + [client.server]
        } catch let error as RedisError {
            texts += shown(error)
        }
        #expect(!texts.isEmpty)
        #expect(texts.allSatisfy { !$0.contains(Self.secret) }, "\(texts)")
    }

    @Test func aServerThatRepeatsThePasswordIsNotQuoted() async throws {
        let echo = try HostileRedis { peer, _ in
            guard !peer.read().isEmpty else { return }
            peer.write(Array("-ERR unknown command 'AUTH', with args beginning with: 'app' 'hunter2zebra'\r\n".utf8))
        }
        let reason = try await redisRefusal("redis://app:hunter2zebra@127.0.0.1:\(echo.port)")
        #expect(reason == "Redis refused: ERR unknown command 'AUTH' (AUTH at 127.0.0.1:\(echo.port))")
        let other = try HostileRedis { peer, _ in
            guard !peer.read().isEmpty else { return }
            peer.write(Array("-ERR no hunter2zebra here\r\n".utf8))
        }
        let second = try await redisRefusal("redis://app:hunter2zebra@127.0.0.1:\(other.port)")
        #expect(second == "Redis refused: ERR no *** here (AUTH at 127.0.0.1:\(other.port))")
    }

    @Test func argumentsAreNotShown() async throws {
        let command = RedisCommand("AUTH", "app", Self.secret)
        #expect(shown(command).allSatisfy { !$0.contains(Self.secret) })
        try await withRedisClient(redis.url()) { (client) async throws in
            let error = try await redisError { try await client.call("NOSUCH", Self.secret) }
            let text = try #require(error).description
            #expect(text == "Redis refused: ERR unknown command 'NOSUCH' (NOSUCH at \(client.server))")
        }
    }

    private func shown(_ value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }
}
