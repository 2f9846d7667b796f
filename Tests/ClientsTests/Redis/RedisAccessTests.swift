import Clients
import Support
import Testing

/// Users, passwords, TLS and sockets.
@Suite("Redis: access", .timeLimit(.minutes(10)))
struct RedisAccessTests {
    private static let localhost = "DNS:localhost,IP:127.0.0.1"

    @Test func aUserWithAPasswordOfSpecialCharactersIsKnown() async throws {
        var options = RedisServer.Options()
        options.users = ["cleaner on >s3:/@%?#x ~own:* +@all -config"]
        let redis = try await RedisServer.started(options)
        try await withRedisClient(redis.url("cleaner:s3%3A%2F%40%25%3F%23x@")) { (client) async throws in
            #expect(try await client.call("ACL", "WHOAMI").text == "cleaner")
            #expect(try await client.call("SET", "own:a", 1) == .simple("OK"))
            let error = try await redisError { try await client.call("SET", "other", 1) }
            #expect(error?.code == "NOPERM")
            #expect(error?.description.hasSuffix("give the user the right to do so (ACL SETUSER)") == true)
            #expect(try await client.configuration(of: "maxmemory-policy", timeout: .seconds(60)) == nil)
        }
    }

    @Test func aUserThatMayNotPingIsConnectedAllTheSame() async throws {
        var options = RedisServer.Options()
        options.users = ["reader on >secret ~* +get"]
        let redis = try await RedisServer.started(options)
        try await withRedisClient(redis.url("reader:secret@")) { (client) async throws in
            #expect(try await client.call("GET", "a") == .null)
        }
    }

    @Test func aRenamedConfigIsNotTold() async throws {
        var options = RedisServer.Options()
        options.lines = ["rename-command CONFIG \"\""]
        let redis = try await RedisServer.started(options)
        try await withRedisClient(redis.url()) { (client) async throws in
            #expect(try await client.configuration(of: "maxmemory-policy", timeout: .seconds(60)) == nil)
        }
    }

    @Test func aPasswordWithoutAUserIsTheDefaultUsers() async throws {
        var options = RedisServer.Options()
        options.password = "sesame"
        let redis = try await RedisServer.started(options)
        try await withRedisClient(redis.url(":sesame@")) { (client) async throws in
            #expect(try await client.call("ACL", "WHOAMI").text == "default")
        }
        try await withRedisClient(redis.url("default:sesame@")) { (client) async throws in
            #expect(try await client.call("PING") == .simple("PONG"))
        }
    }

    @Test func aWrongOrMissingPasswordIsSaidAsSuch() async throws {
        var options = RedisServer.Options()
        options.password = "sesame"
        let redis = try await RedisServer.started(options)
        let server = "127.0.0.1:\(redis.port)"
        #expect(
            try await redisRefusal(redis.url(":wrong@"))
                == "Redis refused: WRONGPASS invalid username-password pair or user is disabled. (AUTH at \(server)); "
                + "check user and password of the URL"
        )
        #expect(
            try await redisRefusal(redis.url())
                == "Redis refused: NOAUTH Authentication required. (PING at \(server)); "
                + "check user and password of the URL"
        )
        // A server without users and passwords.
        let open = try await RedisServer.started()
        #expect(try await redisRefusal(open.url(":sesame@")).contains("AUTH"))
    }

    @Test func tlsIsSpokenWithAServerThatOurCASigned() async throws {
        var options = RedisServer.Options()
        options.certificateNames = Self.localhost
        options.password = "sesame"
        let redis = try await RedisServer.started(options)
        // By name, with SNI, and by address.
        for host in ["localhost", "127.0.0.1"] {
            let url = "rediss://:sesame@\(host):\(redis.tlsPort)/2"
            try await withRedisClient(url, caFile: redis.caFile) { (client) async throws in
                let value = [UInt8](repeating: 7, count: 300_000)
                #expect(try await client.call("SET", "a", value) == .simple("OK"))
                #expect(try await client.call("GET", "a") == .string(value))
            }
        }
    }

    @Test func aServerThatAnotherCASignedIsRefused() async throws {
        var options = RedisServer.Options()
        options.certificateNames = Self.localhost
        let redis = try await RedisServer.started(options)
        let folder = redis.folder
        try await onThread { try folder.makeCertificate("other", names: Self.localhost) }
        let url = "rediss://localhost:\(redis.tlsPort)"
        let words =
            "the server's certificate is not signed by a CA that is trusted; check the CA file, the host name of the URL, "
            + "and that the server's port speaks TLS"
        #expect(try await redisRefusal(url, caFile: redis.folder.file("other.crt")) == words)
        // Nor does the system know our CA.
        #expect(try await redisRefusal(url) == words)
    }

    @Test func aServerWithACertificateForAnotherHostIsRefused() async throws {
        var options = RedisServer.Options()
        options.certificateNames = "DNS:elsewhere.example,IP:127.0.0.2"
        let redis = try await RedisServer.started(options)
        for host in ["localhost", "127.0.0.1"] {
            let reason = try await redisRefusal("rediss://\(host):\(redis.tlsPort)", caFile: redis.caFile)
            #expect(reason.hasPrefix("the server's certificate is not for this host"), "\(reason)")
        }
    }

    @Test func tlsToAPortWithoutItFailsAndSoDoesTheReverse() async throws {
        var options = RedisServer.Options()
        options.certificateNames = Self.localhost
        let redis = try await RedisServer.started(options)
        let encrypted = try await redisRefusal(
            "rediss://localhost:\(redis.port)",
            caFile: redis.caFile,
            connectTimeout: .seconds(3)
        )
        // Redis takes what comes for a command that has not come to its end.
        #expect(encrypted == "the server did not answer in time; does its port speak TLS?")
        let plain = try await redisRefusal("redis://localhost:\(redis.tlsPort)")
        #expect(["the server closed it", "Connection reset by peer"].contains(plain), "\(plain)")
    }

    @Test func aCAFileThatIsNoneIsSaidAsSuch() async throws {
        let redis = try await RedisServer.started()
        let file = redis.folder.file("missing.crt")
        #expect(
            try await redisRefusal("rediss://localhost:1", caFile: file)
                == "the CA file \(file) cannot be read as certificates in PEM"
        )
    }

    @Test func aSocketIsSpokenTo() async throws {
        var options = RedisServer.Options()
        options.users = ["cleaner on >secret ~* +@all"]
        let redis = try await RedisServer.started(options)
        try await withRedisClient("unix://cleaner:secret@\(redis.socket)?db=4") { (client) async throws in
            #expect(try await client.call("SET", "a", "socket") == .simple("OK"))
        }
        #expect(try await redis.command("-n", "4", "GET", "a") == "socket")
        #expect(try await redisRefusal("unix:///nowhere/redis.sock") == "No such file or directory")
    }

    @Test func anAbsentServerIsSaidAsSuch() async throws {
        let port = try Loopback.freePort()
        #expect(try await redisRefusal("redis://127.0.0.1:\(port)") == "Connection refused")
        #expect(try await redisRefusal("redis://nowhere.invalid") == "the name nowhere.invalid cannot be resolved")
    }
}
