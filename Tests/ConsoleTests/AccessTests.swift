import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Support
import Testing

@testable import Console

/// Every route with every credential: what the table says of roles is what happens.
@Suite(.tags(.a1)) struct AccessTests {
    private enum Credential: CaseIterable {
        case none, wrong, notBearer, empty, revoked, view, operate, admin
        case viewSession, operateSession, adminSession

        /// `nil` = shows nobody.
        var role: ConsoleConfiguration.Role? {
            switch self {
            case .none, .wrong, .notBearer, .empty, .revoked: nil
            case .view, .viewSession: .view
            case .operate, .operateSession: .operate
            case .admin, .adminSession: .admin
            }
        }

        func headers(_ bench: ConsoleBench) async throws -> HTTPFields {
            switch self {
            case .none: return [:]
            case .wrong: return TestTokens.bearer("wrong")
            case .notBearer: return [.authorization: "Basic \(TestTokens.admin)"]
            case .empty: return TestTokens.bearer("")
            case .view: return TestTokens.bearer(TestTokens.view)
            case .operate: return TestTokens.bearer(TestTokens.operate)
            case .admin: return TestTokens.bearer(TestTokens.admin)
            case .viewSession: return try await bench.session(TestTokens.view)
            case .operateSession: return try await bench.session(TestTokens.operate)
            case .adminSession: return try await bench.session(TestTokens.admin)
            case .revoked:
                let headers = try await bench.session(TestTokens.admin)
                let answer = try await bench.ask(.post, "/cleanup/logout", headers)
                #expect(answer.status == .noContent)
                return headers
            }
        }
    }

    private static func bench() throws -> ConsoleBench {
        try ConsoleBench(tokens: TestTokens.all, lifecycle: true, protectMetrics: true)
    }

    @Test func everyRouteAsksForItsRole() async throws {
        let routes = try Self.bench().console.responder.table.routes.filter { $0.role != nil }
        #expect(routes.count > 30)
        var count = 0
        for route in routes {
            for credential in Credential.allCases {
                let bench = try Self.bench()
                let headers = try await credential.headers(bench)
                let begun = bench.state.begun.count
                let request = RouteRequest(route)
                let answer = try await bench.ask(route.method, request.uri, headers, json: request.body)
                let label: Comment = "\(route.label) with \(credential): \(answer.text)"
                let isEnough = try credential.role.map { $0 >= (try #require(route.role)) }
                switch isEnough {
                case nil: #expect(answer.status == .unauthorized, label)
                case false: #expect(answer.status == .forbidden, label)
                case true: #expect(route.answers.contains { $0.status == answer.status }, label)
                }
                let hasActed = !bench.state.acts.isEmpty || bench.state.quits + bench.state.reloads > 0
                let isAct = route.effect != .reads && route.template != "/cleanup/logout"
                #expect(hasActed == (isEnough == true && isAct), label)
                #expect((bench.state.begun.count > begun) == (isEnough == true && route.effect != .reads), label)
                count += 1
            }
        }
        #expect(count == routes.count * Credential.allCases.count)
    }

    @Test func routesForEverybodyGiveNothingAway() throws {
        let routes = try Self.bench().console.responder.table.routes.filter { $0.role == nil }
        let open = [
            "GET /api/openapi.json", "GET /cleanup/client.js", "GET /cleanup/icon.svg", "GET /cleanup/page.css",
            "GET /cleanup/page.js", "GET /cleanup/page/calls.js", "GET /cleanup/page/fields.js",
            "GET /cleanup/page/live.js", "GET /cleanup/page/settings.js", "GET /cleanup/page/words.js",
            "OPTIONS /api/cleanup/client-report", "POST /api/cleanup/client-report",
            "POST /cleanup/login",
        ]
        #expect(routes.map(\.label).sorted() == open)
        let unprotected = try ConsoleBench(tokens: TestTokens.all).console.responder.table.routes
        let monitoring = ["GET /healthz", "GET /metrics", "GET /readyz"]
        #expect(unprotected.filter { $0.role == nil && $0.template.count < 10 }.map(\.label).sorted() == monitoring)
    }

    @Test func whatChangesSomethingIsNeverReadByGet() throws {
        for route in try Self.bench().console.responder.table.routes where route.effect != .reads {
            #expect([.post, .put, .delete].contains(route.method), "\(route.label)")
        }
    }

    @Test func withoutTokensThisMachineIsAdmin() async throws {
        for route in try ConsoleBench().console.responder.table.routes where route.role != nil {
            let bench = try ConsoleBench(lifecycle: true)
            let request = RouteRequest(route)
            let answer = try await bench.ask(route.method, request.uri, json: request.body)
            #expect(route.answers.contains { $0.status == answer.status }, "\(route.label): \(answer.text)")
            if route.effect != .reads { #expect(bench.state.begun.map(\.who) == ["local"]) }
        }
    }

    @Test func withoutTokensNobodyElseIsServed() async throws {
        for route in try ConsoleBench().console.responder.table.routes where route.role != nil {
            let bench = try ConsoleBench(host: "0.0.0.0", lifecycle: true)
            let request = RouteRequest(route)
            let answer = try await bench.ask(route.method, request.uri, json: request.body)
            #expect(answer.status == .forbidden, "\(route.label)")
            #expect(bench.state.acts.isEmpty && bench.state.looks.isEmpty)
        }
    }

    @Test func refusalsAreCountedByReason() async throws {
        let bench = try Self.bench()
        _ = try await bench.ask(.get, "/api/cleanup/status")
        _ = try await bench.ask(.get, "/api/cleanup/status", TestTokens.bearer("wrong"))
        _ = try await bench.ask(.get, "/api/cleanup/calls", TestTokens.bearer(TestTokens.view))
        #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="missing"} 1"#))
        #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="bad_token"} 2"#))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("localhost", true), ("LOCALHOST", true), ("::1", true),
        ("127.0.0.1.evil.example", false), ("127.evil.example", false), ("127.0.0", false), ("127.0.0.256", false),
        ("127.0.0.+1", false), ("localhost.evil.example", false), ("10.0.0.1", false), ("", false),
    ])
    func onlyTrueLoopbackIsLoopback(host: String, isLoopback: Bool) {
        #expect(ConsoleConfiguration.Address(host: host, port: 1).isLoopback == isLoopback)
    }
}
