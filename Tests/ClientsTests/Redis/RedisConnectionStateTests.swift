import Support
import Testing

@testable import Clients

/// The machine alone: no channel, no clock.
@Suite("Redis: state of a connection")
struct RedisConnectionStateTests {
    private typealias Outcome = RedisConnectionState.Outcome
    private typealias Answer = RedisConnectionState.Answer

    private let start = ContinuousClock.now
    private var limits = RedisLimits()
    private let ok = RedisValue.simple("OK")

    private func machine() -> RedisConnectionState { RedisConnectionState(server: "s", limits: limits) }

    private func send(
        _ state: inout RedisConnectionState,
        _ id: UInt64,
        _ commands: [String] = ["PING"],
        bytes: Int = 1,
        seconds: Int = 1
    ) -> RedisConnectionState.Sending {
        state.send(id: id, commands: commands, bytes: bytes, deadline: start + .seconds(seconds), now: start)
    }

    private func text(_ text: String) -> RedisValue { .string(Array(text.utf8)) }

    @Test func repliesGoToRequestsInOrder() {
        var state = machine()
        #expect(send(&state, 1) == .write)
        #expect(send(&state, 2, ["A", "B"]) == .write)
        #expect(state.receive(text("1")) == Outcome(answers: [Answer(id: 1, replies: [.success(text("1"))])]))
        #expect(state.receive(text("A")) == Outcome())
        #expect(
            state.receive(text("B"))
                == Outcome(answers: [Answer(id: 2, replies: [.success(text("A")), .success(text("B"))])])
        )
        #expect(state.nextWake == nil)
    }

    @Test func anErrorReplyIsAFailureOfItsCommandAlone() {
        var state = machine()
        _ = send(&state, 1, ["SET", "GET"])
        _ = state.receive(.error(code: "OOM", message: "no room"))
        let error = RedisError.reply(code: "OOM", message: "no room (SET at s)")
        #expect(state.receive(ok) == Outcome(answers: [Answer(id: 1, replies: [.failure(error), .success(ok)])]))
        #expect(send(&state, 2) == .write)
    }

    @Test func lateRepliesAreDroppedInOrder() {
        var state = machine()
        _ = send(&state, 1, ["A", "B"], seconds: 1)
        _ = send(&state, 2, seconds: 3)
        _ = state.receive(text("a"))
        #expect(state.nextWake == start + .seconds(1))
        let late = RedisError.timedOut(server: "s", command: "B", wasSent: true)
        #expect(
            state.wake(now: start + .seconds(1))
                == Outcome(answers: [Answer(id: 1, replies: [.success(text("a")), .failure(late)])])
        )
        #expect(state.nextWake == start + .seconds(3))
        #expect(state.receive(text("b")) == Outcome())
        #expect(state.receive(text("2")) == Outcome(answers: [Answer(id: 2, replies: [.success(text("2"))])]))
    }

    @Test func deadlinesNeedNotBeInOrder() {
        var state = machine()
        _ = send(&state, 1, seconds: 9)
        _ = send(&state, 2, seconds: 2)
        #expect(state.wake(now: start + .seconds(2)).answers.map(\.id) == [2])
        #expect(state.receive(text("1")).answers.map(\.id) == [1])
        #expect(state.receive(text("2")) == Outcome())
    }

    @Test func aConnectionIsGivenUpWhenItsOldestReplyDoesNotComeAtAll() {
        var state = machine()
        _ = send(&state, 1, ["OLD"], seconds: 1)
        _ = send(&state, 2, ["NEW"], seconds: 60)
        _ = state.wake(now: start + .seconds(1))
        #expect(state.nextWake == start + .seconds(6))
        #expect(state.wake(now: start + .seconds(6) - .nanoseconds(1)) == Outcome())
        let reason = "no reply to OLD for too long"
        let error = RedisError.disconnected(server: "s", command: "NEW", reason: reason)
        #expect(
            state.wake(now: start + .seconds(6))
                == Outcome(answers: [Answer(id: 2, replies: [.failure(error)])], closes: true)
        )
        #expect(state.closeReason == reason)
    }

    @Test func aCancelledRequestKeepsItsPlace() {
        var state = machine()
        _ = send(&state, 1)
        _ = send(&state, 2)
        let error = RedisError.cancelled(server: "s", command: "PING", wasSent: true)
        #expect(state.cancel(1) == Outcome(answers: [Answer(id: 1, replies: [.failure(error)])]))
        #expect(state.cancel(1) == Outcome())
        #expect(state.cancel(7) == Outcome())
        #expect(state.receive(text("1")) == Outcome())
        #expect(state.receive(text("2")).answers.map(\.id) == [2])
    }

    @Test func aReplyThatNobodyAskedForClosesIt() {
        var state = machine()
        #expect(state.receive(ok) == Outcome(closes: true))
        #expect(state.closeReason == "a reply that nobody had asked for")
        #expect(send(&state, 1) == .useAnother(reason: "a reply that nobody had asked for"))
        #expect(state.receive(ok) == Outcome())
    }

    @Test func theEndAnswersAllOnceAndTheFirstReasonStands() {
        var state = machine()
        _ = send(&state, 1, ["A", "B"])
        _ = send(&state, 2, ["C"])
        _ = state.receive(ok)
        let failure = { RedisError.disconnected(server: "s", command: $0, reason: "gone") }
        #expect(
            state.close(reason: "gone")
                == Outcome(
                    answers: [
                        Answer(id: 1, replies: [.success(ok), .failure(failure("B"))]),
                        Answer(id: 2, replies: [.failure(failure("C"))]),
                    ],
                    closes: true
                )
        )
        #expect(state.close(reason: "again") == Outcome())
        #expect(state.closeReason == "gone")
        #expect(state.nextWake == nil)
        #expect(state.wake(now: start + .seconds(99)) == Outcome())
    }

    @Test func garbageIsSaidAsSuch() {
        var state = machine()
        _ = send(&state, 1)
        let error = RedisError.invalidReply(server: "s", command: "PING", reason: "odd")
        #expect(state.close(reason: "odd", isInvalid: true).answers == [Answer(id: 1, replies: [.failure(error)])])
    }

    @Test(arguments: ["READONLY", "NOAUTH"])
    func aConnectionToTheWrongServerTakesNothingNewAndClosesAfterItsLastReply(_ code: String) {
        var state = machine()
        _ = send(&state, 1)
        _ = send(&state, 2)
        #expect(!state.receive(.error(code: code, message: "")).closes)
        #expect(send(&state, 3) == .useAnother(reason: "the server answered \(code)"))
        #expect(state.receive(ok) == Outcome(answers: [Answer(id: 2, replies: [.success(ok)])], closes: true))
    }

    @Test func limitsHoldForThoseToooThatNobodyWaitsFor() {
        var suite = self
        suite.limits.commandsInFlight = 3
        suite.limits.bytesInFlight = 10
        var state = suite.machine()
        #expect(send(&state, 1, ["A", "B"], bytes: 4) == .write)
        _ = state.cancel(1)
        #expect(send(&state, 2, ["C", "D"], bytes: 1) == .refuse(.overloaded(server: "s", command: "C")))
        #expect(send(&state, 3, ["E"], bytes: 7) == .refuse(.overloaded(server: "s", command: "E")))
        #expect(send(&state, 4, ["F"], bytes: 6) == .write)
        _ = state.receive(ok)
        _ = state.receive(ok)
        #expect(send(&state, 5, ["G", "H"], bytes: 4) == .write)
    }

    @Test func whatIsTooLateIsNotSent() {
        var state = machine()
        #expect(
            state.send(id: 1, commands: ["A"], bytes: 1, deadline: start, now: start)
                == .refuse(.timedOut(server: "s", command: "A", wasSent: false))
        )
        #expect(state.receive(ok).closes)
    }
}
