import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

/// Bodies and queries: what is not understood wholly is not carried out.
@Suite struct BodyTests {
    @Test(
        arguments: [
            ("", nil), ("{", nil), ("nonsense", nil), ("[]", nil), ("null", nil), ("\"run\"", nil), ("{}{}", nil),
            (#"{"dry_run":"false"}"#, "dry_run"), (#"{"dry_run":0}"#, "dry_run"), (#"{"tasks":"logs"}"#, "tasks"),
            (#"{"tasks":["logs",3]}"#, "tasks.1"), (#"{"dryrun":false}"#, "dryrun"), (#"{"dryRun":false}"#, "dryRun"),
            (#"{"dry_run":false,"dry_run":true}"#, "dry_run"),
            (#"{"overrides":{"logs":{"keep":{"last":"3"}}}}"#, "overrides.logs.keep.last"),
            (#"{"overrides":{"logs":{"older":"1d"}}}"#, "overrides.logs.older"),
            (#"{"overrides":{"tmp_dirs":{"older_than":60}}}"#, "overrides.tmp_dirs.older_than"),
            (#"{"overrides":{"logs":{"keep":{"last":1.5}}}}"#, nil),
            (#"{"filters":{"ids":{"min":1}}}"#, "filters.ids.max"), (#"{"overrides":{"a":{},"a":{}}}"#, "a"),
            (#"{"force":true}"#, "force"),
        ] as [(String, String?)]
    )
    func aBodyThatIsNotUnderstoodRunsNothing(body: String, member: String?) async throws {
        let bench = try ConsoleBench()
        let answer = try await bench.ask(.post, "/api/cleanup/run", json: body.isEmpty ? " " : body)
        #expect(answer.status == .badRequest, "\(answer.text)")
        #expect(answer.headers[.contentType] == "application/problem+json")
        let problem = try answer.object
        #expect(problem["member"] as? String == member, "\(answer.text)")
        if let member { #expect((problem["detail"] as? String ?? "").contains(member)) }
        #expect(bench.state.acts.isEmpty)
    }

    @Test func anOrderArrivesAsItWasSent() async throws {
        let bench = try ConsoleBench()
        let body = #"""
            {"tasks":["tmp_dirs"],"dry_run":false,"overrides":{"tmp_dirs":{"older_than":"60d","keep":{"last":15}}},
             "filters":{"user_ids":[1,2],"codes":{"min":400,"max":499},"old":true,"name":"x_y"}}
            """#
        let answer = try await bench.ask(.post, "/api/cleanup/run", json: body)
        #expect(answer.status == .accepted)
        #expect(answer.headers[.location] == "/api/cleanup/runs/r1")
        let order = RunOrder(
            tasks: ["tmp_dirs"],
            dryRun: false,
            overrides: ["tmp_dirs": .init(olderThan: "60d", keep: .init(last: 15))],
            filters: [
                "user_ids": .init(text: "1,2"), "codes": .init(text: "400-499"), "old": .init(text: "true"),
                "name": .init(text: "x_y"),
            ]
        )
        #expect(bench.state.orders == [order])
        #expect(bench.state.acts == ["run local waits=false"])
    }

    @Test func withoutABodyARunIsDry() async throws {
        let bench = try ConsoleBench()
        let answer = try await bench.ask(.post, "/api/cleanup/run?wait=true")
        #expect(answer.status == .ok)
        #expect(bench.state.orders == [RunOrder(dryRun: true)])
        #expect(bench.state.acts == ["run local waits=true"])
        #expect(answer.text.contains(#""tasks":{"tmp_dirs":{"#))
        #expect(answer.text.contains(#""duration_seconds":0.25"#))
    }

    @Test func settingsTellNothingFromNull() async throws {
        let bench = try ConsoleBench()
        let body = #"{"tasks":{"tmp_dirs":{"older_than":null,"dry_run":true}},"cycles":{"light":{"batch_size":5000}}}"#
        let answer = try await bench.ask(.put, "/api/cleanup/settings", json: body)
        #expect(answer.status == .ok)
        let change = SettingsChange(
            tasks: ["tmp_dirs": .init(dryRun: .set(true), olderThan: .reset)],
            cycles: ["light": .init(batchSize: .set(5_000))]
        )
        #expect(bench.state.changes == [change])
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/api/cleanup/run", "text/plain", 415), (.post, "/api/cleanup/run", "", 415),
        (.post, "/api/cleanup/run", "application/x-www-form-urlencoded", 415),
        (.post, "/api/cleanup/run", "multipart/form-data", 415),
        (.post, "/api/cleanup/run", "application/json; charset=utf-8", 202),
        (.post, "/api/cleanup/run", "Application/JSON", 202),
        (.put, "/api/cleanup/settings", "text/plain", 415),
        (.post, "/api/cleanup/schedule/stop", "application/json", 400),
        (.post, "/api/cleanup/query", "text/json", 415),
    ])
    func bodiesHaveTheirType(method: HTTPRequest.Method, path: String, type: String, code: Int) async throws {
        let bench = try ConsoleBench()
        let answer = try await bench.ask(method, path, [.contentType: type], json: "{}")
        #expect(answer.status.code == code, "\(answer.text)")
    }

    @Test func missingBodiesAreNamed() async throws {
        let bench = try ConsoleBench()
        for (method, path) in [(HTTPRequest.Method.put, "/api/cleanup/settings"), (.post, "/api/cleanup/query")] {
            let answer = try await bench.ask(method, path)
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains("body is missing"))
        }
    }

    @Test func longBodiesAreRefusedAndNotRecorded() async throws {
        let bench = try ConsoleBench()
        let blank = String(repeating: " ", count: 65_536 - 2)
        #expect(try await bench.ask(.post, "/api/cleanup/run", json: "{}" + blank).status == .accepted)
        let answer = try await bench.ask(.post, "/api/cleanup/run", json: "{} " + blank)
        #expect(answer.status == .contentTooLarge)
        #expect(answer.headers[.connection] == "close")
        #expect(bench.state.begun.count == 1)
    }

    @Test(arguments: [
        ("runs?limit=0", "limit", "1 to 500"), ("runs?limit=501", "limit", "1 to 500"),
        ("runs?limit=x", "limit", "1 to 500"),
        ("runs?limit=+5", "limit", "1 to 500"), ("runs?limit=-1", "limit", "1 to 500"),
        ("runs?limit=", "limit", "1 to 500"),
        ("runs?limit=5e1", "limit", "1 to 500"), ("runs?limit=99999999999999999999", "limit", "1 to 500"),
        ("runs?limit=5&limit=6", "limit", "twice"), ("runs?Limit=5", "Limit", "not known"),
        ("runs?taks=logs", "taks", "Known are task, before, limit"), ("runs?task=", "task", "1 to 128"),
        ("runs?task=a%00b", "task", "printable"), ("runs?task=%ff", "query", "percent-encoded"),
        ("candidates", "task", "missing"), ("orphaned", "task", "missing"), ("jobs?state=lost", "state", "waiting"),
        ("jobs?offset=1000001", "offset", "0 to 1000000"), ("status?x=1", "x", "there is none"),
        ("runs/r1/items?search=" + String(repeating: "a", count: 1_025), "search", "1024"),
    ])
    func parametersAreStrict(query: String, name: String, words: String) async throws {
        let bench = try ConsoleBench()
        let answer = try await bench.ask(.get, "/api/cleanup/\(query)")
        #expect(answer.status == .badRequest)
        #expect(answer.text.contains(name) && answer.text.contains(words), "\(answer.text)")
        #expect(bench.state.looks.isEmpty)
    }

    @Test(arguments: [
        ("runs", "runs - - 50"), ("runs?task=tmp_dirs&before=r9&limit=500", "runs tmp_dirs r9 500"),
        ("runs/r1/items?search=a%2Fb+c&after=i7", "items r1 a/b c i7 50"),
        ("candidates?task=logs&search=%C3%A4", "candidates logs ä false - 50"),
        ("orphaned?task=logs", "candidates logs - true - 50"), ("jobs", "jobs  0 50"),
        ("jobs?state=failed&state=active&offset=7&limit=3", "jobs active,failed 7 3"),
        ("jobs/light@2026-01-02T03:04:05Z", "job light@2026-01-02T03:04:05Z"), ("calls?before=c3", "calls c3 50"),
    ])
    func parametersArriveAsTheyWereMeant(query: String, look: String) async throws {
        let bench = try ConsoleBench()
        #expect(try await bench.ask(.get, "/api/cleanup/\(query)").status == .ok)
        #expect(bench.state.looks == [look])
    }

    @Test func waitIsTrueOrFalse() async throws {
        let bench = try ConsoleBench()
        #expect(try await bench.ask(.post, "/api/cleanup/run?wait=1").status == .badRequest)
        #expect(try await bench.ask(.post, "/api/cleanup/run?wait").status == .badRequest)
        #expect(try await bench.ask(.post, "/api/cleanup/run?wait=false").status == .accepted)
        #expect(bench.state.acts.count == 1)
    }
}
