import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Support
import Synchronization
import Testing

@testable import Console

/// What only the log tells of calls that fail, and pages that are not there, to the letter.
@Suite struct LogErrorTextsTests {
    @Test func callsThatAreNotRecordedAreLoggedInWords() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.ledgerFails = true }
        _ = try await bench.ask(.post, "/api/cleanup/schedule/stop")
        _ = try await bench.ask(.post, "/-/reload")
        let lines = bench.log.lines.filter { $0.metadata["action"] == "http_call_not_recorded" }
        #expect(
            lines.map(\.message) == [
                "A call was refused because the ledger cannot take it: the disk is full",
                "A call is carried out although the ledger cannot take it: the disk is full",
            ]
        )
    }

    @Test func requestsThatFailHereAreLoggedWithTheirCause() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.failure = FakeBackend.LedgerFailure() }
        _ = try await bench.ask(.get, "/api/cleanup/status")
        #expect(bench.log.line("http_failed")?.message == "A request failed: the disk is full")
    }

    @Test func aTemplateThatIsMissingIsSaidInWords() {
        let text = errorText { try PageLibrary.render("", template: "none") }
        #expect(text == "There is no template none: report this as a fault of cleanupd.")
    }
}
