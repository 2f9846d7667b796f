import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Console

/// What callers are told of requests that are refused, to the letter.
@Suite struct ErrorTextsTests {
    private static func detail(_ answer: TestResponse) throws -> String? { try answer.object["detail"] as? String }

    // MARK: Bodies

    @Test(
        arguments: [
            (
                "nonsense",
                #"The body is not valid JSON: "o" stands where true, false or null should, at byte 1."#
            ),
            (
                #"{"dry_run":true,}"#,
                #"The body is not valid JSON: "}" stands where a name in quotes should, at byte 16."#
            ),
            (
                #"{"overrides":{"logs":{"keep":{"last":1e400}}}}"#,
                "The body has a number that is not a whole one, or too large."
            ),
            (#"{"tasks":["\ud800"]}"#, #"The body has an escape for half of a character, such as \ud800."#),
            ("[]", "The body is not an object."),
            ("null", "The body must not be null."),
            (#"{"dry_run":"false"}"#, "dry_run is not true or false."),
            (#"{"tasks":"logs"}"#, "tasks is not a list."), (#"{"tasks":["logs",3]}"#, "tasks.1 is not a text."),
            (#"{"dry_run":false,"dry_run":true}"#, "The member dry_run is there twice; name it once."),
            (
                #"{"overrides":{"logs":{"keep":{"last":"3"}}}}"#,
                "overrides.logs.keep.last is not a whole number in range."
            ),
            (
                #"{"overrides":{"logs":{"keep":{"last":1.5}}}}"#,
                "The body has a number that is not a whole one, or too large."
            ),
            (
                #"{"overrides":{"logs":{"older":"1d"}}}"#,
                "overrides.logs.older is not known here; known are keep, older_than."
            ),
            (#"{"filters":{"ids":{"min":1}}}"#, "filters.ids.max is missing."),
            (#"{"force":true}"#, "force is not known here; known are dry_run, filters, overrides, tasks."),
            (
                #"{"dryRun":false}"#,
                #"dryRun is not known here; did you mean "dry_run"? Known are dry_run, filters, overrides, tasks."#
            ),
            (
                #"{"dryrun":false}"#,
                #"dryrun is not known here; did you mean "dry_run"? Known are dry_run, filters, overrides, tasks."#
            ),
            (
                #"{"overrides":{"logs":{"older_then":"1d"}}}"#,
                #"overrides.logs.older_then is not known here; did you mean "older_than"? Known are keep, older_than."#
            ),
        ]
    )
    func aBodyThatIsNotUnderstoodSaysWhere(body: String, expected: String) async throws {
        let answer = try await ConsoleBench().ask(.post, "/api/cleanup/run", json: body)
        let detail = try Self.detail(answer)
        #expect(detail == expected)
    }

    @Test func bodiesOfAnotherKindSayWhatIsDue() async throws {
        let bench = try ConsoleBench()
        let requests: [(HTTPRequest.Method, String, HTTPFields, String?, String)] = [
            (.put, "/api/cleanup/settings", [:], nil, "The body is missing."),
            (.post, "/api/cleanup/schedule/stop", [:], "{}", "This call takes no body."),
            (.post, "/api/cleanup/run", [.contentType: "text/plain"], "{}", "The body must be application/json."),
            (
                .post, "/cleanup/login", [.contentType: "text/plain"], "{}",
                "The body must be application/json or application/x-www-form-urlencoded."
            ),
            (
                .post, "/api/cleanup/run", [:], "{}" + String(repeating: " ", count: 65_535),
                "The body is longer than this call takes."
            ),
        ]
        for (method, path, headers, body, expected) in requests {
            let answer = try await bench.ask(method, path, headers, json: body)
            #expect(try Self.detail(answer) == expected)
        }
    }

    @Test(arguments: [
        ("runs?limit=0", "limit must be a whole number from 1 to 500."),
        ("runs?limit=5&limit=6", "limit is given twice."),
        ("runs?task=", "task must be a printable text of 1 to 128 bytes."),
        (
            "runs?taks=logs",
            #"The parameter taks is not known here; did you mean "task"? Known are task, before, limit."#
        ),
        (
            "runs?Limit=5",
            #"The parameter Limit is not known here; did you mean "limit"? Known are task, before, limit."#
        ),
        ("runs?owner=bob", "The parameter owner is not known here; known are task, before, limit."),
        ("status?x=1", "The parameter x is not known here; there is none."),
        ("runs?task=%ff", "The query is not percent-encoded UTF-8."),
        ("candidates", "task is missing; it is a printable text of 1 to 128 bytes."),
        ("jobs?state=lost", "state must be one of waiting, active, delayed, completed, failed."),
        (
            "jobs?state=faild",
            #"state must be one of waiting, active, delayed, completed, failed; did you mean "failed"?"#
        ),
    ])
    func parametersThatAreNotUnderstoodSayWhatIsAllowed(query: String, expected: String) async throws {
        let answer = try await ConsoleBench().ask(.get, "/api/cleanup/\(query)")
        #expect(try Self.detail(answer) == expected)
    }

    @Test func waitingIsTrueOrFalse() async throws {
        let answer = try await ConsoleBench().ask(.post, "/api/cleanup/run?wait=1")
        #expect(try Self.detail(answer) == "wait must be true or false.")
    }

    // MARK: Reports of browsers

    @Test(arguments: [
        (
            #"{"app":"a b","sessions_cleared":1,"bytes_freed":0,"errors":0}"#,
            "app must be 1 to 64 letters, digits, dots, hyphens and underscores."
        ),
        (
            #"{"app":"a","sessions_cleared":-1,"bytes_freed":0,"errors":0}"#,
            "sessions_cleared must be a whole number from 0 to 9007199254740992."
        ),
        (#"{"app":"a","sessions_cleared":null,"bytes_freed":0,"errors":0}"#, "sessions_cleared must not be null."),
        (#"{"app":"a","sessions_cleared":1,"bytes_freed":0}"#, "errors is missing."),
    ])
    func aReportThatIsNotUnderstoodSaysWhere(body: String, expected: String) async throws {
        let bench = try ConsoleBench(clientOrigins: ["https://app.example"])
        let path = "/api/cleanup/client-report"
        let answer = try await bench.ask(.post, path, [.origin: "https://app.example"], json: body)
        #expect(try Self.detail(answer) == expected)
        let foreign = try await bench.ask(.post, path, [.origin: "https://evil.example"], json: body)
        #expect(try Self.detail(foreign) == "Reports are taken from pages of http.client_origins only.")
    }

    // MARK: Service

    @Test func whatIsNotThereOrNotAllowedHereIsSaid() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.reloadFails = true }
        let requests: [(HTTPRequest.Method, String, String)] = [
            (.get, "/nothing", "There is nothing here."), (.patch, "/metrics", "Allowed here: GET, HEAD."),
            (.post, "/-/quit", "POST /-/quit is switched off; http.lifecycle: true allows it."),
            (
                .post, "/-/reload",
                "The old configuration stays in force. cleanup.yaml:3:1: tasks: unknown key"
            ),
        ]
        for (method, path, expected) in requests {
            let answer = try await bench.ask(method, path)
            #expect(try Self.detail(answer) == expected)
        }
        let host = try #require(HTTPField.Name("Host"))
        let twice = try await bench.ask(.get, "/healthz", [host: "evil.example"])
        #expect(try Self.detail(twice) == "There is more than one Host header.")
    }

    @Test func aReloadThatFailsForNoFaultOfTheFileIsAFaultOfTheService() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.failure = ConsoleError(.unavailable, "The state store is away.") }
        let answer = try await bench.ask(.post, "/-/reload")
        #expect(answer.status == .serviceUnavailable)
        #expect(try Self.detail(answer) == "The old configuration stays in force. The state store is away.")
    }

    @Test func whatFailsHereIsSaidWithoutItsCause() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.failure = CancellationError() }
        let ending = try await bench.ask(.get, "/api/cleanup/status")
        #expect(try Self.detail(ending) == "The service is ending. Ask again when it runs again.")
        bench.backend.state.withLock { $0.failure = FakeBackend.LedgerFailure() }
        let failed = try await bench.ask(.get, "/api/cleanup/status")
        let reference = try #require(try failed.object["reference"] as? String)
        #expect(try Self.detail(failed) == "This failed here; the log says why, beside \(reference).")
        bench.backend.state.withLock { $0.ledgerFails = true }
        let unrecorded = try await bench.ask(.post, "/api/cleanup/schedule/stop")
        #expect(
            try Self.detail(unrecorded)
                == "This cannot be recorded at the moment, so it was not done; the log says why."
        )
    }

    @Test func aStreamTooManySaysWhatToDo() throws {
        let events = ProgressEvents(backend: FakeBackend())
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/api/cleanup/events")
        let request = Request(head: head, body: .init(buffer: ByteBuffer()))
        let open = try (0..<ProgressEvents.most).map { _ in try events.answer(request) }
        let problem = #expect(throws: HTTPProblem.self) { try events.answer(request) }
        #expect(
            problem?.detail == "64 streams of progress are open already. Close one, or try again later."
        )
        #expect(open.count == 64)
    }

    @Test func aHeadThatCannotBeReadSaysWhatIsAllowed() throws {
        let texts: [(HTTPParserError, String)] = [
            (.invalidMethod, "This is not a request of HTTP/1.1."),
            (
                .headerOverflow,
                "A request may have 100 headers, 32768 bytes in all, 16384 in each and in its path."
            ),
        ]
        for (error, expected) in texts {
            let text = String(buffer: try UnreadableHead.answer(to: error).body)
            #expect(text.contains(#""detail":"\#(expected)","#), "\(text)")
        }
    }
}
