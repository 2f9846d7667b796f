import Foundation
import Glibc
import Support
import Testing

/// Files of TLS that are exchanged while the service runs.
@Suite(.timeLimit(.minutes(5)))
struct CertificateReloadTests {
    @Test func exchangedCertificatesAreTakenOnReload() async throws {
        let engine = try await DockerTestServer.started(hasTLS: true)
        let id = try await engine.create("stays")
        let folder = try TemporaryFolder()
        // At first those of somebody whom the engine does not trust.
        func put(_ client: String) throws {
            try Data(contentsOf: URL(fileURLWithPath: engine.file("ca.crt"))).write(to: folder.at("ca.crt"))
            for ending in ["crt", "key"] {
                let file = URL(fileURLWithPath: engine.file("\(client).\(ending)"))
                try Data(contentsOf: file).write(to: folder.at("client.\(ending)"))
            }
        }
        try put("other")
        let configuration = """
            state: "sqlite:\(folder.file("state.db"))"
            http: { listen: "127.0.0.1:0" }
            connections:
              far:
                url: "tcp://127.0.0.1:\(engine.tlsPort)"
                ca: "\(folder.file("ca.crt"))"
                certificate: "\(folder.file("client.crt"))"
                key: "\(folder.file("client.key"))"
            cycles:
              often: { every: 1s, tasks: [ended] }
            tasks:
              ended:
                containers: { in: far }
                remove: { older_than: 30d }
            """
        try Data(configuration.utf8).write(to: folder.at("cleanup.yaml"))
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        try await withServe(cleanupd) { serve in
            try await serve.waitFor("cleanup_job_failed")
            // A file that is not there leaves all as it was.
            #expect(unlink(folder.file("ca.crt")) == 0)
            serve.signal(SIGHUP)
            #expect(try await serve.waitFor("configuration_reload_failed").contains(folder.file("ca.crt")))
            try put("client")
            #expect(try await serve.request("/-/reload", method: "POST").status == 200)
            try await serve.waitFor("configuration_reloaded")
            try await serve.waitFor("cleanup_job_complete")
            #expect(await serve.terminate().code == 0)
        }
        #expect(try await engine.state(id) == "created")
    }
}

extension TemporaryFolder {
    fileprivate func at(_ name: String) -> URL { URL(fileURLWithPath: file(name)) }
}
