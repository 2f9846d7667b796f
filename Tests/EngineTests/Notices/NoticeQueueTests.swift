import Retention
import Testing

@testable import Engine

/// Which message is tried when, with a clock and chances that the test holds.
@Suite struct NoticeQueueTests {
    private static let start = ContinuousClock.now
    private static let trouble = NoticeAnswer.failed("503", waitSeconds: nil)

    private static func timing(capacity: Int = 64, atOnce: Int = 8) -> NoticeTiming {
        var timing = NoticeTiming()
        timing.capacity = capacity
        timing.atOnce = atOnce
        return timing
    }

    private static func notice(_ event: String) -> Notice {
        Notice(cycle: "nightly", outcome: .failed, event: event, message: [], channel: ChannelOnTheTable())
    }

    private static func queue(_ timing: NoticeTiming = timing(), _ events: String...) -> NoticeQueue {
        var queue = NoticeQueue(timing)
        for event in events { _ = queue.add(notice(event), at: start) }
        return queue
    }

    @Test func aTryThatFailedIsRepeatedAfterPausesThatDoubleUntilItIsGivenUp() {
        var queue = Self.queue(Self.timing(), "a")
        var now = Self.start
        for (attempt, pause) in [(1, 10), (2, 20), (3, 40), (4, 80)] {
            let entry = queue.take(at: now).first
            #expect(entry?.attempts == attempt)
            let fate = queue.ended(1, Self.trouble, at: now, chance: 0)
            #expect(fate == .retries(after: .seconds(pause), "503"))
            #expect(queue.take(at: now + .seconds(pause) - .milliseconds(1)).isEmpty)
            now += .seconds(pause)
        }
        #expect(queue.take(at: now).map(\.attempts) == [5])
        #expect(queue.ended(1, Self.trouble, at: now, chance: 0) == .exhausted("503"))
        #expect(queue.take(at: now + .seconds(100_000)).isEmpty)
        // Long enough for a server that restarts, and over before the news is old.
        #expect(now - Self.start == .seconds(150))
    }

    @Test func chanceLengthensAPauseByUpToAHalf() {
        var queue = Self.queue(Self.timing(), "a")
        _ = queue.take(at: Self.start)
        let fate = queue.ended(1, Self.trouble, at: Self.start, chance: 0.5)
        #expect(fate == .retries(after: .milliseconds(12_500), "503"))
    }

    @Test(arguments: [(1, 10), (60, 60), (300, 300), (86_400, 300), (-5, 10), (Int64.max, 300)] as [(Int64, Int64)])
    func aServerIsWaitedForAsLongAsItAsksButNoLongerThanFiveMinutes(asks: Int64, waits: Int64) {
        var queue = Self.queue(Self.timing(), "a")
        _ = queue.take(at: Self.start)
        let fate = queue.ended(1, .failed("429", waitSeconds: asks), at: Self.start, chance: 0)
        #expect(fate == .retries(after: .seconds(waits), "429"))
    }

    @Test func aRefusalIsNotRepeated() {
        var queue = Self.queue(Self.timing(), "a")
        _ = queue.take(at: Self.start)
        #expect(queue.ended(1, .refused("400"), at: Self.start, chance: 0) == .refused("400"))
        #expect(queue.take(at: Self.start + .seconds(1_000)).isEmpty)
    }

    @Test func whatWasDeliveredIsGone() {
        var queue = Self.queue(Self.timing(), "a", "b")
        _ = queue.take(at: Self.start)
        #expect(queue.ended(1, .delivered, at: Self.start, chance: 0) == .delivered)
        #expect(queue.giveUp().map(\.event) == ["b"])
    }

    @Test func oneTooManyCostsTheOldestThatIsNotUnderWay() {
        var queue = Self.queue(Self.timing(capacity: 3, atOnce: 1), "a", "b", "c")
        #expect(queue.take(at: Self.start).map(\.notice.event) == ["a"])
        #expect(queue.add(Self.notice("d"), at: Self.start)?.event == "b")
        #expect(queue.giveUp().map(\.event) == ["a", "c", "d"])
    }

    @Test func noMoreThanSoManyAreUnderWayAtOnce() {
        var queue = Self.queue(Self.timing(atOnce: 2), "a", "b", "c")
        #expect(queue.take(at: Self.start).map(\.notice.event) == ["a", "b"])
        #expect(queue.take(at: Self.start).isEmpty)
        _ = queue.ended(2, .delivered, at: Self.start, chance: 0)
        #expect(queue.take(at: Self.start).map(\.notice.event) == ["c"])
    }

    @Test func aLookIsAskedForOnceAndAnEarlierOneAgain() {
        var queue = Self.queue(Self.timing(), "a", "b")
        #expect(queue.look(at: Self.start) == nil, "what is due is taken, not waited for")
        _ = queue.take(at: Self.start)
        _ = queue.ended(1, .failed("", waitSeconds: 60), at: Self.start, chance: 0)
        #expect(queue.look(at: Self.start) == Self.start + .seconds(60))
        #expect(queue.look(at: Self.start) == nil)
        _ = queue.ended(2, Self.trouble, at: Self.start, chance: 0)
        #expect(queue.look(at: Self.start) == Self.start + .seconds(10))
        let later = Self.start + .seconds(10)
        _ = queue.take(at: later)
        #expect(queue.look(at: later) == Self.start + .seconds(60))
    }

    // MARK: The end

    @Test func atTheEndWhatWaitsIsTriedAtOnceAndInAHurry() {
        var queue = Self.queue(Self.timing(), "a")
        _ = queue.take(at: Self.start)
        _ = queue.ended(1, Self.trouble, at: Self.start, chance: 0)
        let end = Self.start + .seconds(3)
        queue.hurry(until: end, at: Self.start)
        #expect(queue.take(at: Self.start).map(\.attempts) == [2])
        #expect(queue.ended(1, Self.trouble, at: Self.start, chance: 0) == .retries(after: .seconds(1), "503"))
        #expect(!queue.isOver(at: Self.start))
        #expect(queue.isOver(at: end))
    }

    @Test func atTheEndAServerThatAskedForPatienceIsLeftAlone() {
        var queue = Self.queue(Self.timing(), "a")
        _ = queue.take(at: Self.start)
        _ = queue.ended(1, .failed("429", waitSeconds: 60), at: Self.start, chance: 0)
        queue.hurry(until: Self.start + .seconds(3), at: Self.start)
        #expect(queue.take(at: Self.start + .seconds(3)).isEmpty)
        #expect(queue.giveUp().map(\.event) == ["a"])
    }

    @Test func whatCannotBeTriedBeforeTheEndIsGivenUpAtOnce() {
        var queue = Self.queue(Self.timing(), "a")
        queue.hurry(until: Self.start + .milliseconds(500), at: Self.start)
        _ = queue.take(at: Self.start)
        #expect(queue.ended(1, Self.trouble, at: Self.start, chance: 0) == .exhausted("503"))
        #expect(queue.isOver(at: Self.start))
    }

    @Test func whatComesAfterTheEndIsLost() {
        var queue = Self.queue()
        #expect(queue.giveUp().isEmpty)
        #expect(queue.hasEnded)
        #expect(queue.add(Self.notice("late"), at: Self.start)?.event == "late")
    }

    @Test func withoutAnEndItIsNeverOver() {
        #expect(!Self.queue().isOver(at: Self.start + .seconds(1_000_000)))
    }
}
