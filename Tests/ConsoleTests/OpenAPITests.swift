import Foundation
import HTTPTypes
import HummingbirdTesting
import Support
import Testing

@testable import Console

/// The description against what is described.
@Suite struct OpenAPITests {
    private static let methods = ["get", "put", "post", "delete", "options"]

    private func document(_ bench: ConsoleBench) async throws -> [String: Any] {
        try await bench.ask(.get, "/api/openapi.json").object
    }

    @Test(.tags(.a1)) func itHasTheRoutesOfTheTableAndTheirRoles() async throws {
        let bench = try ConsoleBench()
        let paths = try #require(try await document(bench)["paths"] as? [String: [String: [String: Any]]])
        var described: [String: String] = [:]
        for (template, operations) in paths {
            for (method, operation) in operations {
                #expect(Self.methods.contains(method))
                described["\(method.uppercased()) \(template)"] = operation["x-role"] as? String
            }
        }
        let routes = bench.console.responder.table.routes
        let table = routes.map { ($0.label, $0.role.map { "\($0)" } ?? "none") }
        #expect(described == Dictionary(uniqueKeysWithValues: table))
    }

    @Test func everyParameterAndBodyIsDescribed() async throws {
        let bench = try ConsoleBench()
        let paths = try #require(try await document(bench)["paths"] as? [String: [String: [String: Any]]])
        for route in bench.console.responder.table.routes {
            let operation = try #require(paths[route.template]?[route.method.rawValue.lowercased()])
            let parameters = (operation["parameters"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            let ids = route.template.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            #expect(parameters == ids.map(String.init) + route.parameters.map(\.name), "\(route.label)")
            #expect((operation["requestBody"] != nil) == (route.body != .none), "\(route.label)")
            let security = try #require(operation["security"] as? [[String: Any]])
            #expect(security.isEmpty == (route.role == nil), "\(route.label)")
        }
    }

    /// A second opinion, of Python's openapi-spec-validator and jsonschema: on the document, on each answer that a backend
    /// with one of everything gives, on problems, and on each body that the other tests send.
    @Test func itIsValidAndSoIsEachAnswer() async throws {
        let bench = try ConsoleBench(clientOrigins: ["https://app.example"])
        var cases: [[String: Any]] = []
        for route in bench.console.responder.table.routes {
            let request = RouteRequest(route)
            if let body = request.body { cases.append(try Self.body(route, body)) }
            for suffix in route.parameters.contains(.wait) ? ["", "?wait=true"] : [""] {
                let answer = try await bench.ask(route.method, request.uri + suffix, json: request.body)
                cases.append(Self.answer(route, answer))
            }
        }
        let tokens = try ConsoleBench(tokens: TestTokens.all)
        let login = try #require(tokens.console.responder.table.routes.first { $0.template == "/cleanup/login" })
        let body = #"{"token":"\#(TestTokens.view)"}"#
        cases.append(Self.answer(login, try await tokens.ask(.post, login.template, json: body)))
        #expect(cases.count > 40)
        let result = try await validate(try await document(bench), cases)
        #expect(result.code == 0, "\(result.text)\(result.errorText)")
        #expect(result.text.contains("\(cases.count) cases"))
    }

    @Test func theSecondOpinionBites() async throws {
        let bench = try ConsoleBench()
        let document = try await document(bench)
        let wrong: [String: Any] = [
            "name": "wrong", "template": "/api/cleanup/runs", "method": "get", "status": 200,
            "type": "application/json",
            "text": #"{"runs":[{"id":3}]}"#,
        ]
        #expect(try await validate(document, [wrong]).code == 1)
        #expect(try await validate(["openapi": "3.1.0", "paths": ["x": 3]], []).code == 1)
    }

    private static func answer(_ route: Route, _ answer: TestResponse) -> [String: Any] {
        [
            "name": route.label, "template": route.template, "method": route.method.rawValue.lowercased(),
            "status": answer.status.code, "type": answer.headers[.contentType] ?? "", "text": answer.text,
        ]
    }

    private static func body(_ route: Route, _ body: String) throws -> [String: Any] {
        [
            "name": "body of \(route.label)", "template": route.template, "method": route.method.rawValue.lowercased(),
            "type": "application/json", "text": body,
        ]
    }

    private func validate(_ document: [String: Any], _ cases: [[String: Any]]) async throws -> Command.Result {
        let python = ProcessInfo.processInfo.environment["CLEANUPD_PYTHON"] ?? "python3"
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "validate_api.py").path()
        let input = try JSONSerialization.data(withJSONObject: ["document": document, "cases": cases])
        return try await Command.run("/usr/bin/env", [python, script], input: input)
    }
}
