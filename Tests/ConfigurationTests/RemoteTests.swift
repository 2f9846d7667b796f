import CleanupConfiguration
import Retention
import Testing

@Suite struct RemoteTests {
    private static func connection(_ text: String) throws -> (kind: Configuration.Connection.Kind, warnings: [String]) {
        let file =
            "connections: { data: { url: \"file:///srv/data\" }, c: \(text) }\n"
            + "tasks: { t: { files: { in: data }, remove: { older_than: 1h } } }"
        let configuration = try GoodFileTests.load(file)
        let kind = try #require(configuration.connections["c"]?.kind)
        return (kind, configuration.warnings.map(\.path))
    }

    @Test(arguments: [
        ("http://127.0.0.1:8333", false), ("http://localhost:8333/", false), ("http://[::1]:8333", false),
        ("https://s3.example.org", false), ("http://s3.example.org", true), ("http://10.0.0.1:9000", true),
    ])
    func onlyWhatTravelsInTheClearIsWarnedOf(endpoint: String, isWarned: Bool) throws {
        let (kind, warnings) = try Self.connection("{ url: s3://previews, endpoint: \"\(endpoint)\" }")
        guard case .s3(let bucket) = kind else { throw Wrong() }
        #expect(bucket.addressing == .path)
        #expect(bucket.endpoint?.hasSuffix("/") == false)
        #expect(warnings == (isWarned ? ["connections.c.endpoint"] : []))
    }

    @Test func aBucketWithoutAnythingElseIsThatOfAWS() throws {
        guard case .s3(let bucket) = try Self.connection("{ url: s3://previews }").kind else { throw Wrong() }
        #expect(bucket.bucket == "previews" && bucket.endpoint == nil && bucket.region == "us-east-1")
        #expect(bucket.addressing == .host && bucket.ca == nil && bucket.credentials == .environment)
        #expect(bucket.secrets.isEmpty)
    }

    /// Of others nobody needs to know whether the server heeds conditions, which takes an object of our own.
    @Test(arguments: [
        ("objects: { in: c }", true), ("objects: { in: c, versions: all }", true),
        ("objects: { in: c, versions: noncurrent }", false), ("objects: { in: c, uploads: true }", false),
        ("files: { in: data }, archive_to: { in: c, prefix: a/ }", false),
    ])
    func tasksThatRemoveCurrentObjectsSaySo(source: String, isSaid: Bool) throws {
        let file =
            "connections: { data: { url: \"file:///srv/data\" }, c: { url: s3://previews }, d: { url: s3://others } }\n"
            + "tasks: { t: { \(source), remove: { older_than: 1h } } }"
        let task = try #require(try GoodFileTests.load(file).tasks.first)
        #expect(task.removesCurrentObjects(of: "c") == isSaid)
        #expect(!task.removesCurrentObjects(of: "d"))
    }

    @Test func keysOfABucketAreReadButNotShown() throws {
        let text =
            "{ url: s3://previews, access_key: \"${PASSWORD}\", secret_key: { file: key }, session_token: \"${SECRET}\" }"
        let (kind, _) = try Self.connection(text)
        guard case .s3(let bucket) = kind else { throw Wrong() }
        let password = Secret.text(Secret.Text("s3cr3t-pa55"))
        #expect(bucket.secrets == [password, .file("/etc/cleanupd/key"), .text(Secret.Text("hunter2hunter2"))])
        var dumped = ""
        dump(kind, to: &dumped)
        for shown in ["\(kind)", String(reflecting: kind), dumped] {
            #expect(!shown.contains("s3cr3t") && !shown.contains("hunter2"))
        }
    }

    @Test(arguments: [
        ("unix:///run//docker.sock", "unix:///run/docker.sock", false),
        ("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375", false), ("tcp://[::1]:2375", "tcp://[::1]:2375", false),
        ("tcp://docker.example.org:2375", "tcp://docker.example.org:2375", true),
    ])
    func anEngineIsWrittenAsItsClientReadsIt(url: String, expected: String, isWarned: Bool) throws {
        let (kind, warnings) = try Self.connection("{ url: \"\(url)\" }")
        guard case .docker(let engine) = kind else { throw Wrong() }
        #expect(engine.url == expected)
        #expect(engine.tls == nil)
        #expect(warnings == (isWarned ? ["connections.c.url"] : []))
    }

    @Test func orphansOfAllSourcesAreGuardedByHalf() throws {
        let references = "keep: { referenced_by: [{ in: main, query: SELECT id FROM t }] }"
        let tasks = try GoodFileTests.load(
            """
            connections: { b: { url: s3://previews }, d: { url: "unix:///d.sock" }, j: { url: "json:j" }, main: { url: "sqlite:a" } }
            tasks:
              a: { objects: { in: b }, remove: { older_than: 1d, orphan: true }, \(references) }
              b: { containers: { in: d }, remove: { older_than: 1d, orphan: true }, \(references) }
              c: { records: { in: j, time: t }, remove: { older_than: 1d, orphan: true }, \(references) }
              d: { objects: { in: b }, remove: { older_than: 1d } }
            """
        )
        .tasks
        #expect(tasks.map(\.limits.maxPercent) == [50, 50, 50, nil])
        #expect(tasks.map(\.resource) == ["objects", "containers", "records", "objects"])
        #expect(tasks[1].containers?.states == [.exited, .dead, .created])
    }

    private struct Wrong: Error {}
}
