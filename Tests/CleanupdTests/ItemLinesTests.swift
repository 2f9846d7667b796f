import Engine
import Retention
import Testing

@testable import cleanupd

/// How an item is written that people know by another name than its identity.
@Suite struct ItemLinesTests {
    private static func line(_ format: Listing.Format, known name: String?, _ result: ItemResult? = nil) -> String {
        var block = ItemBlock()
        let group = block.internGroup("")
        let index = Array("0a1b".utf8).withUnsafeBytes { identity in
            block.append(
                name: identity,
                version: UnsafeRawBufferPointer(start: nil, count: 0),
                kind: .other,
                group: group,
                time: Instant(seconds: 1_767_225_600),
                size: 0
            )
        }
        block.items[index].verdict = .remove
        block.items[index].reason = block.internReason("older than 1h")
        var lines = ItemLines(block: block, task: "bots", format: format) { _, _ in name }
        lines.append(block.items[index], result)
        return String(decoding: lines.bytes, as: UTF8.self)
    }

    @Test func theNameStandsBesideTheIdentityWhichStaysTheItem() {
        #expect(
            Self.line(.json, known: "bot-1") == """
                {"task":"bots","item":"0a1b","name":"bot-1","verdict":"remove","reason":"older than 1h","bytes":0,\
                "time":"2026-01-01T00:00:00Z"}

                """
        )
        #expect(Self.line(.table, known: "bot-1").hasSuffix("2026-01-01T00:00:00Z  0a1b  bot-1  (older than 1h)\n"))
        let deleted = Self.line(.json, known: "bot-1", ItemResult(.deleted))
        #expect(deleted.contains(#""item":"0a1b","name":"bot-1","#) && deleted.contains(#""outcome":"deleted""#))
    }

    @Test func withoutANameNothingIsSaidOfOne() {
        #expect(!Self.line(.json, known: nil).contains("name"))
        #expect(Self.line(.table, known: nil).hasSuffix("  0a1b  (older than 1h)\n"))
    }

    @Test func aNameCanNeitherBreakALineNorAnObject() {
        #expect(Self.line(.json, known: "a\"\n").contains(#""name":"a\"\n","verdict""#))
        #expect(Self.line(.table, known: "a\u{1B}[2K").hasSuffix(#"  0a1b  a\x1B[2K  (older than 1h)"# + "\n"))
    }
}
