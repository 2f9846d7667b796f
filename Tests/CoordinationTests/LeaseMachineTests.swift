import Support
import Testing

@testable import Coordination

/// Sequences of what happens and what is to be done.
@Suite struct LeaseMachineTests {
    private static let timing = LeaseTiming(ttl: .seconds(30))
    private var machine = LeaseMachine(timing: timing)
    private let down = LeaseFault(.redis, "Redis is gone", mayHaveHappened: true)

    private mutating func expect(
        _ event: LeaseMachine.Event,
        at seconds: Double,
        _ actions: [LeaseMachine.Action],
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(machine.handle(event, at: .seconds(seconds)) == actions, sourceLocation: location)
    }

    /// Asked at 100 s, gained at 101 s with epoch 8.
    private mutating func gain() {
        expect(.started(floor: 7), at: 100, [.ask(floor: 7)])
        expect(.granted(epoch: 8), at: 100.5, [.mark(epoch: 8), .wait(until: .seconds(127))])
        expect(.marked, at: 101, [.gained(epoch: 8), .wait(until: .seconds(110))])
    }

    @Test mutating func countsTrustFromTheStartOfTheCall() {
        gain()
        #expect(machine.trustedEpoch(at: .seconds(126.999)) == 8)
        #expect(machine.trustedEpoch(at: .seconds(127)) == nil)
    }

    @Test mutating func isNotTrustedBeforeTheMarkWasRaised() {
        expect(.started(floor: 7), at: 100, [.ask(floor: 7)])
        #expect(!machine.isTrusted(at: .seconds(100.1)))
        expect(.granted(epoch: 8), at: 100.5, [.mark(epoch: 8), .wait(until: .seconds(127))])
        #expect(!machine.isTrusted(at: .seconds(100.6)))
    }

    @Test mutating func renewsAtAThirdCountedFromTheStartOfTheLastCall() {
        gain()
        expect(.timeReached, at: 109.9, [])
        expect(.timeReached, at: 110, [.renew, .wait(until: .seconds(127))])
        expect(.renewed(true), at: 113, [.wait(until: .seconds(120))])
        #expect(machine.isTrusted(at: .seconds(136.999)))
        #expect(!machine.isTrusted(at: .seconds(137)))
    }

    @Test mutating func renewsAtOnceWhenTheMarkTookLong() {
        expect(.started(floor: 0), at: 100, [.ask(floor: 0)])
        expect(.granted(epoch: 1), at: 101, [.mark(epoch: 1), .wait(until: .seconds(127))])
        expect(.marked, at: 115, [.gained(epoch: 1), .renew, .wait(until: .seconds(127))])
    }

    @Test mutating func asksAgainSoonWhenARenewalFails() {
        gain()
        expect(.timeReached, at: 110, [.renew, .wait(until: .seconds(127))])
        // A thirtieth of the time-to-live.
        expect(.renewFailed, at: 113, [.wait(until: .seconds(114))])
        #expect(machine.isTrusted(at: .seconds(113.5)))
        expect(.timeReached, at: 114, [.renew, .wait(until: .seconds(127))])
        expect(.renewed(true), at: 114.1, [.wait(until: .seconds(124))])
    }

    @Test mutating func endsWhenNoRenewalWasAnsweredInTime() {
        gain()
        expect(.timeReached, at: 110, [.renew, .wait(until: .seconds(127))])
        expect(.timeReached, at: 127, [.ended(.expired), .release])
        #expect(!machine.isTrusted(at: .seconds(127)))
    }

    @Test mutating func aYesAfterTheEndOfTrustIsGivenBack() {
        gain()
        expect(.timeReached, at: 110, [.renew, .wait(until: .seconds(127))])
        expect(.renewed(true), at: 127, [.ended(.expired), .release])
        #expect(!machine.isTrusted(at: .seconds(127)))
        expect(.released, at: 128, [.finished])
        expect(.renewed(true), at: 129, [.release])
        #expect(!machine.isTrusted(at: .seconds(129)))
    }

    @Test mutating func endsAtOnceWhenTheServerSaysNo() {
        gain()
        expect(.timeReached, at: 110, [.renew, .wait(until: .seconds(127))])
        expect(.renewed(false), at: 110.1, [.ended(.taken), .finished])
        #expect(!machine.isTrusted(at: .seconds(110.1)))
    }

    @Test mutating func wakingAfterAPauseEndsItBeforeAnythingElse() {
        gain()
        expect(.timeReached, at: 250, [.ended(.expired), .release])
    }

    @Test mutating func tellsWhoHoldsIt() {
        expect(.started(floor: 7), at: 100, [.ask(floor: 7)])
        expect(.held(by: "b:2"), at: 100.1, [.refused(.held(by: "b:2")), .finished])
        #expect(machine.isOver)
    }

    @Test mutating func givesBackWhatMayHaveBeenGranted() {
        expect(.started(floor: 7), at: 100, [.ask(floor: 7)])
        expect(.askFailed(down), at: 103, [.refused(.unavailable(down)), .release])
        expect(.releaseFailed, at: 104, [.wait(until: .seconds(105))])
        expect(.timeReached, at: 105, [.release])
        expect(.releaseFailed, at: 106, [.finished])
    }

    @Test mutating func givesNothingBackWhenNothingWasSent() {
        let fault = LeaseFault(.redis, "not connected", mayHaveHappened: false)
        expect(.started(floor: 7), at: 100, [.ask(floor: 7)])
        expect(.askFailed(fault), at: 103, [.refused(.unavailable(fault)), .finished])
    }

    @Test mutating func asksAgainAboveTheMark() {
        expect(.started(floor: 0), at: 100, [.ask(floor: 0)])
        expect(.granted(epoch: 1), at: 100.1, [.mark(epoch: 1), .wait(until: .seconds(127))])
        expect(.outdated(mark: 9), at: 100.2, [.release])
        #expect(!machine.isTrusted(at: .seconds(100.2)))
        expect(.released, at: 101, [.ask(floor: 9)])
        expect(.granted(epoch: 10), at: 102, [.mark(epoch: 10), .wait(until: .seconds(128))])
    }

    @Test mutating func givesUpWhenTheMarkGoesOnRefusing() {
        expect(.started(floor: 0), at: 100, [.ask(floor: 0)])
        for ask in 1...LeaseMachine.maximumAsks {
            let epoch = Int64(ask)
            #expect(machine.handle(.granted(epoch: epoch), at: .seconds(100)).first == .mark(epoch: epoch))
            let actions = machine.handle(.outdated(mark: epoch), at: .seconds(100))
            guard ask < LeaseMachine.maximumAsks else {
                guard case .refused(.unavailable(let fault)) = actions.first else {
                    Issue.record("\(actions)")
                    return
                }
                #expect(fault.kind == .state)
                #expect(actions.last == .release)
                return
            }
            expect(.released, at: 100, [.ask(floor: epoch)])
        }
    }

    @Test mutating func aStoreThatFailsRefusesTheLease() {
        let fault = LeaseFault(.state, "disk full", mayHaveHappened: false)
        expect(.started(floor: 0), at: 100, [.ask(floor: 0)])
        expect(.granted(epoch: 1), at: 100.1, [.mark(epoch: 1), .wait(until: .seconds(127))])
        expect(.markFailed(fault), at: 101, [.refused(.unavailable(fault)), .release])
    }

    @Test mutating func aMarkThatIsRaisedTooLateIsOfNoUse() {
        expect(.started(floor: 0), at: 100, [.ask(floor: 0)])
        expect(.granted(epoch: 1), at: 100.1, [.mark(epoch: 1), .wait(until: .seconds(127))])
        let actions = machine.handle(.marked, at: .seconds(127))
        #expect(actions.count == 2)
        #expect(actions.last == .release)
        #expect(!machine.isTrusted(at: .seconds(127)))
    }

    @Test mutating func isNotTrustedFromTheInstantItIsGivenBack() {
        gain()
        expect(.stopped, at: 105, [.ended(.givenBack), .release])
        #expect(!machine.isTrusted(at: .seconds(105)))
        expect(.released, at: 105.1, [.finished])
    }

    @Test mutating func anAnswerToOneWhoHasLeftIsGivenBack() {
        expect(.started(floor: 0), at: 100, [.ask(floor: 0)])
        expect(.stopped, at: 100.1, [.refused(.unavailable(.stopped))])
        expect(.granted(epoch: 1), at: 101, [.release])
        expect(.released, at: 101.1, [.finished])
    }

    @Test mutating func oneThatWasStoppedFirstDoesNotStart() {
        expect(.stopped, at: 100, [.refused(.unavailable(.stopped)), .finished])
        expect(.started(floor: 0), at: 101, [])
        #expect(machine.isOver)
    }
}
