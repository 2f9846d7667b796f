import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

/// What callers are told who may not do what they ask for, or ask too often, to the letter.
@Suite struct AccessErrorTextsTests {
    private static func detail(_ answer: TestResponse) throws -> String? { try answer.object["detail"] as? String }

    // MARK: Who may

    @Test func whoIsNotKnownOrMayNotIsToldWhatIsNeeded() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let status = "/api/cleanup/status"
        let none = try await bench.ask(.get, status)
        #expect(try Self.detail(none) == "A valid token is needed: Authorization: Bearer TOKEN.")
        let wrong = try await bench.ask(.get, status, TestTokens.bearer("wrong"))
        #expect(try Self.detail(wrong) == "This token is not valid.")
        let view = try await bench.ask(.post, "/-/reload", TestTokens.bearer(TestTokens.view))
        #expect(try Self.detail(view) == "The token of vera may not do this; it needs the role admin.")
        let session = try await bench.session(TestTokens.admin)
        let cookie = try #require(session[.cookie])
        let forged = try await bench.ask(.post, "/api/cleanup/schedule/stop", [.cookie: cookie])
        #expect(
            try Self.detail(forged)
                == "By session this needs an Origin that is this service's own, and the header X-Cleanupd-Request: 1."
        )
    }

    @Test func withoutTokensOthersAreToldWhoMay() async throws {
        let status = "/api/cleanup/status"
        let foreign = try await ConsoleBench().ask(.get, status, [.origin: "https://evil.example"])
        #expect(
            try Self.detail(foreign)
                == "Without tokens only programs on this machine and this service's own page may call."
        )
        let reachable = try await ConsoleBench(host: "0.0.0.0").ask(.get, status)
        #expect(
            try Self.detail(reachable)
                == "No tokens are configured; without http.tokens this answers on loopback only."
        )
        let login = try await ConsoleBench().ask(.post, "/cleanup/login", json: #"{"token":"a"}"#)
        #expect(try Self.detail(login) == "No tokens are configured, so there is nothing to log in with.")
    }

    @Test func aLoginThatIsRefusedSaysWhy() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let twice = try await bench.ask(.post, "/cleanup/login", form, json: "token=a&token=b")
        #expect(
            try Self.detail(twice)
                == "The form must have the field token, at most next beside it, and each once."
        )
        var foreign = form
        foreign[.origin] = "https://evil.example"
        let refused = try await bench.ask(.post, "/cleanup/login", foreign, json: "token=\(TestTokens.view)")
        #expect(try Self.detail(refused) == "The page of another service must not log in here.")
    }

    @Test func aPersonBeforeAPageIsAskedForAToken() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let answer = try await bench.ask(.get, "/cleanup", [.accept: "text/html"])
        #expect(answer.text.contains("A token shows who you are and what you may do."), "\(answer.text)")
    }

    // MARK: How often

    @Test func whoChangesTooOftenIsToldWhenToComeAgain() async throws {
        let bench = try ConsoleBench()
        for _ in 0..<60 { _ = try await bench.ask(.post, "/api/cleanup/schedule/stop") }
        let answer = try await bench.ask(.post, "/api/cleanup/schedule/stop")
        #expect(
            try Self.detail(answer) == "There were 60 changing calls of local within a minute. Try again in 60 s."
        )
    }

    @Test func whoGuessesOrLogsInTooOftenIsToldWhenToComeAgain() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        for _ in 0..<10 { _ = try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer("wrong")) }
        let guessed = try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer("wrong"))
        #expect(
            try Self.detail(guessed)
                == "There were ten wrong tokens from this address within a minute. Try again in 60 s."
        )
        let other = try ConsoleBench(tokens: TestTokens.all)
        for _ in 0..<60 { _ = try await other.session(TestTokens.view) }
        let body = #"{"token":"\#(TestTokens.view)"}"#
        let login = try await other.ask(.post, "/cleanup/login", json: body)
        #expect(try Self.detail(login) == "There were 60 logins of vera within a minute. Try again in 60 s.")
    }

    @Test func aPageThatReportsTooOftenIsToldWhenToComeAgain() async throws {
        let bench = try ConsoleBench(clientOrigins: ["https://app.example"])
        let (path, headers): (String, HTTPFields) = ("/api/cleanup/client-report", [.origin: "https://app.example"])
        let body = #"{"app":"a","sessions_cleared":1,"bytes_freed":0,"errors":0}"#
        for _ in 0..<6 { _ = try await bench.ask(.post, path, headers, json: body) }
        let answer = try await bench.ask(.post, path, headers, json: body)
        #expect(
            try Self.detail(answer)
                == "There were six reports from this address within a minute. Try again in 60 s."
        )
    }
}
