import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

/// Reports of browsers: from listed pages, bounded, and only numbers.
@Suite struct ClientReportTests {
    private static let origin = "https://app.example"
    private static let headers: HTTPFields = [.origin: origin]
    private static let report = #"""
        {"app":"chat","sessions_cleared":3,"bytes_freed":4096,"errors":1,"storage_used_bytes":25,"storage_quota_bytes":100}
        """#
    private static let path = "/api/cleanup/client-report"

    @Test func reportsBecomeMetrics() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all, clientOrigins: [Self.origin])
        #expect(bench.metrics.contains("cleanup_client_sessions_cleared_total 0"))
        #expect(bench.metrics.contains("cleanup_client_freed_bytes_total 0"))
        #expect(bench.metrics.contains("cleanup_client_storage_used_ratio 0"))
        let answer = try await bench.ask(.post, Self.path, Self.headers, json: Self.report)
        #expect(answer.status == .noContent)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.origin)
        let unknown =
            #"{"app":"a.b-c_D","sessions_cleared":1,"bytes_freed":9007199254740991,"errors":0,"storage_used_bytes":0,"storage_quota_bytes":0}"#
        #expect(try await bench.ask(.post, Self.path, Self.headers, json: unknown).status == .noContent)
        #expect(bench.metrics.contains("cleanup_client_sessions_cleared_total 4"))
        #expect(bench.metrics.contains("cleanup_client_freed_bytes_total 9007199254745087"))
        #expect(bench.metrics.contains("cleanup_client_storage_used_ratio 0.25"))
        #expect(bench.state.begun.isEmpty)
    }

    @Test(arguments: [
        #"{"app":"a","sessions_cleared":-1,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":1.5,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":"1","bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":9007199254740993,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":1e400,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":NaN,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":null,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":1,"bytes_freed":0}"#,
        #"{"app":"","sessions_cleared":1,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a b","sessions_cleared":1,"bytes_freed":0,"errors":0}"#,
        #"{"app":"ä","sessions_cleared":1,"bytes_freed":0,"errors":0}"#,
        #"{"app":"a","sessions_cleared":1,"bytes_freed":0,"errors":0,"user":"u"}"#,
        #"{"app":"a","sessions_cleared":1,"bytes_freed":0,"errors":0,"storage_quota_bytes":null}"#,
        #"{"app":"\#(String(repeating: "a", count: 65))","sessions_cleared":1,"bytes_freed":0,"errors":0}"#,
    ])
    func whatIsNotANumberCountsNothing(body: String) async throws {
        let bench = try ConsoleBench(clientOrigins: [Self.origin])
        let answer = try await bench.ask(.post, Self.path, Self.headers, json: body)
        #expect(answer.status == .badRequest, "\(answer.text)")
        #expect(answer.headers[.accessControlAllowOrigin] == Self.origin)
        #expect(bench.metrics.contains("cleanup_client_sessions_cleared_total 0"))
    }

    @Test(
        arguments: [nil, "https://evil.example", "https://app.example.evil.example", "null", "http://app.example"]
            as [String?]
    )
    func onlyListedPagesReport(origin: String?) async throws {
        for origins in [[Self.origin], []] {
            let bench = try ConsoleBench(clientOrigins: origins)
            var headers = HTTPFields()
            headers[.origin] = origin
            for method in [HTTPRequest.Method.post, .options] {
                let body = method == .post ? Self.report : nil
                let answer = try await bench.ask(method, Self.path, headers, json: body)
                #expect(answer.status == .forbidden)
                #expect(answer.headers[.accessControlAllowOrigin] == nil)
                #expect(answer.headers[.vary] == "Origin")
            }
            #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="origin"} 2"#))
        }
    }

    @Test func browsersMayAskFirst() async throws {
        let bench = try ConsoleBench(clientOrigins: [Self.origin])
        let answer = try await bench.ask(.options, Self.path, Self.headers)
        #expect(answer.status == .noContent)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.origin)
        #expect(answer.headers[.accessControlAllowMethods] == "POST")
        #expect(answer.headers[.accessControlAllowHeaders] == "content-type")
        #expect(answer.headers[.accessControlAllowCredentials] == nil)
    }

    @Test func anAddressReportsSixTimesAMinute() async throws {
        let bench = try ConsoleBench(clientOrigins: [Self.origin])
        for _ in 0..<6 {
            #expect(try await bench.ask(.post, Self.path, Self.headers, json: Self.report).status == .noContent)
        }
        let answer = try await bench.ask(.post, Self.path, Self.headers, json: Self.report)
        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.origin)
        #expect(bench.metrics.contains("cleanup_client_sessions_cleared_total 18"))
        #expect(bench.metrics.contains(#"cleanup_http_rate_limited_total{route="/api/cleanup/client-report"} 1"#))
        bench.clock.pass(.seconds(61))
        #expect(try await bench.ask(.post, Self.path, Self.headers, json: Self.report).status == .noContent)
    }

    @Test func aReportHasAtMostOneKilobyte() async throws {
        let bench = try ConsoleBench(clientOrigins: [Self.origin])
        let blank = String(repeating: " ", count: 1_024 - Self.report.utf8.count)
        #expect(try await bench.ask(.post, Self.path, Self.headers, json: Self.report + blank).status == .noContent)
        let answer = try await bench.ask(.post, Self.path, Self.headers, json: Self.report + blank + " ")
        #expect(answer.status == .contentTooLarge)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.origin)
    }

    @Test func theModuleIsServedToListedPages() async throws {
        let bench = try ConsoleBench(host: "0.0.0.0", tokens: TestTokens.all, clientOrigins: [Self.origin])
        let answer = try await bench.ask(.get, "/cleanup/client.js", Self.headers)
        #expect(answer.status == .ok)
        let file = URL(filePath: #filePath).appending(path: "../../../Sources/Console/Resources/cleanup-client.js")
        #expect(answer.text == (try String(contentsOf: file.standardized, encoding: .utf8)))
        #expect(answer.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(answer.headers[.cacheControl] == "max-age=300")
        #expect(answer.headers[.accessControlAllowOrigin] == Self.origin)
        let tag = try #require(answer.headers[.eTag])
        for known in [tag, "\"other\", \(tag)", "W/\(tag)", "*"] {
            let again = try await bench.ask(.get, "/cleanup/client.js", [.ifNoneMatch: known, .origin: Self.origin])
            #expect(again.status == .notModified && again.text.isEmpty)
            #expect(again.headers[.eTag] == tag && again.headers[.accessControlAllowOrigin] == Self.origin)
        }
        #expect(try await bench.ask(.get, "/cleanup/client.js", [.ifNoneMatch: "\"other\""]).status == .ok)
        let foreign = try await bench.ask(.get, "/cleanup/client.js", [.origin: "https://evil.example"])
        #expect(foreign.headers[.accessControlAllowOrigin] == nil && foreign.headers[.vary] == "Origin")
    }
}
