import Foundation
import Support
import Testing

/// What `cleanupd check` says of servers that are not there.
@Suite(.timeLimit(.minutes(5)))
struct CheckTests {
    @Test func aLineNamesItsConnectionOnce() async throws {
        let folder = try TemporaryFolder()
        let configuration = """
            state: "sqlite:\(folder.file("state.db"))"
            http: { listen: "127.0.0.1:0" }
            connections:
              harbour: { url: "unix://\(folder.file("none.sock"))" }
              spare: { url: "unix://\(folder.file("none.sock"))", optional: true }
              bundles:
                url: "s3://bucket"
                endpoint: "http://127.0.0.1:\(try Loopback.freePort())"
                addressing: path
                access_key: AK
                secret_key: SK
            tasks:
              ended: { containers: { in: spare }, remove: { older_than: 30d } }
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        let check = try await cleanupd.run("check")
        #expect(check.code == 1, "\(check.errorText)")
        let lines = check.text.split(separator: "\n").filter { $0.hasPrefix("connection ") }
        #expect(lines.count == 3, "\(check.text)")
        for name in ["harbour", "spare", "bundles"] {
            let line = lines.first { $0.hasPrefix("connection \(name)") }
            #expect(line?.components(separatedBy: name).count == 2, "\(check.text)")
            #expect(line?.lowercased().components(separatedBy: "connection \(name)").count == 2)
        }
    }
}
