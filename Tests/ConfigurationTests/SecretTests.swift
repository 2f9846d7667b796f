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
        let full = try String(contentsOf: CaseFile.folder.appending(path: "good/full.yaml"), encoding: .utf8)
        var refused = 0
        for range in full.ranges(of: /: ("[^"]*"|[A-Za-z0-9_.\/%]+)(?=[ ,}\n])/) {
            let text = full.replacingCharacters(in: range, with: ": \"${SECRET}\"")
            do {
                _ = try GoodFileTests.load(text, environment: ["SECRET": secret])
            } catch let error as ConfigurationErrors {
                refused += 1
                #expect(!error.description.contains("hunter2"), "\(error)")
                #expect(!error.description.contains("s3cr3t"), "\(error)")
            }
        }
        #expect(refused >= 50)
    }
}
