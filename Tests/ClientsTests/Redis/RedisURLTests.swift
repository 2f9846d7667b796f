import Clients
import Testing

@Suite("Redis: URLs")
struct RedisURLTests {
    private func place(_ url: String) throws -> RedisSettings.Place { try RedisSettings(url: url).place }

    @Test func serversAreFound() throws {
        #expect(try place("redis://cache") == .server(.tcp(host: "cache", port: 6379)))
        #expect(try place("redis://cache.example:7000/") == .server(.tcp(host: "cache.example", port: 7000)))
        #expect(try place("REDIS://user:p%40ss@10.0.0.1:1/2") == .server(.tcp(host: "10.0.0.1", port: 1)))
        #expect(try place("redis://[::1]:7000") == .server(.tcp(host: "::1", port: 7000)))
        #expect(try place("rediss://[2001:db8::1]") == .server(.tcp(host: "2001:db8::1", port: 6379)))
        #expect(try place("unix:///run/redis%20socket?db=3") == .server(.unixSocket(path: "/run/redis socket")))
        #expect(
            try place("redis-sentinel://:p@a,b:7,[::1]:8/my%2Fmaster/5")
                == .sentinels(
                    [.tcp(host: "a", port: 26379), .tcp(host: "b", port: 7), .tcp(host: "::1", port: 8)],
                    master: "my/master"
                )
        )
    }

    @Test func databasesAreNumbers() throws {
        #expect(try RedisSettings(url: "redis://a").database == 0)
        #expect(try RedisSettings(url: "redis://a/15").database == 15)
        #expect(try RedisSettings(url: "redis://a?db=15").database == 15)
        #expect(try RedisSettings(url: "unix:///s?db=2").database == 2)
        #expect(try RedisSettings(url: "redis-sentinel://a/m/4").database == 4)
        #expect(try RedisSettings(url: "redis-sentinel://a/m").database == 0)
    }

    @Test func encryptionIsAskedForByTheScheme() throws {
        #expect(try !RedisSettings(url: "redis://a").isEncrypted)
        #expect(try RedisSettings(url: "rediss://a").isEncrypted)
        #expect(try !RedisSettings(url: "redis-sentinel://a/m").isEncrypted)
        #expect(try RedisSettings(url: "rediss-sentinel://a/m", caFile: "/ca").isEncrypted)
    }

    @Test(arguments: [
        ("", "it has no ://"),
        ("localhost:6379", "it has no ://"),
        (
            "http://a",
            "it does not begin with redis://, rediss://, redis+unix://, redis-sentinel:// or rediss-sentinel://"
        ),
        ("redis://", "a host is missing or not one"),
        ("redis:///0", "a host is missing or not one"),
        ("redis://a b", "a host is missing or not one"),
        ("redis://ä", "a host is missing or not one"),
        ("redis://a,b", "a host is missing or not one"),
        ("redis://::1", "a host is missing or not one"),
        ("redis://a:0", "a port is not a number from 1 to 65535"),
        ("redis://a:65536", "a port is not a number from 1 to 65535"),
        ("redis://a:", "a port is not a number from 1 to 65535"),
        ("redis://[::1", "an address has no ]"),
        ("redis://[::1]7", "something stands between ] and the port"),
        ("redis://a/x", "the database must be one number, such as /1"),
        ("redis://a/-1", "the database must be one number, such as /1"),
        ("redis://a/1/2", "the database must be one number, such as /1"),
        ("redis://a/1?db=2", "the database must be one number, such as /1"),
        ("redis://a?x=1", "it has an option that is not known; known are db, sentinel_user, sentinel_password"),
        (
            "redis://a?sentinel_password=x",
            "it has an option that is not known; known are db, sentinel_user, sentinel_password"
        ),
        ("redis://user@a", "it has a user without a password; a password alone is written :PASSWORD@"),
        ("redis://u:p@q@a", "it has more than one @, which a password must have as %40"),
        ("redis://u:p/q@a", "it has a / or ? before the @, which a password must have as %2F and %3F"),
        ("redis://u:p?q@a", "it has a / or ? before the @, which a password must have as %2F and %3F"),
        ("redis://u:p#q@a", "it has a #, which a password must have as %23"),
        ("redis://u:%zz@a", "a % must be followed by two hexadecimal digits: write %25 for it"),
        ("redis://u:%4@a", "a % must be followed by two hexadecimal digits: write %25 for it"),
        ("redis://u:%00@a", "a % must be followed by two hexadecimal digits: write %25 for it"),
        ("redis://u:%ff@a", "what its %XX stand for is not UTF-8"),
        ("unix://host/path", "a socket is written redis+unix:///PATH"),
        ("unix://", "a socket is written redis+unix:///PATH"),
        ("redis-sentinel://a", "the master's name is missing after the Sentinels: /MASTER"),
        ("redis-sentinel://a,/m", "a host is missing or not one"),
        ("redis-sentinel://a/m/x", "the database must be one number, such as /1"),
        ("redis-sentinel://a/m?sentinel_user=u", "sentinel_user needs a sentinel_password"),
    ])
    func whatCannotBeReadIsRefused(_ url: String, _ why: String) {
        #expect(
            throws: RedisError.settings(
                message:
                    "The Redis URL cannot be read: \(why). Write redis://USER:PASSWORD@HOST:PORT/DATABASE with %XX "
                    + "for special characters."
            )
        ) { try RedisSettings(url: url) }
    }

    @Test func aCAFileWithoutTLSIsRefused() {
        #expect(
            throws: RedisError.settings(
                message: "A CA file is given, but the Redis URL does not ask for TLS: write rediss://."
            )
        ) { try RedisSettings(url: "redis://a", caFile: "/ca.crt") }
    }
}
