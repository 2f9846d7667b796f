import Foundation
import Glibc
import Support
import Testing

/// The certificate of `http.tls`, renewed while the service runs.
@Suite(.timeLimit(.minutes(5)))
struct ServedCertificateTests {
    @Test func aRenewedCertificateIsShownWithoutARestart() async throws {
        let folder = try TemporaryFolder()
        let files = try await ServedCertificates(["first", "second", "third"])
        let configuration = """
            state: "sqlite:\(folder.file("state.db"))"
            http:
              listen: "127.0.0.1:0"
              tls: { certificate: "\(files.certificate)", key: "\(files.key)" }
            connections:
              data: { url: "file://\(folder.file("data"))" }
            tasks:
              old:
                files: { in: data }
                remove: { older_than: 30d }
            """
        try FileManager.default.createDirectory(atPath: folder.file("data"), withIntermediateDirectories: false)
        try Data(configuration.utf8).write(to: URL(filePath: folder.file("cleanup.yaml")))
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        try await withServe(cleanupd) { serve in
            let port = serve.port
            #expect(try await files.isServed("first", port: port))
            // Half of a renewal leaves all as it was.
            try files.put("second", key: "first")
            serve.signal(SIGHUP)
            let line = try await serve.waitFor("configuration_reload_failed")
            #expect(line.contains("\(files.certificate) does not belong to the key in \(files.key)"), "\(line)")
            #expect(try await files.isServed("first", port: port))
            #expect(try await Self.reloadFigure(files, "first", port) == 0)
            // The other half.
            try files.put("second")
            serve.signal(SIGHUP)
            try await serve.waitFor("certificate_renewed")
            try await serve.waitFor("configuration_reloaded")
            #expect(try await files.isServed("second", port: port))
            #expect(try await !files.isServed("first", port: port))
            #expect(try await Self.reloadFigure(files, "second", port) == 1)
            // Nobody says that there is another one.
            try files.put("third")
            try await serve.waitFor("certificate_renewed")
            #expect(try await files.isServed("third", port: port))
            #expect(await serve.terminate().code == 0)
        }
        withExtendedLifetime(folder) {}
    }

    private static func reloadFigure(_ files: ServedCertificates, _ name: String, _ port: Int) async throws -> Double? {
        let answer = try await files.ask(name, port: port, "/metrics").check()
        return try await Exposition(checking: answer.text, .text)["cleanup_config_last_reload_successful"]
    }
}
