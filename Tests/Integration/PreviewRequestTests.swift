import Foundation
import Support
import Testing

/// F17: what previews of the real program ask real servers for, taken down by somebody in between.
@Suite(.tags(.f17), .timeLimit(.minutes(5)))
struct PreviewRequestTests {
    /// Requests that ask for more than to look.
    private static func changes(_ requests: [String]) -> [String] {
        requests.filter { !$0.hasPrefix("GET ") && !$0.hasPrefix("HEAD ") }
    }

    @Test func aPreviewOfContainersOnlyLooks() async throws {
        let engine = try await DockerTestServer.started()
        let ended = try await engine.makeEnded("ended")
        let created = try await engine.create("created")
        let old = Date(timeIntervalSinceNow: -7_200)
        try await engine.age([ended: old, created: old])
        let proxy = try DockerProxy(target: engine.socket)
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "cleanup.yaml")
            let text = """
                state: "sqlite:\(folder.path)/state.db"
                connections: { docker: { url: "\(proxy.url)" } }
                tasks:
                  ended:
                    containers: { in: docker }
                    remove: { older_than: 1h }
                """
            try Data(text.utf8).write(to: file)
            let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path])
            for command in [["plan", "ended", "--json"], ["run", "ended", "--json"], ["plan", "ended", "--save"]] {
                let result = try await cleanupd.run(command)
                #expect(result.code == 0, "\(command): \(result.errorText)")
                guard command.last == "--json" else { continue }
                let lines = try ReportLine.parse(result.output)
                #expect(lines.items(of: "ended", "remove") == [ended, created], "\(command)")
            }
            #expect(!proxy.asked.isEmpty)
            #expect(Self.changes(proxy.asked) == [])
            #expect(try await engine.names() == ["ended", "created"])
            // Whoever looks on sees it when it is done for good.
            let run = try await cleanupd.run("run", "ended", "--force")
            #expect(run.code == 0, "\(run.errorText)")
            let changes = Self.changes(proxy.asked)
            #expect(changes.count == 2 && changes.allSatisfy { $0.hasPrefix("DELETE ") }, "\(changes)")
            #expect(try await engine.names() == [])
        }
    }

    @Test func aPreviewOfFilesThatAreCopiedFirstSendsNothing() async throws {
        let proxy = try S3Proxy(target: try await S3TestServer.seaweed.port) { _ in .pass }
        let endpoint = "http://127.0.0.1:\(proxy.port)"
        let ages = ["old.db": 40, "young.db": 0]
        try await CopiedFilesWorld.with(ages, policy: "remove: { older_than: 30d }", endpoint: endpoint) { world in
            for command in [
                ["plan", "backups"], ["run", "backups"], ["simulate", "backups", "--days", "2"],
                ["plan", "backups", "--save"],
            ] {
                let result = try await world.cleanupd.run(command)
                #expect(result.code == 0, "\(command): \(result.errorText)")
            }
            #expect(Self.changes(proxy.requests) == [])
            #expect(try await world.keys().isEmpty)
            #expect(try world.backups == ["old.db", "young.db"])
            let run = try await world.cleanupd.run("run", "backups", "--force")
            #expect(run.code == 0, "\(run.errorText)")
            let changes = Self.changes(proxy.requests)
            #expect(changes.count == 1 && changes.first?.hasPrefix("PUT ") == true, "\(changes)")
            #expect(try world.backups == ["young.db"])
        }
    }
}
