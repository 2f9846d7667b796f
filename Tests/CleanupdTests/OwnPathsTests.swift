import CleanupConfiguration
import Foundation
import Glibc
import Support
import Testing

@testable import cleanupd

/// What no task on files may touch, wherever its root lies.
@Suite struct OwnPathsTests {
    /// A secret in a file at each place of a configuration that takes one.
    private static let secrets = """
        state: { url: { file: s/state } }
        coordination: { url: { file: s/coordination }, ca: s/coordination-ca }
        http:
          tokens: { alice: { role: admin, file: s/token } }
          tls: { certificate: s/certificate, key: s/key }
        connections:
          data: { url: "file://data" }
          rows: { url: { file: s/rows } }
          secure: { url: "postgres://us@127.0.0.1:1/app?sslrootcert=/tls/ca&sslkey=/tls/key" }
          keys: { url: { file: s/keys }, ca: s/keys-ca }
          bundles:
            url: s3://bundles
            endpoint: "https://127.0.0.1:1"
            access_key: { file: s/access }
            secret_key: { file: s/secret }
            session_token: { file: s/session }
            ca: s/bundles-ca
          engine:
            url: "tcp://127.0.0.1:1"
            ca: s/engine-ca
            certificate: s/engine-certificate
            key: s/engine-key
        cycles:
          daily:
            schedule: "0 2 * * *"
            tasks: [logs]
            notify: [{ webhook: { file: s/hook }, secret: { file: s/hook-secret }, on: [failed] }]
        tasks:
          logs:
            files: { in: data }
            remove: { older_than: 30d }
            keep: { referenced_by: [{ in: keys, keys: "log:*" }] }
        """

    private static func configuration(_ text: String, in folder: TemporaryFolder) throws -> Configuration {
        let file = folder.file("cleanup.yaml")
        try Data(text.utf8).write(to: URL(filePath: file))
        return try ConfigurationLoader(environment: [:]).load(file: file)
    }

    @Test func everyFileOfASecretIsOne() throws {
        let folder = try TemporaryFolder()
        let configuration = try Self.configuration(Self.secrets, in: folder)
        let own = Set(configuration.ownPaths)
        let named = Self.secrets.matches(of: /\bs\/[a-z-]+/).map { folder.file(String($0.output)) }
        #expect(named.count == 18)
        #expect(named.filter { !own.contains($0) } == [])
        #expect(own.isSuperset(of: ["/tls/ca", "/tls/key"]))
        // Whatever else a configuration may say of files of secrets.
        let found = Self.files(in: configuration)
        #expect(found.count >= 9)
        #expect(found.subtracting(own) == [])
    }

    @Test func whatPostgreSQLReadsIsOne() throws {
        let folder = try TemporaryFolder()
        let url = "postgres://us@db1:5432,db2:5433/app?sslmode=verify-full&sslkey=/tls/a%20key&sslcrldir=/tls/crls"
        try Data("host=db password='a?b' sslcert=/tls/certificate passfile=/tls/pass sslrootcert=''\n".utf8)
            .write(to: URL(filePath: folder.file("secret")))
        let text = """
            state: { url: "postgres:///state?sslrootcert=/tls/root" }
            connections:
              data: { url: "file://data" }
              named: { url: "\(url)" }
              secret: { url: { file: secret } }
            tasks:
              logs: { files: { in: data }, remove: { older_than: 30d } }
            """
        let own = Set(try Self.configuration(text, in: folder).ownPaths)
        for path in ["a key", "crls", "certificate", "pass", "root"] { #expect(own.contains("/tls/\(path)")) }
        #expect(own.contains { $0.hasSuffix("/.postgresql/postgresql.key") })
        #expect(!own.contains { $0.hasSuffix("/") })
    }

    /// Of all secrets beneath a value.
    private static func files(in value: Any) -> Set<String> {
        if let secret = value as? Secret {
            guard case .file(let path) = secret else { return [] }
            return [path]
        }
        return Mirror(reflecting: value).children.reduce(into: []) { $0.formUnion(files(in: $1.value)) }
    }
}
