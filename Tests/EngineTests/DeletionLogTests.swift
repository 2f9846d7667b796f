import Logging
import Retention
import Support
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

    @Test func whatIsLeftBehindIsSaidOnceWhateverBecameOfItsItem() {
        for outcome in [ItemOutcome.deleted, .gone, .changed, .inUse, .notTried, .failed] {
            var result = ItemResult(outcome, detail: "why; parts may be left")
            result.leftBehind = "parts may be left"
            let log = RecordedLog()
            DeletionLog(logger: log.logger, task: "exports").write(Self.block("a.csv"), [result])
            let warnings = log.lines.filter { $0.level == .warning }.map(\.message)
            let expected =
                outcome == .failed
                ? "Failed to delete a.csv: why; parts may be left"
                : "Left behind by a.csv: parts may be left"
            #expect(warnings == [expected], "\(outcome): \(log.lines.map(\.text))")
        }
    }

    private static func block(_ name: String) -> ItemBlock {
        var block = ItemBlock()
        let index = block.append(name, time: Instant(seconds: 0), size: 1)
        block.items[index].reason = block.internReason("older than 30d")
        return block
    }
}
