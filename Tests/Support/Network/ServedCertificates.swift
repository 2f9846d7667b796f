import Foundation

/// Certificates for this machine, each signed by itself, and the two files from which a service takes the one it shows.
package struct ServedCertificates: Sendable {
    private let folder: TemporaryFolder

    /// - Parameter names: of certificates that are made, the first of which is served.
    package init(_ names: [String]) async throws {
        folder = try TemporaryFolder()
        for name in names {
            let arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                folder.file("\(name).key"), "-out", folder.file("\(name).crt"),
            ]
            try await Command.run("/usr/bin/openssl", arguments).check()
        }
        if let first = names.first { try put(first) }
    }

    package var certificate: String { folder.file("served.crt") }
    package var key: String { folder.file("served.key") }

    /// Puts another one into the files.
    /// - Parameter key: whose key; `nil` = its own.
    package func put(_ name: String, key: String? = nil) throws {
        for (source, target) in [("\(key ?? name).key", self.key), ("\(name).crt", certificate)] {
            try Data(contentsOf: URL(filePath: folder.file(source))).write(to: URL(filePath: target))
        }
    }

    /// Whether that one is shown: who trusts no other gets an answer. Throws when there is none for another reason.
    package func isServed(_ name: String, port: Int) async throws -> Bool {
        let result = try await ask(name, port: port, "/healthz")
        // curl's code for a certificate that nobody it trusts has signed.
        if result.code == 60 { return false }
        try result.check()
        return true
    }

    /// What curl gets that trusts this certificate only.
    package func ask(_ name: String, port: Int, _ path: String) async throws -> Command.Result {
        let options = ["--silent", "--show-error", "--fail", "--max-time", "20", "--cacert"]
        let rest = [folder.file("\(name).crt"), "https://localhost:\(port)\(path)"]
        return try await Command.run("/usr/bin/curl", options + rest)
    }
}
