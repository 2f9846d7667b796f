import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Support
import Synchronization
import Testing

@testable import Console

/// What changes something is in the ledger first.
@Suite struct RecordingTests {
    private static let headers = TestTokens.bearer(TestTokens.admin)

    @Test func whatCannotBeRecordedIsNotDone() async throws {
        let routes = try ConsoleBench().console.responder.table.routes.filter { $0.effect == .changes }
        #expect(routes.count >= 9)
        for route in routes {
            let bench = try ConsoleBench(tokens: TestTokens.all)
            bench.backend.state.withLock { $0.ledgerFails = true }
            let request = RouteRequest(route)
            let answer = try await bench.ask(route.method, request.uri, Self.headers, json: request.body)
            #expect(answer.status == .serviceUnavailable, "\(route.label)")
            #expect(bench.state.acts.isEmpty && bench.state.orders.isEmpty && bench.state.changes.isEmpty)
            #expect(!answer.text.contains("disk is full"))
            #expect(bench.log.line("http_call_not_recorded")?.level == .error)
        }
    }

    @Test func whatMendsIsDoneAllTheSame() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all, lifecycle: true)
        bench.backend.state.withLock { $0.ledgerFails = true }
        #expect(try await bench.ask(.post, "/-/reload", Self.headers).status == .ok)
        #expect(try await bench.ask(.post, "/-/quit", Self.headers).status == .ok)
        let session = try await bench.session(TestTokens.view)
        #expect(try await bench.ask(.get, "/api/cleanup/status", session).status == .ok)
        #expect(bench.state.reloads == 1 && bench.state.quits == 1)
        let warnings = bench.log.lines.filter { $0.metadata["action"] == "http_call_not_recorded" }
        #expect(warnings.map(\.level) == [.warning, .warning, .warning])
        #expect(warnings.allSatisfy { $0.message.contains("disk is full") })
    }

    @Test func theLedgerHasWhoWhatAndTheAnswer() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let body = #"{"tasks":["logs"]}"#
        _ = try await bench.ask(.post, "/api/cleanup/run?wait=true", Self.headers, json: body)
        _ = try await bench.ask(.post, "/api/cleanup/plans/p1/apply", Self.headers)
        _ = try await bench.ask(.delete, "/api/cleanup/jobs/j1", Self.headers)
        bench.backend.state.withLock { $0.failure = ConsoleError(.conflict, "a table rules") }
        _ = try await bench.ask(.put, "/api/cleanup/settings", Self.headers, json: #"{"dry_run":true}"#)
        let state = bench.state
        let calls = [
            "POST /api/cleanup/run", "POST /api/cleanup/plans/p1/apply", "DELETE /api/cleanup/jobs/j1",
            "PUT /api/cleanup/settings",
        ]
        #expect(state.begun.map(\.call) == calls)
        #expect(state.begun.map(\.detail) == [body, "", "", #"{"dry_run":true}"#])
        #expect(state.begun.allSatisfy { $0.who == "alice" && $0.from == "-" })
        #expect(state.ended == ["call-1": 200, "call-2": 202, "call-3": 204, "call-4": 409])
        #expect(state.callIDs == ["call-1", "call-2"])
    }

    @Test func theLedgerTakesAtMostFourKilobytesOfABody() async throws {
        let bench = try ConsoleBench()
        let body = #"{"tasks":[""# + String(repeating: "ä", count: 4_000) + #""]}"#
        #expect(try await bench.ask(.post, "/api/cleanup/run", json: body).status == .accepted)
        let detail = try #require(bench.state.begun.first?.detail)
        #expect((4_093...4_096).contains(detail.utf8.count))
        #expect(body.hasPrefix(detail))
    }

    @Test func loginsAreRecordedWithoutTheirToken() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        _ = try await bench.session(TestTokens.view)
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let answer = try await bench.ask(.post, "/cleanup/login", form, json: "token=\(TestTokens.operate)")
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/cleanup")
        #expect(bench.state.begun.map(\.who) == ["vera", "olga"])
        #expect(bench.state.begun.map(\.detail) == ["", ""])
        #expect(bench.state.ended == ["call-1": 200, "call-2": 303])
    }

    @Test func theEndIsRecordedAlsoWhenTheRequestIsCancelled() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.failure = CancellationError() }
        let answer = try await bench.ask(.post, "/api/cleanup/run")
        #expect(answer.status == .serviceUnavailable)
        #expect(bench.state.ended == ["call-1": 503])
    }

    @Test func changesAreLoggedAndLooksOnlyForDebugging() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        _ = try await bench.ask(.get, "/api/cleanup/runs/r1", Self.headers)
        _ = try await bench.ask(.delete, "/api/cleanup/runs/r1", Self.headers)
        let lines = bench.log.lines.filter { $0.metadata["action"] == "http_request" }
        #expect(lines.map(\.level) == [.debug, .info])
        let metadata = try #require(lines.last).metadata
        #expect(metadata["route"] == "/api/cleanup/runs/{id}" && metadata["method"] == "DELETE")
        #expect(metadata["status"] == "204" && metadata["who"] == "alice" && metadata["from"] == "-")
        #expect(metadata["seconds"].flatMap { Double($0) } != nil)
    }
}
