import Retention
import Support
import Testing

@testable import Engine

/// What is said of messages that do not come to whom they are for, to the letter.
@Suite struct NoticeErrorTextsTests {
    /// A way to nobody.
    private struct Channel: NoticeChannel {
        var place: String { "hooks:443" }

        func deliver(_ message: [UInt8], event: String, at instant: Instant) async -> NoticeAnswer { .delivered }
    }

    private static let notice = Notice(
        cycle: "deep",
        outcome: .failed,
        event: "e-1",
        message: [],
        channel: Channel()
    )

    @Test func aMessageThatIsNotTakenIsSaidInWords() {
        let texts = [
            (
                LogWords.isToldLater(Self.notice, "no answer", attempt: 2, in: .seconds(90)),
                "is not told to hooks:443 yet: no answer; the next try, after that number 2, comes in 90 s"
            ),
            (
                LogWords.cannotBeTold(Self.notice, "the server answers 400"),
                "cannot be told to hooks:443: the server answers 400"
            ),
            (
                LogWords.cannotBeTold(Self.notice, after: 5, "no answer"),
                "cannot be told to hooks:443, given up after 5 tries: no answer"
            ),
            (
                LogWords.wasNotTold(Self.notice, LogWords.tooManyWait),
                "was not told to hooks:443: too many messages wait; look at the servers that are told"
            ),
        ]
        for (text, expected) in texts { #expect(text == "The end of deep (failed) \(expected)") }
    }

    @Test func anEndThatCannotBeWrittenIsSaidInWords() {
        let begun = Instant(seconds: 1_800_000_000)
        let end = CycleEnd(cycle: "deep", CycleReport(cycle: "deep"), trigger: .schedule, begunAt: begun)
        #expect(
            LogWords.cannotBeTold(end, SupportError("NaN is no number."))
                == "The end of deep cannot be told: NaN is no number."
        )
    }
}
