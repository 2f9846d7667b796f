import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Support
import Synchronization
import Testing

@testable import Console

/// What is not an answer is a problem document.
@Suite struct ProblemTests {
    private struct Unexpected: Error, CustomStringConvertible {
        let description = "password=hunter2 of postgres"
    }

    @Test(arguments: [
        (ConsoleError.Code.invalid, 400), (.forbidden, 403), (.notFound, 404), (.conflict, 409), (.refused, 422),
        (.unavailable, 503),
    ])
    func errorsOfTheServiceAreToldAsTheyAre(code: ConsoleError.Code, status: Int) async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.failure = ConsoleError(code, "There is no such task.") }
        for (method, path) in [(HTTPRequest.Method.get, "/api/cleanup/status"), (.post, "/api/cleanup/run")] {
            let answer = try await bench.ask(method, path)
            #expect(answer.status.code == status)
            let problem = try answer.object
            #expect(problem["status"] as? Int == status)
            #expect(problem["detail"] as? String == "There is no such task.")
            #expect(problem["title"] as? String == answer.status.reasonPhrase)
        }
    }

    @Test func unexpectedErrorsAreInTheLogOnly() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.failure = Unexpected() }
        for (method, path) in [(HTTPRequest.Method.get, "/api/cleanup/status"), (.post, "/api/cleanup/run")] {
            let answer = try await bench.ask(method, path)
            #expect(answer.status == .internalServerError)
            #expect(!answer.text.contains("hunter2"))
            let reference = try #require(try answer.object["reference"] as? String)
            #expect(reference.count == 8)
            let line = try #require(bench.log.lines.first { $0.metadata["reference"] == reference })
            #expect(line.level == .error && line.message.contains("hunter2"))
        }
        #expect(bench.state.ended == ["call-1": 500])
    }

    @Test func everyKnownPathNamesItsMethods() async throws {
        let bench = try ConsoleBench()
        let table = bench.console.responder.table
        for template in Set(table.routes.map(\.template)) {
            let methods = table.routes.filter { $0.template == template }.map(\.method)
            let allowed = Set(methods + (methods.contains(.get) ? [.head] : []))
            for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch, .options, .trace]
            where !allowed.contains(method) {
                let answer = try await bench.ask(method, template.replacing("{id}", with: "r1"))
                #expect(answer.status == .methodNotAllowed, "\(method) \(template)")
                let named = (answer.headers[.allow] ?? "").split(separator: ", ").map(String.init)
                #expect(Set(named) == Set(allowed.map(\.rawValue)))
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
        }
        #expect(bench.state.acts.isEmpty && bench.state.begun.isEmpty)
    }

    @Test func headIsAnsweredLikeGetWithoutABody() async throws {
        let bench = try ConsoleBench()
        for route in bench.console.responder.table.routes where route.method == .get {
            let request = RouteRequest(route)
            let whole = try await bench.ask(.get, request.uri)
            let head = try await bench.ask(.head, request.uri)
            #expect(head.status == whole.status, "\(route.label)")
            #expect(head.text.isEmpty)
            #expect(head.headers[.contentType] == whole.headers[.contentType])
            // A scrape is never the same twice, and a stream has no length.
            if !["/metrics", "/api/cleanup/events"].contains(route.template) {
                #expect(head.headers[.contentLength] == whole.headers[.contentLength], "\(route.label)")
            }
        }
    }

    @Test func everyAnswerHasItsSecurityHeaders() async throws {
        let bench = try ConsoleBench(clientOrigins: ["https://app.example"])
        var answers: [(String, TestResponse)] = []
        let scripts = ["calls", "fields", "live", "settings", "words"].map { "/cleanup/page/\($0).js" }
        let files = ["/cleanup/client.js", "/cleanup/page.js", "/cleanup/page.css", "/cleanup/icon.svg"] + scripts
        for route in bench.console.responder.table.routes where !route.isPage && !files.contains(route.template) {
            let request = RouteRequest(route)
            answers.append((route.label, try await bench.ask(route.method, request.uri, json: request.body)))
        }
        answers.append(("404", try await bench.ask(.get, "/nothing")))
        answers.append(("405", try await bench.ask(.patch, "/metrics")))
        answers.append(("415", try await bench.ask(.post, "/api/cleanup/run", [.contentType: "x/y"], json: "{}")))
        for (label, answer) in answers {
            #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(label)")
            #expect(answer.headers[.referrerPolicy] == "same-origin", "\(label)")
            #expect(answer.headers[.cacheControl] == "no-store", "\(label)")
            let policy = answer.headers[.contentSecurityPolicy]
            #expect(policy == "default-src 'none'; frame-ancestors 'none'", "\(label)")
        }
    }

    @Test func secretsAreInNoAnswerAndNoLine() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all, lifecycle: true)
        let session = try await bench.session(TestTokens.admin)
        let cookie = try #require(session[.cookie])
        let secrets = [TestTokens.view, TestTokens.operate, TestTokens.admin, String(cookie.suffix(64))]
        var texts: [String] = []
        for route in bench.console.responder.table.routes {
            let request = RouteRequest(route)
            for headers in [
                TestTokens.bearer(TestTokens.admin), session, TestTokens.bearer("almost-\(TestTokens.admin)"),
            ] {
                let answer = try await bench.ask(route.method, request.uri, headers, json: request.body)
                texts.append(answer.text)
                if route.template != "/cleanup/login" { texts.append("\(answer.headers)") }
            }
            bench.clock.pass(.seconds(61))
        }
        texts += bench.log.lines.map(\.text)
        texts += bench.state.begun.map { "\($0)" }
        texts.append(bench.metrics)
        #expect(texts.count > 150)
        for secret in secrets { #expect(!texts.contains { $0.contains(secret) }) }
    }
}
