import Foundation
import Support
import Testing

/// What the program reads itself is nothing that it removes.
struct OwnFilesTests {
    @Test(arguments: [("postgres:///app?service=prod", "other"), ("postgres://db1,db2/app", "prod")])
    func keyThatAServiceOfPostgreSQLNamesStays(url: String, service: String) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("data"), withIntermediateDirectories: true)
        let long = Date(timeIntervalSinceNow: -40 * 86_400)
        for name in ["prod.key", "some.key"] {
            let path = folder.file("data/\(name)")
            try Data("key".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: path)
        }
        let services = "[prod]\nhost=db3\nsslkey=\(folder.file("data/prod.key"))\n"
        try Data(services.utf8).write(to: URL(fileURLWithPath: folder.file("services")))
        let configuration = """
            state: sqlite:\(folder.file("cleanup.db"))
            connections:
              data: { url: "file://\(folder.file("data"))" }
              rows: { url: "\(url)" }
            tasks:
              keys: { files: { in: data }, remove: { older_than: 30d }, limits: { max_percent: 100 } }
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        let cleanupd = CleanupdProcess(environment: [
            "CLEANUPD_CONFIG": folder.file("cleanup.yaml"),
            "PGSERVICEFILE": folder.file("services"),
            "PGSERVICE": service,
        ])
        let result = try await cleanupd.run("run", "keys", "--force")
        #expect(result.code == 0, "\(result.errorText)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data")) == ["prod.key"])
    }
}
