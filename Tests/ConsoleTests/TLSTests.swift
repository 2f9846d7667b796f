import Foundation
import Support
import Testing

@testable import Console

/// Certificates: good ones serve, others are told in words.
@Suite struct TLSTests {
    private static func make(_ name: String, in folder: URL, days: Int = 2) async throws -> ConsoleConfiguration.TLS {
        let files = ConsoleConfiguration.TLS(
            certificate: folder.appending(path: "\(name).crt").path(),
            key: folder.appending(path: "\(name).key").path()
        )
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", files.key,
            "-out", files.certificate,
        ]
        try await Command.run("/usr/bin/openssl", arguments).check()
        return files
    }

    @Test func aCertificateIsServedAndSessionsAreSecure() async throws {
        let folder = try TemporaryFolder()
        let files = try await Self.make("good", in: folder.url)
        try await LiveConsole.run(try ConsoleBench(tokens: TestTokens.all, tls: files)) { live in
            #expect(live.bench.log.line("http_listening")?.message.contains("https://") == true)
            let curl = ["--silent", "--max-time", "20", "--cacert", files.certificate, "--include"]
            let url = "https://localhost:\(live.port)"
            let health = try await Command.run("/usr/bin/curl", curl + ["\(url)/healthz"]).check()
            #expect(health.text.hasPrefix("HTTP/1.1 200"))
            let login = ["--json", #"{"token":"\#(TestTokens.view)"}"#, "\(url)/cleanup/login"]
            let session = try await Command.run("/usr/bin/curl", curl + login).check()
            #expect(session.text.contains("Max-Age=43200; Secure"))
            let old = try await Command.run("/usr/bin/curl", curl + ["--tls-max", "1.1", "\(url)/healthz"])
            #expect(old.code != 0)
            let plain = try await Command.run(
                "/usr/bin/curl",
                ["--silent", "--max-time", "20", "http://localhost:\(live.port)/healthz"]
            )
            #expect(plain.code != 0)
        }
        withExtendedLifetime(folder) {}
    }

    @Test func whatIsWrongWithTheFilesIsSaid() async throws {
        let folder = try TemporaryFolder()
        let good = try await Self.make("good", in: folder.url)
        let other = try await Self.make("other", in: folder.url)
        let text = folder.url.appending(path: "text").path()
        try Data("hello".utf8).write(to: URL(filePath: text))
        let unreadable = "cannot be read; it must be there, and readable for the user of the service."
        let noCertificate = "holds no certificate in PEM form."
        let noKey = "holds no private key in PEM form, or one with a passphrase."
        let another =
            "does not belong to the key in \(other.key); the first certificate of the file must be this service's own."
        let cases: [(String, String, String)] = [
            ("/nowhere.crt", good.key, "http.tls.certificate: /nowhere.crt \(unreadable)"),
            (good.certificate, "/nowhere.key", "http.tls.key: /nowhere.key \(unreadable)"),
            (text, good.key, "http.tls.certificate: \(text) \(noCertificate)"),
            (good.certificate, text, "http.tls.key: \(text) \(noKey)"),
            (good.key, good.key, "http.tls.certificate: \(good.key) \(noCertificate)"),
            (good.certificate, good.certificate, "http.tls.key: \(good.certificate) \(noKey)"),
            (good.certificate, other.key, "http.tls.certificate: \(good.certificate) \(another)"),
        ]
        for (certificate, key, expected) in cases {
            let error = #expect(throws: ConsoleError.self) {
                try ConsoleBench(tls: .init(certificate: certificate, key: key))
            }
            #expect(error?.message == expected)
        }
        withExtendedLifetime(folder) {}
    }

    @Test func newConnectionsAreShownWhatTheFilesHoldByNow() async throws {
        let files = try await ServedCertificates(["old", "new"])
        let bench = try ConsoleBench(tls: .init(certificate: files.certificate, key: files.key))
        let certificate = try #require(bench.certificate)
        try await LiveConsole.run(bench) { live in
            #expect(try await files.isServed("old", port: live.port))
            let isUnchanged = try certificate.renewed() == nil
            #expect(isUnchanged)
            // Half of a renewal, and a file that is not there: the old one stays.
            try files.put("new", key: "old")
            let error = #expect(throws: ConsoleError.self) { try certificate.renewed() }
            #expect(error?.message.contains("does not belong to the key") == true)
            #expect(unlink(files.key) == 0)
            #expect(throws: ConsoleError.self) { try certificate.renewed() }
            #expect(try await files.isServed("old", port: live.port))
            try files.put("new")
            certificate.take(try #require(try certificate.renewed()))
            let isTaken = try certificate.renewed() == nil
            #expect(isTaken)
            #expect(try await files.isServed("new", port: live.port))
            #expect(try await !files.isServed("old", port: live.port))
        }
    }

    @Test func anExpiredCertificateIsRefused() async throws {
        let folder = try TemporaryFolder()
        let files = try await Self.make("old", in: folder.url)
        let path = files.certificate
        let command = [
            "/usr/bin/openssl", "req", "-x509", "-key", files.key, "-days", "1", "-subj", "/CN=localhost", "-out", path,
        ]
        let then = Date(timeIntervalSince1970: 1_577_836_800)  // 2020-01-01
        try await withShiftedClock(seconds: Int64(then.timeIntervalSinceNow)) { earlier in
            try await Command.run(earlier.launcher[0], earlier.launcher.dropFirst() + command).check()
            let error = #expect(throws: ConsoleError.self) { try ConsoleBench(tls: files) }
            #expect(
                error?.message == "http.tls.certificate: \(path) has expired on 2020-01-02; put a new one there."
            )
            withExtendedLifetime(folder) {}
        }
    }
}
