import Retention
import Testing

@testable import Engine

@Suite struct DeletionLogTests {
    @Test func theReasonComesFirstAndIsSaidOnce() {
        let copied = ItemResult(.deleted, detail: "older than 30d; its copy is vault: a.gz")
        #expect(DeletionLog.why(copied, reason: "older than 30d") == "older than 30d; its copy is vault: a.gz")
        #expect(DeletionLog.why(ItemResult(.deleted), reason: "older than 30d") == "older than 30d")
        let gone = ItemResult(.deleted, detail: "found gone after: no answer")
        #expect(DeletionLog.why(gone, reason: "older than 30d") == "older than 30d; found gone after: no answer")
        let compressed = ItemResult(.compressed, detail: "its owner could not be kept")
        #expect(DeletionLog.why(compressed, reason: "older than 7d") == "older than 7d; its owner could not be kept")
    }
}
