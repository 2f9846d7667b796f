import CleanupConfiguration
import Foundation
import Testing

@Suite struct SecretTests {
    private static let value = "https://hooks.example.org/T0/s3cr3t"

    private static let text = """
        connections: { data: { url: "file:///srv/data" } }
        cycles: { c: { every: 1h, tasks: [t], notify: [{ on: [failed], webhook: "${WEBHOOK}" }] } }
        tasks: { t: { files: { in: data }, remove: { older_than: 1h } } }
        """

    @Test func aSecretIsReadButNotShown() throws {
        let configuration = try GoodFileTests.load(Self.text, environment: ["WEBHOOK": Self.value])
        #expect(configuration.cycles[0].notify[0].webhook == .text(Secret.Text(Self.value)))
        var dumped = ""
        dump(configuration, to: &dumped)
        for shown in ["\(configuration)", String(reflecting: configuration), dumped, GoldenDump.text(configuration)] {
            #expect(!shown.contains("s3cr3t"))
            #expect(shown.contains("(secret)") || shown.contains("Secret"))
        }
    }

    /// Puts a secret under every key in turn, from the environment, and looks at what is said about it.
    @Test func noErrorShowsAVariableWhereverItStands() throws {
        let secret = "hunter2 s3cr3t/x:y*[{"
        for (name, least) in [("full", 50), ("rows", 80), ("keys", 20), ("remote", 50)] {
            let full = try String(contentsOf: CaseFile.folder.appending(path: "good/\(name).yaml"), encoding: .utf8)
            var refused = 0
            for range in full.ranges(of: /: ("[^"]*"|[A-Za-z0-9_.\/%]+)(?=[ ,}\n])/) {
                let text = full.replacingCharacters(in: range, with: ": \"${SECRET}\"")
                let environment = BadFileTests.environment.merging(["SECRET": secret]) { $1 }
                do {
                    _ = try GoodFileTests.load(text, environment: environment)
                } catch let error as ConfigurationErrors {
                    refused += 1
                    #expect(!error.description.contains("hunter2"), "\(error)")
                    #expect(!error.description.contains("s3cr3t"), "\(error)")
                }
            }
            #expect(refused >= least, "\(name)")
        }
    }

    @Test func aConnectionURLIsReadButNotShown() throws {
        let text = try String(contentsOf: CaseFile.folder.appending(path: "good/rows.yaml"), encoding: .utf8)
        let configuration = try GoodFileTests.load(text)
        #expect(
            configuration.connections["other"]?.kind
                == .postgres(.text(Secret.Text("postgresql://app:s3cr3t@db.example.org/app?sslmode=verify-full")))
        )
        var dumped = ""
        dump(configuration, to: &dumped)
        for shown in ["\(configuration)", String(reflecting: configuration), dumped, GoldenDump.text(configuration)] {
            #expect(!shown.contains("s3cr3t"))
            #expect(!shown.contains("db.example.org"))
        }
    }

    /// Whatever is wrong with a URL, no part of it is shown.
    @Test(arguments: [
        "postgres:app:s3cr3t@hunter2", "POSTGRES://s3cr3t@hunter2", "mysql://s3cr3t@hunter2", "s3cr3t hunter2",
        "redis:/s3cr3t@hunter2", "REDIS://:s3cr3t@hunter2", "postgres://a${s3cr3t hunter2}", "postgres://a${s3cr3t",
        "file:/s3cr3t/hunter2",
        "postgres://s3cr3t\\0hunter2", "sqlite3:s3cr3t-hunter2",
    ])
    func noErrorShowsAPartOfAURL(url: String) {
        for place in ["state: \"\(url)\"", "state: { url: \"\(url)\" }", "state: [\"\(url)\"]", ""] {
            let main = place.isEmpty ? url : "postgres://db"
            let text = """
                \(place)
                connections: { data: { url: "file:///srv/data" }, main: { url: "\(main)" } }
                tasks: { t: { files: { in: data }, remove: { older_than: 1h } } }
                """
            let error = #expect(throws: ConfigurationErrors.self) { try GoodFileTests.load(text) }
            #expect(error?.problems.count == 1)
            #expect(error?.description.contains("s3cr3t") == false)
            #expect(error?.description.contains("hunter2") == false)
        }
    }
}
