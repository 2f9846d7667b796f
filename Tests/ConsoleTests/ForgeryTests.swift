import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Support
import Synchronization
import Testing

@testable import Console

/// Pages of others, names of others, paths of others, and texts that would be more than text.
@Suite(.tags(.a5)) struct ForgeryTests {
    /// A page's request with a valid session: nothing but our own page may act by it.
    @Test(
        arguments: [
            ([:], 403), (["Origin": "http://localhost"], 403), (["X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://localhost", "X-Cleanupd-Request": "0"], 403),
            (["Origin": "http://localhost", "X-Cleanupd-Request": "1, 1"], 403),
            (["Origin": "http://evil.example", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "null", "X-Cleanupd-Request": "1"], 403), (["Origin": "", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "localhost", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://localhost.evil.example", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://evil.example/localhost", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://localhost@evil.example", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://evil.example\\@localhost", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://localhost:3000", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "file://localhost", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://localhost http://evil.example", "X-Cleanupd-Request": "1"], 403),
            (["Referer": "http://evil.example/localhost/", "X-Cleanupd-Request": "1"], 403),
            (["Origin": "http://evil.example", "Referer": "http://localhost/", "X-Cleanupd-Request": "1"], 403),
            (["Referer": "http://localhost/cleanup", "X-Cleanupd-Request": "1"], 200),
            (["Origin": "http://localhost", "X-Cleanupd-Request": "1"], 200),
            (["Origin": "http://localhost:80", "X-Cleanupd-Request": "1"], 200),
            (["Origin": "https://LOCALHOST", "X-Cleanupd-Request": "1"], 200),
        ] as [([String: String], Int)]
    )
    func sessionsActForOurOwnPageOnly(headers: [String: String], code: Int) async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let cookie = try await bench.session(TestTokens.admin)[.cookie]
        var fields: HTTPFields = [.cookie: try #require(cookie)]
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        for (method, path) in [(HTTPRequest.Method.post, "schedule/stop"), (.delete, "jobs/j1")] {
            let answer = try await bench.ask(method, "/api/cleanup/\(path)", fields)
            #expect(answer.status.code == (code == 403 || method == .post ? code : 204), "\(answer.text)")
        }
        #expect(bench.state.acts.count == (code == 403 ? 0 : 2))
        let counted = bench.metrics.contains(
            #"cleanup_http_auth_failures_total{reason="csrf"} \#(code == 403 ? 2 : 0)"#
        )
        #expect(counted)
        // Looking changes nothing, and what a page of others asks, it cannot read.
        let look = try await bench.ask(.get, "/api/cleanup/status", [.cookie: try #require(cookie)])
        #expect(look.status == .ok)
    }

    /// Without tokens: names that lead to loopback, and pages of other services on this machine.
    @Test(
        arguments: [
            ("localhost", [:], 200), ("localhost:9847", [:], 200), ("127.0.0.1:9847", [:], 200),
            ("[::1]:9847", [:], 200),
            ("localhost:9847", ["Origin": "http://localhost:9847"], 200),
            ("127.0.0.1:9847", ["Origin": "http://127.0.0.1:9847"], 200),
            ("localhost:9847", ["Sec-Fetch-Site": "same-origin"], 200),
            ("localhost:9847", ["Sec-Fetch-Site": "none"], 200), ("evil.example", [:], 403),
            ("evil.example:9847", [:], 403), ("127.0.0.1.evil.example", [:], 403), ("127.evil.example", [:], 403),
            ("localhost.evil.example", [:], 403), ("", [:], 403), ("0.0.0.0", [:], 403), ("10.0.0.1", [:], 403),
            ("evil.example@localhost", [:], 403), ("evil.example", ["Origin": "http://evil.example"], 403),
            ("localhost:9847", ["Origin": "http://localhost:3000"], 403),
            ("localhost:9847", ["Origin": "http://127.0.0.1:9847"], 403),
            ("localhost:9847", ["Origin": "null"], 403), ("localhost:9847", ["Origin": "https://evil.example"], 403),
            ("localhost:9847", ["Sec-Fetch-Site": "cross-site"], 403),
            ("localhost:9847", ["Sec-Fetch-Site": "same-site"], 403),
            ("localhost:9847", ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"], 403),
        ] as [(String, [String: String], Int)]
    )
    func withoutTokensOnlyThisMachineActs(host: String, headers: [String: String], code: Int) async throws {
        let bench = try ConsoleBench()
        let answer = try await bench.direct(.post, "/api/cleanup/schedule/stop", host: host, headers)
        #expect(answer.status.code == code)
        #expect(bench.state.acts.count == (code == 200 ? 1 : 0))
        #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="origin"} \#(code == 200 ? 0 : 1)"#))
    }

    @Test(arguments: [
        "/api/cleanup/runs/..%2f..%2fetc%2fpasswd", "/api/cleanup/runs/%2e%2e", "/api/cleanup/runs/..",
        "/api/cleanup/runs/../status", "/api/cleanup/runs/%00", "/api/cleanup/runs/a%0d%0aSet-Cookie:x",
        "/api/cleanup/runs/%ff", "/api/cleanup/runs/%zz", "/api/cleanup/runs/a%5c..%5cb", "/api/cleanup/runs/a%20b",
        "/api/cleanup/runs/%F0%9F%92%A9", "//api/cleanup/status", "/api//cleanup/status", "/api/cleanup/status/",
        "/API/cleanup/status", "/api/cleanup/./status", "/api/cleanup/%73tatus", "/api/cleanup/runs/", "", "*", "/",
        "/../../etc/passwd", "/api/cleanup/status;x=1", "http://evil.example/api/cleanup/status%00",
        "/cleanup/client.js/../../../etc/passwd", "/api/cleanup/runs/" + String(repeating: "a", count: 201),
    ])
    func pathsLeadNowhereElse(path: String) async throws {
        let bench = try ConsoleBench()
        let answer = try await bench.direct(.get, path, host: "localhost")
        #expect(answer.status == .notFound)
        #expect(bench.state.looks.isEmpty)
    }

    /// What stands in the way of a line stays within its line.
    @Test(arguments: ["\n", "\r\n", "\u{1B}[2J", "\u{0}", "\u{202E}", "\u{2028}", "\u{85}", "\u{7F}"])
    func textsFromOutsideAreNoMoreThanText(text: String) async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let body = "{\"tasks\":[\"a\(text)2026 ERROR all is lost\"]}"
        _ = try await bench.ask(.post, "/api/cleanup/run", TestTokens.bearer(TestTokens.admin), json: body)
        bench.backend.state.withLock { $0.failure = ForeignFailure(text: "x\(text)y") }
        let failed = try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer(TestTokens.admin))
        #expect(failed.status == .internalServerError)
        let all = bench.log.lines.map(\.text) + bench.state.begun.map { $0.who + $0.from + $0.call }
        #expect(all.count >= 4)
        for line in all { #expect(line.unicodeScalars.allSatisfy(Printable.isPrintable), "\(line)") }
        let details = bench.state.begun.map(\.detail)
        #expect(details.allSatisfy { $0.unicodeScalars.allSatisfy { $0 == "\n" || Printable.isPrintable($0) } })
    }

    private struct ForeignFailure: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }
}
