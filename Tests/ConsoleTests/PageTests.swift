import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

/// The page as a browser gets it. What a browser makes of it is tested by Tests/Browser/page_tests.py.
@Suite struct PageTests {
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors "

    private static func pages(_ bench: ConsoleBench) -> [Route] {
        bench.console.responder.table.routes.filter(\.isPage)
    }

    @Test func everyPageIsHTMLThatTrustsOnlyThisService() async throws {
        let bench = try ConsoleBench()
        #expect(Self.pages(bench).count == 9)
        for route in Self.pages(bench) where route.template != "/cleanup/widget" {
            let answer = try await bench.ask(.get, RouteRequest(route).uri)
            #expect(answer.status == .ok, "\(route.label): \(answer.text)")
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8", "\(route.label)")
            #expect(answer.headers[.contentSecurityPolicy] == Self.policy + "'none'", "\(route.label)")
            #expect(answer.headers[.cacheControl] == "no-store", "\(route.label)")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(route.label)")
            #expect(answer.text.hasPrefix("<!doctype html>"), "\(route.label)")
            #expect(!answer.text.contains("style=") && !answer.text.contains("onclick"), "\(route.label)")
            #expect(!answer.text.contains("{{"), "\(route.label)")
        }
    }

    @Test func onlyTheWidgetMayBeFramedAndOnlyByThoseOrigins() async throws {
        let bench = try ConsoleBench(frameAncestors: ["https://dash.example", "https://b.example:8443"])
        let widget = try await bench.ask(.get, "/cleanup/widget")
        let expected = Self.policy + "'self' https://dash.example https://b.example:8443"
        #expect(widget.headers[.contentSecurityPolicy] == expected)
        let page = try await bench.ask(.get, "/cleanup")
        #expect(page.headers[.contentSecurityPolicy] == Self.policy + "'none'")
        let alone = try await ConsoleBench().ask(.get, "/cleanup/widget")
        #expect(alone.headers[.contentSecurityPolicy] == Self.policy + "'self'")
    }

    @Test func whoIsNotKnownGetsAFormAndNothingElse() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        for route in Self.pages(bench) {
            let uri = RouteRequest(route).uri
            let answer = try await bench.ask(.get, uri)
            #expect(answer.status == .unauthorized, "\(route.label)")
            #expect(answer.text.contains(#"action="/cleanup/login""#), "\(route.label)")
            // A browser would ask for a password by itself.
            #expect(answer.headers[.wwwAuthenticate] == nil, "\(route.label)")
            // Beside what was asked for.
            let told = answer.text.replacing(#"value="\#(uri)""#, with: "")
            #expect(!told.contains("tmp_dirs") && !told.contains("<nav"), "\(route.label)")
        }
    }

    @Test func aFirstVisitIsNoFailedAuthentication() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        _ = try await bench.ask(.get, "/cleanup")
        #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="missing"} 0"#))
        let wrong = try await bench.ask(.get, "/cleanup", TestTokens.bearer("wrong"))
        #expect(wrong.status == .unauthorized)
        #expect(bench.metrics.contains(#"cleanup_http_auth_failures_total{reason="bad_token"} 1"#))
    }

    @Test func errorsOfPagesArePages() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let view = try await bench.session(TestTokens.view)
        let forbidden = try await bench.ask(.get, "/cleanup/plans/r1", view)
        #expect(forbidden.status == .forbidden)
        #expect(forbidden.text.contains("needs the role operate"))
        let unknown = try await bench.ask(.get, "/cleanup/tasks/nothing", view)
        #expect(unknown.status == .notFound)
        #expect(unknown.text.contains("There is no task nothing."))
        for answer in [forbidden, unknown] {
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        }
    }

    @Test func buttonsAreThereForThoseWhoMayPressThem() async throws {
        let bench = try ConsoleBench(tokens: TestTokens.all)
        let pages = ["/cleanup", "/cleanup/tasks/tmp_dirs", "/cleanup/jobs", "/cleanup/settings"]
        for page in pages {
            let text = try await bench.ask(.get, page, bench.session(TestTokens.view)).text
            #expect(!text.replacing(#"data-call="POST /cleanup/logout""#, with: "").contains("data-call="), "\(page)")
        }
        let operates = try await bench.session(TestTokens.operate)
        #expect(try await bench.ask(.get, "/cleanup", operates).text.contains("dry-run-tmp_dirs"))
        #expect(!(try await bench.ask(.get, "/cleanup/settings", operates).text.contains(#"id="save""#)))
        let admin = try await bench.session(TestTokens.admin)
        #expect(try await bench.ask(.get, "/cleanup/settings", admin).text.contains(#"id="save""#))
    }

    @Test func aJobThatWasNeverBegunSaysWhatItWaitsFor() {
        var job = Sample.job("j1")
        #expect(JobRow(job).waits == nil)
        (job.state, job.attempts) = ("delayed", 0)
        #expect(JobRow(job).waits == "waits until it is quiet" && JobRow(job).mayRun)
        job.attempts = 1
        #expect(JobRow(job).waits == nil, "it waits for its next attempt")
    }

    @Test func anItemThatPeopleKnowByAnotherNameHasThatBesideIt() async throws {
        let bench = try ConsoleBench()
        let page = try await bench.ask(.get, "/cleanup/tasks/tmp_dirs/candidates")
        #expect(page.text.contains(#"<span class="name">a/b</span> <bdi>web-1</bdi>"#), "\(page.text)")
        #expect(ItemRow(Sample.item).knownAs == "web-1")
    }

    @Test func anEmptyFieldOfAFormIsNoSearch() async throws {
        let bench = try ConsoleBench()
        #expect(try await bench.ask(.get, "/cleanup/runs/r1?search=").status == .ok)
        #expect(try await bench.ask(.get, "/api/cleanup/runs/r1/items?search=").status == .badRequest)
    }
}
