import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

/// Where a login leads: back to the page that asked for it, and nowhere else.
@Suite struct LoginTests {
    private static let form: HTTPFields = [
        .contentType: "application/x-www-form-urlencoded", .accept: "text/html", .origin: "http://localhost",
    ]

    private static func body(_ token: String, next: String) -> String {
        "token=\(token)&next=\(PageQuery.escaped(next))"
    }

    @Test(arguments: [
        "/cleanup", "/cleanup/settings", "/cleanup/runs?task=logs&before=r1", "/cleanup/tasks/tmp_dirs",
        "/cleanup/plans/r1", "/cleanup/tasks/tmp_dirs/candidates?search=%22%3E%3Cb%3E",
    ])
    func theFormOfAPageLeadsBackToIt(page: String) async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let asked = try await bench.ask(.get, page, [.accept: "text/html"])
        #expect(asked.status == .unauthorized)
        let field = #"<input type="hidden" name="next" value="\#(page.replacing("&", with: "&amp;"))">"#
        #expect(asked.text.contains(field), "\(asked.text)")
        let answer = try await bench.ask(
            .post,
            "/cleanup/login",
            Self.form,
            json: Self.body(TestTokens.operate, next: page)
        )
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == page)
        #expect(answer.headers[.setCookie]?.hasPrefix("cleanupd_session=") == true)
    }

    @Test(arguments: [
        "", "settings", "https://evil.example/cleanup", "//evil.example/cleanup", "/\\evil.example", "\\\\evil.example",
        "/cleanup/../../evil", "/cleanup/%2e%2e/settings", "/cleanup//evil.example", "/cleanup@evil.example",
        "/cleanup.evil.example", "/cleanup\\@evil.example", "/cleanup/login", "/cleanup/logout", "/cleanup/page.js",
        "/api/cleanup/status", "/-/quit", "javascript:alert(1)", " /cleanup/settings", "/cleanup/settings\r\nX: y",
        "/cleanup/settings#there", "/cleanup/sett\u{fc}ngs",
        "/cleanup/settings?" + String(repeating: "a", count: 2_000),
    ])
    func whateverIsNoPageOfThisServiceLeadsToTheOverview(next: String) async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let answer = try await bench.ask(
            .post,
            "/cleanup/login",
            Self.form,
            json: Self.body(TestTokens.view, next: next)
        )
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/cleanup")
        #expect(answer.headers[values: .location].count == 1)
    }

    @Test func aWrongTokenForgetsNotWhereOneWas() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let wish = #"/cleanup/runs?task="><script>"#
        let answer = try await bench.ask(.post, "/cleanup/login", Self.form, json: Self.body("wrong", next: wish))
        #expect(answer.status == .unauthorized)
        #expect(
            answer.text.contains(#"name="next" value="/cleanup/runs?task=&quot;&gt;&lt;script&gt;""#),
            "\(answer.text)"
        )
        #expect(!answer.text.contains("<script"))
        let plain = try await bench.ask(.post, "/cleanup/login", Self.form, json: "token=wrong")
        #expect(plain.status == .unauthorized && !plain.text.contains(#"name="next""#))
    }

    @Test(arguments: [
        "", "next=%2Fcleanup", "token=a&token=b", "token=a&next=%2F&next=%2F", "token=a&role=admin", "token=%zz",
        "token",
        "token=a&", "token=%ff",
    ])
    func aFormThatSaysOtherThingsIsRefused(body: String) async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let text = body.replacing("=a", with: "=\(TestTokens.admin)")
        let answer = try await bench.ask(.post, "/cleanup/login", Self.form, json: text)
        #expect(answer.status == .badRequest, "\(answer.text)")
        #expect(answer.headers[.setCookie] == nil)
        #expect(!answer.text.contains(TestTokens.admin))
    }

    /// Whether there is something to end, and not what somebody is called.
    @Test func whoHasASessionCanEndIt() async throws {
        let tokens = [TestTokens.token("local", .admin, TestTokens.admin)]
        let bench = try ConsoleBench(tokens: tokens)
        let logout = #"id="logout""#
        let session = try await bench.session(TestTokens.admin)
        #expect(try await bench.ask(.get, "/cleanup", session).text.contains(logout))
        let bearer = try await bench.ask(.get, "/cleanup", TestTokens.bearer(TestTokens.admin))
        #expect(bearer.status == .ok && !bearer.text.contains(logout))
        let open = try await ConsoleBench().ask(.get, "/cleanup")
        #expect(open.status == .ok && !open.text.contains(logout))
    }
}
