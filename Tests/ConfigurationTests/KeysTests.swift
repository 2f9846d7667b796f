import CleanupConfiguration
import Retention
import Testing

@Suite struct KeysTests {
    private static let tail = """
        connections: { cache: { url: "redis://cache" }, data: { url: "file:///srv/data" } }
        tasks: { t: { keys: { in: cache, match: "session:*" }, remove: { idle_for: 5m } } }
        """

    private static func coordination(_ text: String) throws -> Configuration.Coordination {
        try GoodFileTests.load("coordination: \(text)\n" + tail).coordination
    }

    @Test func withoutCoordinationThisMachineIsAlone() throws {
        let coordination = try GoodFileTests.load(Self.tail).coordination
        #expect(coordination.kind == .local)
        #expect(coordination.lockTTLMilliseconds == 30_000)
        #expect(coordination.keyPrefix == "{cleanupd}:")
        #expect(try Self.coordination("local") == coordination)
        #expect(try Self.coordination("{ url: local }") == coordination)
        #expect(try Self.coordination("${NO_SUCH:-local}") == coordination)
    }

    @Test(arguments: [
        "redis://cache", "rediss://app:s3cr3t@cache:6380/1", "redis-sentinel://a,b:1/main", "rediss-sentinel://a/main",
        "redis+unix:///run/redis.sock",
    ])
    func coordinationByRedisHasTheWholeURL(url: String) throws {
        for text in ["\"\(url)\"", "{ url: \"\(url)\" }"] {
            let coordination = try Self.coordination(text)
            #expect(coordination.kind == .redis(.text(Secret.Text(url))))
            #expect(coordination.lockTTLMilliseconds == 30_000)
            #expect(!"\(coordination)".contains("s3cr3t"))
        }
    }

    @Test func theURLMayStandInAFile() throws {
        let coordination = try Self.coordination("{ url: { file: secrets/url }, lock_ttl: 1s, ca: /etc/ca.pem }")
        #expect(coordination.kind == .redis(.file("/etc/cleanupd/secrets/url")))
        #expect(coordination.lockTTLMilliseconds == 1000)
        #expect(coordination.ca == "/etc/ca.pem")
    }

    @Test func aHistoryThatOtherReplicasDoNotSeeIsWarnedOf() throws {
        let warned = try GoodFileTests.load("coordination: redis://cache\n" + Self.tail).warnings
        #expect(warned.map(\.path) == ["coordination"])
        #expect(warned.first?.message.contains("/etc/cleanupd/cleanup-state.db") == true)
        for other in ["coordination: local", "coordination: redis://cache\nstate: postgres://db"] {
            #expect(try GoodFileTests.load(other + "\n" + Self.tail).warnings.isEmpty)
        }
    }

    @Test func aURLInAFileIsThatOfRedisWhereKeysAreAskedFor() throws {
        let text = """
            connections: { a: { url: { file: a } }, b: { url: { file: b }, ca: ca.pem }, c: { url: { file: c } }, data: { url: "file:///srv/data" } }
            tasks:
              t: { keys: { in: a, match: "session:*" }, remove: { idle_for: 5m } }
              u: { files: { in: data }, remove: { older_than: 1d }, keep: { referenced_by: [{ in: b, keys: "*" }, { in: c, query: "SELECT 1" }] } }
            """
        let configuration = try GoodFileTests.load(text)
        #expect(configuration.connections["a"]?.kind == .redis(.file("/etc/cleanupd/a"), ca: nil))
        #expect(configuration.connections["b"]?.kind == .redis(.file("/etc/cleanupd/b"), ca: "/etc/cleanupd/ca.pem"))
        #expect(configuration.connections["c"]?.kind == .postgres(.file("/etc/cleanupd/c")))
        #expect(configuration.tasks[1].referencedByKeys.map(\.connection) == ["b"])
        #expect(configuration.tasks[1].referencedByKeys.map(\.keys) == ["*"])
        #expect(configuration.tasks[1].referencedBy.map(\.connection) == ["c"])
    }

    @Test func aTimeMeansHashes() throws {
        let text = """
            connections: { cache: { url: "redis://cache" } }
            tasks:
              a: { keys: { in: cache, time: seen }, remove: { older_than: 5m } }
              b: { keys: { in: cache, type: [list, set] }, remove: { idle_for: 5m } }
              c: { keys: { in: cache }, remove: { without_ttl: true } }
            """
        let tasks = try GoodFileTests.load(text).tasks
        #expect(tasks.map(\.keys?.types) == [[.hash], [.list, .set], []])
        #expect(tasks.map(\.resource) == ["keys", "keys", "keys"])
        #expect(tasks.map(\.policy.remove?.idleFor?.text) == [nil, "5m", nil])
        #expect(tasks.map(\.policy.remove?.withoutTTL) == [false, false, true])
        #expect(tasks.allSatisfy { Judge.validate($0.policy).isEmpty })
    }

    @Test func aGlobThatMayFindOurOwnKeysIsLegal() throws {
        for glob in ["*", "?cleanupd}:*", "[{]cleanupd}:*", "{cleanup*", "{cleanupd}", "{cleanupd}x:*"] {
            let text = """
                connections: { cache: { url: "redis://cache" } }
                tasks: { t: { keys: { in: cache, match: "\(glob)" }, remove: { idle_for: 5m } } }
                """
            #expect(try GoodFileTests.load(text).tasks[0].keys?.match == [glob])
        }
    }
}
