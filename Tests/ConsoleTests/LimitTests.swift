import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Support
import Testing

@testable import Console

/// How much and how long.
@Suite struct LimitTests {
    @Test func aTokenHasSixtyChangesAMinute() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let headers = TestTokens.bearer(TestTokens.operate)
        for _ in 0..<60 {
            #expect(try await bench.ask(.post, "/api/cleanup/schedule/stop", headers).status == .ok)
        }
        let answer = try await bench.ask(.post, "/api/cleanup/run", headers)
        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.retryAfter] == "60")
        #expect(bench.state.acts.count == 60 && bench.state.begun.count == 60)
        #expect(bench.metrics.contains(#"cleanup_http_rate_limited_total{route="/api/cleanup/run"} 1"#))
        #expect(bench.metrics.contains(#"cleanup_http_rate_limited_total{route="/api/cleanup/schedule/stop"} 0"#))
        // Looking, and others, go on.
        #expect(try await bench.ask(.get, "/api/cleanup/status", headers).status == .ok)
        let other = TestTokens.bearer(TestTokens.admin)
        #expect(try await bench.ask(.post, "/api/cleanup/run", other).status == .accepted)
        bench.clock.pass(.seconds(61))
        #expect(try await bench.ask(.post, "/api/cleanup/run", headers).status == .accepted)
    }

    @Test func anAddressHasTenWrongTokensAMinute() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        for count in 0..<10 {
            let answer =
                count.isMultiple(of: 2)
                ? try await bench.ask(.post, "/cleanup/login", json: #"{"token":"wrong"}"#)
                : try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer("wrong"))
            #expect(answer.status == .unauthorized)
        }
        // The right one, too: an answer that tells it from others would go on telling.
        let answer = try await bench.ask(.post, "/cleanup/login", json: #"{"token":"\#(TestTokens.admin)"}"#)
        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.retryAfter] == "60")
        #expect(bench.metrics.contains(#"cleanup_http_rate_limited_total{route="/cleanup/login"} 1"#))
        #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="bad_token"} 10"#))
        bench.clock.pass(.seconds(61))
        #expect(try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer(TestTokens.view)).status == .ok)
    }

    @Test(.tags(.a4)) func howeverManyScrapeAtOnceAllAreAnswered() async throws {
        let bench = try ConsoleBench()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { Int(try await bench.ask(.get, "/metrics").status.code) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 100))
    }

    @Test func aSessionOutlivesWrongTokensOfOthers() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let session = try await bench.session(TestTokens.view)
        for _ in 0..<12 { _ = try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer("wrong")) }
        #expect(try await bench.ask(.get, "/api/cleanup/status", session).status == .ok)
    }

    @Test func aSessionEndsAfterTwelveHours() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let session = try await bench.session(TestTokens.view)
        bench.clock.pass(.seconds(43_199))
        #expect(try await bench.ask(.get, "/api/cleanup/status", session).status == .ok)
        bench.clock.pass(.seconds(1))
        #expect(try await bench.ask(.get, "/api/cleanup/status", session).status == .unauthorized)
    }

    @Test func theCookieIsKeptFromScriptsAndOtherSites() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let answer = try await bench.ask(.post, "/cleanup/login", json: #"{"token":"\#(TestTokens.operate)"}"#)
        let cookie = try #require(answer.headers[.setCookie])
        #expect(answer.text == #"{"name":"olga","role":"operate"}"#)
        let parts = cookie.split(separator: ";").map { $0.trimmingPrefix(" ") }
        #expect(parts.dropFirst() == ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"])
        let secret = try #require(parts.first?.dropFirst("cleanupd_session=".count))
        #expect(secret.count == 64 && secret.allSatisfy(\.isHexDigit))
    }

    @Test(arguments: [#"{"token":""}"#, #"{"token":"wrong"}"#, #"{"token":null}"#, #"{"token":"a","next":"/x"}"#, "{}"])
    func onlyATokenBeginsASession(body: String) async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let answer = try await bench.ask(.post, "/cleanup/login", json: body)
        #expect([400, 401].contains(answer.status.code))
        #expect(answer.headers[.setCookie] == nil)
        #expect(bench.state.begun.isEmpty)
    }

    @Test func thePageOfAnotherServiceCannotLogIn() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .origin: "https://evil.example"]
        let answer = try await bench.ask(.post, "/cleanup/login", form, json: "token=\(TestTokens.view)")
        #expect(answer.status == .forbidden)
        #expect(answer.headers[.setCookie] == nil)
    }

    @Test func aThousandSessionsAreTheMost() {
        let sessions = Sessions()
        let now = ContinuousClock.now
        let first = sessions.begin(name: "first", role: .view, now: now)
        for number in 1...1_000 { _ = sessions.begin(name: "token\(number % 40)", role: .view, now: now) }
        #expect(sessions.count == 1_000)
        #expect(sessions.owner(of: first, now: now) == nil)
        _ = sessions.begin(name: "d", role: .view, now: now + .seconds(43_200))
        #expect(sessions.count == 1)
    }

    @Test func aTokenEndsOnlySessionsOfItsOwn() throws {
        let sessions = Sessions()
        let now = ContinuousClock.now
        let admin = sessions.begin(name: "admin", role: .admin, now: now)
        let first = sessions.begin(name: "view", role: .view, now: now)
        for _ in 1...1_000 { _ = sessions.begin(name: "view", role: .view, now: now) }
        #expect(sessions.count == 51)
        #expect(sessions.owner(of: first, now: now) == nil)
        #expect(sessions.owner(of: admin, now: now)?.name == "admin")
    }

    @Test func loginsOfATokenAreLimited() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        for _ in 1...60 { _ = try await bench.session(TestTokens.view) }
        let body = #"{"token":"\#(TestTokens.view)"}"#
        let answer = try await bench.ask(.post, "/cleanup/login", json: body)
        #expect(answer.status == .tooManyRequests)
        _ = try await bench.session(TestTokens.admin)
    }

    @Test func limitersRememberABoundedNumberOfKeys() {
        let limiter = RateLimiter(limit: 2, mostKeys: 100)
        let now = ContinuousClock.now
        for number in 0..<10_000 { #expect(limiter.take("k\(number)", now: now + .milliseconds(number)) == nil) }
        #expect(limiter.count <= 100)
        // Those that came last are remembered.
        let end = now + .seconds(10)
        #expect(limiter.take("k9999", now: end) == nil)
        #expect(limiter.take("k9999", now: end) == 60)
        #expect(limiter.take("k9999", now: end + .seconds(61)) == nil)
    }

    @Test(arguments: [
        ("10.0.0.1", "10.0.0.2", false), ("2001:db8::1", "2001:db8::2", true),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", false),
    ])
    func addressesAreCountedByWhatAClientHas(left: String, right: String, isSame: Bool) {
        #expect((Authenticator.network(of: left) == Authenticator.network(of: right)) == isSame)
    }
}
